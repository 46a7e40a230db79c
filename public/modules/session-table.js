// Charges as a table of the desk, those that run and those that are over.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { nothing } from '../components/page-head.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { endWords, failureWords, sessionBadge } from '../components/session-words.js';
import { count, dayTime, duration, kw, kwh, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { ROWS } from '../utils/server-list.js';
import { organization } from './sign-in.js';

/** @import { Session } from '../../ui/types/api.d.ts' */
/** @import { Column } from '../components/data-table.js' */
/** @import { ServerList } from '../utils/server-list.js' */

/** @param {Session} session */
const place = (session) => html`<a class="link" href=${at('sessions', session.id)}><bdi>${session.chargePointName || t('points.point')}</bdi> · ${count(session.connectorId, language())}</a>
  <bdi class="muted">${session.stationName}</bdi>`;

/** Who charges, as far as the desk may know. @param {Session} session */
export const who = ({ idToken, startedBy, customerId }) => customerId && organization() === null
  ? html`<a class="link" href=${at('customers', customerId)}>${t('sessions.account')}</a>`
  : html`<bdi>${idToken ?? (startedBy === 'operator' ? t('page.cms') : t('sessions.account'))}</bdi>`;

/** @param {Session} session */
const began = ({ startedAt, requestedAt }) => {
  const when = startedAt ?? requestedAt;
  return when ? dayTime(when, language()) : '–';
};

/** @param {(session: Session) => number} elapsed seconds so far @returns {Column<Session>[]} */
export const runningColumns = (elapsed) => [
  { name: 'place', label: t('sessions.place'), sort: 'place', cell: place },
  { name: 'state', label: t('start.state'), sort: 'state', cell: ({ status }) => sessionBadge(status) },
  { name: 'energy', label: t('charge.energy'), sort: 'energy', figure: true, cell: ({ energyWh }) => html`<span dir="ltr" data-flash><b data-figure="session-energy">${kwh(energyWh, language())}</b> kWh</span>` },
  { name: 'power', label: t('points.power'), sort: 'power', figure: true, cell: ({ powerW }) => html`<span dir="ltr" data-flash><b data-figure="session-power">${typeof powerW === 'number' ? kw(powerW, language()) : '–'}</b> kW</span>` },
  { name: 'time', label: t('points.duration'), sort: 'time', figure: true, cell: (session) => html`<span dir="ltr" data-figure="session-time">${duration(elapsed(session))}</span>` },
  { name: 'cost', label: t('bill.total'), figure: true, cell: ({ cost }) => html`<bdi data-figure="session-cost" data-flash>${cost ? money(cost.total, language()) : t('price.none')}</bdi>` },
  { name: 'soc', label: t('charge.battery'), figure: true, cell: ({ socPercent }) => html`<span dir="ltr" data-figure="session-soc">${typeof socPercent === 'number' ? `${count(socPercent, language())} %` : '–'}</span>` },
  { name: 'who', label: t('sessions.who'), cell: who },
  { name: 'began', label: t('session.begun'), sort: 'began', spare: true, cell: began },
];

/** @returns {Column<Session>[]} */
const pastColumns = () => [
  { name: 'place', label: t('sessions.place'), cell: place },
  { name: 'state', label: t('start.state'), cell: ({ status }) => sessionBadge(status) },
  { name: 'began', label: t('session.begun'), sort: 'startedAt', cell: began },
  { name: 'energy', label: t('charge.energy'), sort: 'energyWh', figure: true, cell: ({ energyWh }) => html`<span dir="ltr" data-flash>${kwh(energyWh, language())} kWh</span>` },
  { name: 'time', label: t('points.duration'), figure: true, cell: ({ durationSeconds }) => html`<span dir="ltr">${duration(durationSeconds)}</span>` },
  { name: 'cost', label: t('bill.total'), figure: true, cell: ({ cost }) => html`<bdi data-flash>${cost ? money(cost.total, language()) : t('price.none')}</bdi>` },
  { name: 'why', label: t('session.why'), cell: (session) => html`<span class="words">${why(session)}</span>` },
  { name: 'who', label: t('sessions.who'), cell: who },
  { name: 'ended', label: t('session.over'), sort: 'stoppedAt', spare: true, cell: ({ stoppedAt }) => (stoppedAt ? dayTime(stoppedAt, language()) : '–') },
];

/** @param {Session} session */
export function why(session) {
  if (session.status === 'failed') return failureWords(session.failure?.code);
  return session.stoppedAt ? endWords(session.stopReason) : '–';
}

/** Charges as the gateway cuts them into pages. @param {{name: string, title: string, list: ServerList<Session>, changed: () => void}} options */
export function sessionTable({ name, title, list, changed }) {
  if (list.problem !== null) return problemNotice(list.problem);
  if (!list.loaded) return skeleton(2);
  return html`<h2>${title}</h2>${dataTable({
    name, title, columns: pastColumns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
    turn: (page) => list.turn(page),
    empty: nothing('bolt', t('sessions.none')),
  })}`;
}
