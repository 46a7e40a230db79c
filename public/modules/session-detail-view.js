// One charge at the desk: where, who, what was measured, its power, its bill, and the way to its charge point.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { fact, nothing, pageHead } from '../components/page-head.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { billTable } from '../components/price.js';
import { sessionBadge } from '../components/session-words.js';
import { codeOf, get } from '../utils/api.js';
import { count, dayTime, duration, kw, kwh, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { onReload } from '../utils/reload.js';
import { at } from '../utils/route.js';
import { who, why } from './session-table.js';

/** @import { Receipt, Session } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, id, changed, signal }) {
  /** @type {Session | null} */
  let whole = null;
  /** @type {Receipt[]} */
  let receipts = [];
  /** @type {string | null} */
  let problem = null;

  async function load() {
    try {
      const place = `/api/cms/sessions/${encodeURIComponent(id)}`;
      whole = (await /** @type {typeof get<Session>} */ (get)(place, signal)).data;
      receipts = (await /** @type {typeof get<Receipt[]>} */ (get)(`${place}/receipts`, signal)).data;
    } catch (error) {
      if (!signal.aborted) problem = codeOf(error);
    }
    changed();
  }
  onReload(load, signal);
  load();
  // Its bill's last lines come with the whole session.
  desk.listen((event) => {
    if (event.type === 'charging.stopped' && event.data.sessionId === id) load();
  }, signal);

  return () => {
    const known = desk.sessions.find(id);
    const session = known && (!whole || known.version >= whole.version) ? { ...whole, ...known, cost: known.cost?.lines.length ? known.cost : (whole?.cost ?? known.cost) } : whole;
    return html`<section class="page" data-session-page=${session?.status ?? ''}>
      ${pageHead({
        title: session ? html`<bdi>${session.chargePointName}</bdi> · ${count(session.connectorId, language())}` : t('sessions.title'),
        under: session ? html`<bdi>${session.stationName}</bdi>` : null,
        back: { href: '#/sessions', words: t('sessions.title') },
        acts: session ? html`<a class="button" href=${at('points', session.chargePointId)}>${icon('plug')}${t('points.point')}</a>` : null,
      })}
      ${problem === null ? null : problemNotice(problem)}
      ${session ? facts(session, receipts) : problem === null ? skeleton(2) : nothing('bolt', t('problem.not_found'))}
    </section>`;
  };
}

/** @param {Session} session @param {Receipt[]} receipts */
function facts(session, receipts) {
  const speech = language();
  const { startedAt, stoppedAt, powerW, socPercent, meterStartWh, meterStopWh } = session;
  return html`<div class="two">
    <dl class="card facts-list">
      ${fact(t('start.state'), sessionBadge(session.status))}
      ${fact(t('sessions.who'), who(session))}
      ${fact(t('charge.energy'), html`<span dir="ltr" data-figure="detail-energy">${kwh(session.energyWh, speech)} kWh</span>`)}
      ${typeof powerW === 'number' ? fact(t('points.power'), html`<span dir="ltr" data-figure="detail-power">${kw(powerW, speech)} kW</span>`) : null}
      ${typeof socPercent === 'number' ? fact(t('charge.battery'), html`<span dir="ltr">${count(socPercent, speech)} %</span>`) : null}
      ${fact(t('points.duration'), html`<span dir="ltr">${duration(session.durationSeconds)}</span>`)}
      ${fact(t('session.begun'), startedAt ? dayTime(startedAt, speech) : '–')}
      ${stoppedAt ? fact(t('session.over'), dayTime(stoppedAt, speech)) : null}
      ${stoppedAt || session.status === 'failed' ? fact(t('session.why'), why(session)) : null}
      ${typeof meterStartWh === 'number' ? fact(t('session.meter'), html`<span dir="ltr">${kwh(meterStartWh, speech)}${typeof meterStopWh === 'number' ? html` → ${kwh(meterStopWh, speech)}` : null} kWh</span>`) : null}
      ${typeof session.transactionId === 'number' ? fact(t('session.transaction'), html`<span dir="ltr">${session.transactionId}</span>`) : null}
    </dl>
    <section class="card" aria-labelledby="bill-title"><h2 id="bill-title">${t('bill.title')}</h2>${billTable(session.cost)}
      ${receipts.length === 0 ? null : receiptList(receipts)}</section>
  </div>`;
}

/** Every receipt that was issued for it: where the figures changed, the first is reversed. @param {Receipt[]} receipts */
function receiptList(receipts) {
  const speech = language();
  return html`<h3>${t('receipt.title')}</h3>
    <ul class="receipts">${receipts.map(
      ({ number, kind, reverses, issuedAt, total, url }) => html`<li data-receipt=${kind}>
        ${url ? html`<a href=${url} target="_blank" rel="noopener"><bdi>${number}</bdi></a>` : html`<bdi>${number}</bdi>`}
        ${kind === 'reversal' ? html`<span class="muted">${t('receipt.reverses', { number: reverses ?? '' })}</span>` : null}
        <span class="muted">${dayTime(issuedAt, speech)}</span>
        <b dir="ltr">${money(total, speech)}</b>
      </li>`,
    )}</ul>`;
}
