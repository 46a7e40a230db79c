// The receipts of a month, summed up, and the same as a file where files can be saved. For the driver and for the desk: whose
// they are is in the path.
import { html } from '/vendor/lit-html/lit-html.js';
import { codeOf, get } from '../utils/api.js';
import { download } from '../utils/download.js';
import { dayTime, kwh, money, monthName, percent } from '../utils/format.js';
import { isStationScreen } from '../utils/host.js';
import { language, t } from '../utils/i18n.js';
import { lastMonths } from '../utils/months.js';
import { icon } from './icons.js';
import { problemNotice, skeleton } from './notice.js';

/** @import { Statement, StatementReceipt } from '../../ui/types/api.d.ts' */

/** How many months can be chosen. */
const MONTHS = 13;

/**
 * @param {object} page
 * @param {string} page.path of the statement, without a query
 * @param {() => void} page.changed
 * @param {AbortSignal} page.signal
 */
export function statement({ path, changed, signal }) {
  const months = lastMonths(new Date(), MONTHS);
  let month = /** @type {import('../utils/months.js').Month} */ (months[0]);
  /** @type {Statement | null} */
  let shown = null;
  /** @type {string | null} */
  let problem = null;

  const query = () => `?from=${month.from}&to=${month.to}`;

  async function load() {
    const of = month;
    shown = null;
    problem = null;
    changed();
    try {
      const { data } = await /** @type {typeof get<Statement>} */ (get)(path + query(), signal);
      if (of === month) shown = data;
    } catch (error) {
      if (!signal.aborted && of === month) problem = codeOf(error);
    }
    changed();
  }
  load();

  /** @param {Event} event */
  function turn(event) {
    const chosen = /** @type {HTMLSelectElement} */ (event.target).value;
    month = months.find(({ from }) => from === chosen) ?? month;
    load();
  }

  const save = () => download(`${path}.pdf${query()}`, `statement-${month.from.slice(0, 7)}.pdf`).catch((/** @type {unknown} */ error) => {
    problem = codeOf(error);
    changed();
  });

  return () => html`<div class="card statement" data-statement=${month.from}>
    <label class="field"><span>${t('statement.month')}</span><span class="choice"><select data-act="statement-month" @change=${turn}>
      ${months.map(({ from, day }) => html`<option value=${from} ?selected=${from === month.from}>${monthName(day, language())}</option>`)}
    </select></span></label>
    ${problem === null ? null : problemNotice(problem)}
    ${shown ? sheet(shown) : problem === null ? skeleton(1) : null}
    ${shown && shown.receipts.length > 0 && !isStationScreen() ? html`<button data-act="statement-file" @click=${save}>${icon('receipt')}<span>${t('receipt.file')}</span></button>` : null}
  </div>`;
}

/** @param {Statement} known */
function sheet({ receipts, energyWh, taxes, net, total }) {
  const speech = language();
  if (receipts.length === 0) return html`<p class="muted" data-statement-empty>${t('statement.none')}</p>`;
  return html`<table class="bill">
    <caption class="unseen">${t('statement.title')}</caption>
    <tbody>${receipts.map(line)}</tbody>
    <tfoot>
      <tr><th scope="row">${t('charge.energy')}</th><td><span dir="ltr">${kwh(energyWh, speech)} kWh</span></td></tr>
      <tr><th scope="row">${t('shift.net')}</th><td><bdi>${money(net, speech)}</bdi></td></tr>
      ${taxes.map((tax) => html`<tr><th scope="row">${t('shift.tax', { percent: percent(tax.percent, speech) })}</th><td><bdi>${money(tax.tax, speech)}</bdi></td></tr>`)}
      <tr><th scope="row">${t('bill.total')}</th><td><b data-figure="statement-total"><bdi>${money(total, speech)}</bdi></b></td></tr>
    </tfoot>
  </table>
  <p class="muted">${t('statement.hint')}</p>`;
}

/** @param {StatementReceipt} receipt */
function line({ number, url, issuedAt, stationName, energyWh, total, reverses }) {
  const speech = language();
  const named = html`<bdi dir="ltr">${number}</bdi>`;
  return html`<tr data-receipt-number=${number}>
    <th scope="row">${url && !isStationScreen() ? html`<a class="link" href=${url} target="_blank" rel="noopener">${named}</a>` : named}
      <span class="muted">${dayTime(issuedAt, speech)} · <bdi>${stationName}</bdi> · <span dir="ltr">${kwh(energyWh, speech)} kWh</span></span>
      ${reverses ? html`<span class="muted">${t('statement.reverses', { number: reverses })}</span>` : null}</th>
    <td><bdi>${money(total, speech)}</bdi></td>
  </tr>`;
}
