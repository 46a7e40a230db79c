// The desk's first page: what the site does now, what the day brought against last week, and what was charged last.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, tile, whenKnown } from '../components/page-head.js';
import { powerCard } from '../components/power-card.js';
import { sessionBadge } from '../components/session-words.js';
import { look } from '../components/status.js';
import { count, decimal, duration, kw, kwh, money, timeOfDay } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { summary } from './charging-points-model.js';
import { SITE } from './desk.js';
import { change, countStates } from './overview-model.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { Desk, DeskPage } from './desk.js' */

/** How many of the last charges are shown. */
const LAST = 8;

/** @param {DeskPage} page */
export function open({ desk }) {
  return () => html`<section class="page">
    ${pageHead({ title: t('nav.dashboard') })}
    ${whenKnown(desk.following, () => html`${tiles(desk)}
      <div class="dash">
        <div class="card dash-curve">${powerCard(desk.curves.of(SITE), t('dash.power'))}</div>
        ${states(desk)}
      </div>
      ${recent(desk)}`)}
  </section>`;
}

/** @param {Desk} desk */
function tiles({ points, stations, overview }) {
  const speech = language();
  const { online, total, charging, powerW } = summary(points.all);
  const places = stations.rows(speech);
  const up = places.filter(({ status }) => status !== 'offline').length;
  const { today, lastWeek } = overview;
  return html`<div class="tiles">
    ${tile({ label: t('dash.revenue'), picture: 'wallet', value: html`<bdi data-figure="revenue-today" data-flash>${today ? money(today.revenue, speech) : '–'}</bdi>`, under: today && lastWeek ? against(Number(today.revenue.amount), Number(lastWeek.revenue.amount), money(lastWeek.revenue, speech)) : null })}
    ${tile({ label: t('dash.energy'), picture: 'bolt', value: html`<span dir="ltr"><b data-figure="energy-today" data-flash>${today ? kwh(today.energyWh, speech) : '–'}</b> <span class="unit">kWh</span></span>`, under: today && lastWeek ? against(today.energyWh, lastWeek.energyWh, `${kwh(lastWeek.energyWh, speech)} kWh`) : null })}
    ${tile({ label: t('dash.sessions'), picture: 'flag', value: html`<b data-figure="sessions-today">${count(today?.sessions ?? 0, speech)}</b>`, under: lastWeek ? t('dash.last_week', { value: count(lastWeek.sessions, speech) }) : null })}
    ${tile({ label: t('points.charging'), picture: 'pulse', tone: charging > 0 ? 'busy' : 'plain', href: '#/sessions', value: html`<b data-figure="dash-charging">${count(charging, speech)}</b>`, under: html`<span dir="ltr"><span data-figure="dash-power">${kw(powerW, speech)}</span> kW</span>` })}
    ${tile({ label: t('dash.stations'), picture: 'building', tone: up < places.length ? 'wait' : 'plain', href: '#/stations', value: html`<span dir="ltr"><b data-figure="stations-online">${count(up, speech)}</b> <span class="unit">/ ${count(places.length, speech)}</span></span>`, under: t('dash.stations_online') })}
    ${tile({ label: t('dash.points'), picture: 'plug', tone: online < total ? 'wait' : 'plain', href: '#/points', value: html`<span dir="ltr"><b data-figure="points-online">${count(online, speech)}</b> <span class="unit">/ ${count(total, speech)}</span></span>`, under: t('dash.points_online') })}
  </div>`;
}

/** Today against the same day last week. Only the direction is reckoned here, never money. @param {number} today @param {number} before @param {string} words */
function against(today, before, words) {
  const percent = change(today, before);
  if (percent === null) return t('dash.last_week', { value: words });
  const up = percent >= 0;
  return html`<span class="trend" data-tone=${up ? 'free' : 'wait'}>${icon(up ? 'up' : 'down')}<bdi>${decimal(String(Math.abs(percent)), language())} %</bdi></span> ${t('dash.last_week', { value: words })}`;
}

/** @param {Desk} desk */
function states({ points }) {
  const rows = points.all;
  return html`<section class="card dash-states" aria-labelledby="states-title">
    <h2 id="states-title">${t('dash.states')}</h2>
    <ul class="state-bars">${countStates(rows).map(({ status, count: number }) => {
      const { tone, icon: picture, key } = look(status);
      return html`<li data-tone=${tone} data-state=${status}>
        <span class="state-name">${icon(picture)}${t(key)}</span>
        <meter min="0" max=${Math.max(1, rows.length)} .value=${number} aria-label=${t(key)}></meter>
        <b data-figure="state-${status}" data-flash>${count(number, language())}</b>
      </li>`;
    })}</ul>
  </section>`;
}

/** @param {Desk} desk */
function recent({ sessions, overview }) {
  const rows = [...sessions.rows.map(({ session }) => session), ...overview.recent].slice(0, LAST);
  return html`<section class="card" aria-labelledby="recent-title" data-recent>
    <header class="card-head"><h2 id="recent-title">${t('dash.recent')}</h2><a class="button quiet" href="#/sessions">${t('dash.all')}${icon('forward')}</a></header>
    ${rows.length === 0 ? nothing('bolt', t('dash.no_sessions')) : html`<div class="wide" tabindex="0" role="group" aria-label=${t('dash.recent')}><table class="list">
      <thead><tr><th scope="col">${t('sessions.place')}</th><th scope="col">${t('start.state')}</th><th scope="col">${t('session.begun')}</th>
        <th scope="col" data-numeric>${t('charge.energy')}</th><th scope="col" data-numeric>${t('points.duration')}</th><th scope="col" data-numeric>${t('bill.total')}</th></tr></thead>
      <tbody>${repeat(rows, ({ id }) => id, recentRow)}</tbody>
    </table></div>`}
  </section>`;
}

/** @param {Session} session */
function recentRow(session) {
  const speech = language();
  const when = session.startedAt ?? session.requestedAt;
  return html`<tr data-recent-session=${session.status}>
    <th scope="row"><a class="link" href=${at('sessions', session.id)}><bdi>${session.chargePointName}</bdi> · ${count(session.connectorId, speech)}</a> <bdi class="muted">${session.stationName}</bdi></th>
    <td>${sessionBadge(session.status)}</td>
    <td>${when ? timeOfDay(Date.parse(when), speech) : '–'}</td>
    <td data-numeric data-flash dir="ltr">${kwh(session.energyWh, speech)} kWh</td>
    <td data-numeric dir="ltr">${duration(session.durationSeconds)}</td>
    <td data-numeric data-flash><bdi>${session.cost ? money(session.cost.total, speech) : '–'}</bdi></td>
  </tr>`;
}
