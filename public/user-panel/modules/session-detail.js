// One of the driver's own charges: where, when, how it ended, what was measured, and the bill.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { billTable } from '../../components/price.js';
import { receiptLinks } from '../../components/receipt-links.js';
import { endWords, failureWords, sessionBadge } from '../../components/session-words.js';
import { codeOf, get } from '../../utils/api.js';
import { count, dayTime, duration, kwh } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';
import { isGoing } from './my-charges-model.js';

/** @import { Session } from '../../../ui/types/api.d.ts' */
/** @import { Lookup } from './active-session.js' */
/** @import { MyCharges } from './my-charges.js' */

/**
 * Opens one charge: what the list knows at once, then the whole of it with the lines of its bill.
 * @param {{id: string, charges: MyCharges, lookup: Lookup, changed: () => void, signal: AbortSignal}} page
 */
export function sessionDetail({ id, charges, lookup, changed, signal }) {
  /** @type {string | null} */
  let problem = null;
  const receipt = receiptLinks(changed);

  async function load() {
    try {
      const { data } = await /** @type {typeof get<Session>} */ (get)(`/api/user/sessions/${encodeURIComponent(id)}`, signal);
      charges.model.put(data, performance.now());
    } catch (error) {
      if (!signal.aborted) problem = codeOf(error);
    } finally {
      changed();
    }
  }
  load();

  return () => {
    const session = charges.model.find(id)?.session ?? null;
    return html`<section class="screen" aria-labelledby="session-title">
      <a class="button quiet back" href="#/sessions" data-act="back">${icon('back')}<span>${t('mine.title')}</span></a>
      <h1 id="session-title">${session ? html`<bdi>${lookup(session).name}</bdi>` : t('mine.title')}</h1>
      ${problem === null ? null : problemNotice(problem)}
      ${session ? whole(session, receipt(session.receiptUrl)) : problem === null ? skeleton(1) : null}
    </section>`;
  };
}

/** @param {Session} session @param {unknown} receipt */
function whole(session, receipt) {
  const speech = language();
  const { meterStartWh, meterStopWh, startedAt, stoppedAt } = session;
  return html`<div class="session-columns" data-session-detail=${session.status}>
    <dl class="facts card">
      ${fact(t('start.state'), sessionBadge(session.status))}
      ${fact(t('sessions.place'), html`<bdi>${session.stationName}</bdi> · ${t('points.connector')} ${count(session.connectorId, speech)}`)}
      ${fact(t('session.begun'), startedAt ? dayTime(startedAt, speech) : '–')}
      ${isGoing(session) ? null : fact(t('session.over'), stoppedAt ? dayTime(stoppedAt, speech) : '–')}
      ${isGoing(session) ? null : fact(t('session.why'), session.status === 'failed' ? failureWords(session.failure?.code) : endWords(session.stopReason))}
      ${fact(t('charge.energy'), html`<span dir="ltr">${kwh(session.energyWh, speech)} kWh</span>`)}
      ${fact(t('points.duration'), html`<span dir="ltr">${duration(session.durationSeconds)}</span>`)}
      ${typeof meterStartWh === 'number' && typeof meterStopWh === 'number'
        ? fact(t('session.meter'), html`<span dir="ltr">${kwh(meterStartWh, speech)} → ${kwh(meterStopWh, speech)} kWh</span>`)
        : null}
    </dl>
    <div class="card"><h2>${t('bill.title')}</h2>${billTable(session.cost)}</div>
    ${receipt ? html`<div class="card">${receipt}</div>` : null}
  </div>`;
}

/** @param {string} label @param {unknown} value */
const fact = (label, value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
