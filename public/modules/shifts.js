// The day close page: what the day comes to so far, the closing, and the days that were closed. One closed day is in
// shift-detail.js. The lists for a spreadsheet are here too: they are wanted when a day or a month is over.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { problemText } from '../components/notice.js';
import { codeOf, get, postOnce } from '../utils/api.js';
import { download } from '../utils/download.js';
import { count, dayTime, kwh, money } from '../utils/format.js';
import { isKiosk } from '../utils/host.js';
import { language, t } from '../utils/i18n.js';
import { onReload } from '../utils/reload.js';
import { at, go } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { formDialog, said } from './form-dialog.js';
import { movesShift } from './money-in-model.js';
import { shiftReport } from './shift-report.js';

/** @import { Shift } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @typedef {Shift & {id: string, number: number, closedAt: string}} Closed */

/** What can be had as a file, and its words. @type {ReadonlyArray<readonly [string, string]>} */
const FILES = [
  ['sessions', 'sessions.title'],
  ['ledger', 'shift.ledger'],
  ['settlements', 'shift.settlements'],
];

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange, tell }) {
  const known = { loaded: false, problem: /** @type {string | null} */ (null) };
  /** @type {ServerList<Closed>} */
  const list = new ServerList({ path: '/api/cms/shifts', changed, signal });
  /** @type {Shift | null} */
  let going = null;

  /** The day is reckoned from all its receipts: one question at a time, and one more for all that came meanwhile. */
  let asking = false;
  let stale = false;
  async function load() {
    stale = true;
    if (asking) return;
    asking = true;
    while (stale && !signal.aborted) {
      stale = false;
      try {
        going = (await /** @type {typeof get<Shift>} */ (get)('/api/cms/shifts/current', signal)).data;
        Object.assign(known, { loaded: true, problem: null });
      } catch (error) {
        if (!signal.aborted) known.problem = codeOf(error);
      }
      changed();
    }
    asking = false;
  }

  desk.listen((event) => {
    if (movesShift(event)) load();
  }, signal);
  onReload(load, signal);
  load();

  const form = formDialog({
    name: 'shift',
    title: () => t('shift.close'),
    save: () => t('shift.close'),
    fields: (_, sending) => html`
      ${going ? html`<p>${t('shift.expected', { amount: money(going.cash.expected, language()) })}</p>` : null}
      <div class="form-grid">
        ${field({ name: 'countedCash', label: t('shift.counted_in', { currency: going?.cash.expected.currency ?? '' }), hint: t('shift.counted_hint'), maxlength: 20, ltr: true, sending })}
        ${field({ name: 'note', label: t('shift.note'), maxlength: 500, sending })}
      </div>`,
    async send(_, data) {
      const counted = said(data, 'countedCash');
      const note = said(data, 'note');
      const body = {
        ...(counted ? { countedCash: { amount: counted, currency: going?.cash.expected.currency ?? '' } } : {}),
        ...(note ? { note } : {}),
      };
      const { data: closed } = await /** @type {typeof postOnce<Closed>} */ (postOnce)('/api/cms/shifts', body);
      tell('free', t('shift.closed_told', { number: count(closed.number, language()) }));
      go('shifts', closed.id);
    },
    changed,
  });

  /** @param {string} name */
  const fetchFile = (name) => () => download(`/api/cms/${name}.csv`, `${name}.csv`).catch((/** @type {unknown} */ error) => tell('bad', problemText(codeOf(error))));

  const files = () => isKiosk()
    ? html`<p class="muted">${t('shift.files_elsewhere')}</p>`
    : html`<div class="row">${FILES.map(([name, key]) => html`<button data-act="csv-${name}" @click=${fetchFile(name)}>${icon('chart')}${t(key)}</button>`)}</div>`;

  const close = mayChange ? html`<button class="primary" data-act="close-day" @click=${() => form.open(null)}>${icon('flag')}${t('shift.close')}</button>` : null;

  /** @returns {import('../components/data-table.js').Column<Closed>[]} */
  const columns = () => [
    { name: 'number', label: t('shift.number'), cell: ({ id, number }) => html`<a class="link" href=${at('shifts', id)}>${count(number, language())}</a>` },
    { name: 'closed', label: t('shift.closed'), cell: ({ closedAt }) => dayTime(closedAt, language()) },
    { name: 'energy', label: t('charge.energy'), figure: true, cell: ({ sales }) => html`<span dir="ltr">${kwh(sales.energyWh, language())} kWh</span>` },
    { name: 'total', label: t('shift.sold'), figure: true, cell: ({ sales }) => html`<bdi>${money(sales.total, language())}</bdi>` },
    { name: 'difference', label: t('shift.difference'), figure: true, cell: ({ cash }) => html`<bdi>${cash.difference ? money(cash.difference, language()) : '–'}</bdi>` },
  ];

  return () => html`<section class="page" data-shift-page="going">
    ${pageHead({ title: t('shift.title'), under: t('shift.under'), acts: close })}
    ${whenKnown(known, () => going && html`
      <h2>${going.openedAt ? t('shift.since', { time: dayTime(going.openedAt, language()) }) : t('shift.since_start')}</h2>
      ${shiftReport(going)}`)}
    <h2>${t('shift.files')}</h2>${files()}
    <h2>${t('shift.list')}</h2>
    ${whenKnown(list, () => dataTable({
      name: 'shifts', title: t('shift.list'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: null, changed,
      turn: (number) => list.turn(number),
      empty: nothing('flag', t('shift.empty')),
    }))}
    ${form.view()}
  </section>`;
}
