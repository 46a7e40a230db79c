// The driver's own charges as a list, newest first; one of them opens with its bill. What is known of them is in
// my-charges-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { sessionBadge } from '../../components/session-words.js';
import { dayTime, duration, kwh, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { at } from '../../utils/route.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { Lookup } from './active-session.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @param {{charges: MyCharges, lookup: Lookup}} page */
export function mySessions({ charges, lookup }) {
  const { following, model } = charges;
  const { sessions } = model;
  return html`<section class="screen" aria-labelledby="sessions-title">
    <a class="button quiet back" href="#/me" data-act="back">${icon('back')}<span>${t('account.title')}</span></a>
    <h1 id="sessions-title">${t('mine.title')}</h1>
    ${following.problem === null ? null : problemNotice(following.problem)}
    ${following.loaded ? null : skeleton(2)}
    ${following.loaded && sessions.length === 0 ? noSessions() : null}
    ${sessions.length > 0 ? html`<a class="button" href="#/statement" data-act="statement">${icon('receipt')}<span>${t('statement.title')}</span></a>` : null}
    ${sessionRows(sessions, lookup)}
  </section>`;
}

/** What stands where there are none yet. */
export const noSessions = () => html`<div class="empty">${icon('bolt')}<p>${t('mine.empty')}</p>
  <a class="button primary" href="#/">${icon('plug')}<span>${t('mine.to_board')}</span></a></div>`;

/** @param {Session[]} sessions @param {Lookup} lookup */
export const sessionRows = (sessions, lookup) => html`<ul class="mine">${repeat(sessions, ({ id }) => id, (session) => row(session, lookup))}</ul>`;

/** @param {Session} session @param {Lookup} lookup */
function row(session, lookup) {
  const speech = language();
  const when = session.startedAt ?? session.requestedAt;
  return html`<li>
    <a class="mine-row" href=${at('session', session.id)} data-own-session=${session.status}>
      <span class="mine-what">
        <b><bdi>${lookup(session).name}</bdi></b>
        <span class="muted"><bdi>${session.stationName}</bdi></span>
        <span class="muted">${when ? dayTime(when, speech) : '–'}</span>
      </span>
      ${sessionBadge(session.status)}
      <span class="mine-sums" dir="ltr">
        <b>${session.cost ? money(session.cost.total, speech) : t('price.none')}</b>
        <span class="muted">${kwh(session.energyWh, speech)} kWh · ${duration(session.durationSeconds)}</span>
      </span>
    </a>
  </li>`;
}
