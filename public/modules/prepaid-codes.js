// The prepaid codes page: batches of codes that are sold at the desk, what is left of each, and the form for another one.
// The codes themselves are on the sheet (prepaid-sheet.js).
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { postOnce } from '../utils/api.js';
import { count, dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at, go } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { site } from '../utils/site.js';
import { formDialog, said } from './form-dialog.js';
import { batchState, movesCodes } from './money-in-model.js';

/** @import { PrepaidBatch } from '../../ui/types/api.d.ts' */
/** @import { IconName } from '../components/icons.js' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<import('./money-in-model.js').BatchState, {tone: string, picture: IconName, key: string}>>} */
const LOOKS = {
  valid: { tone: 'free', picture: 'check', key: 'codes.valid' },
  used_up: { tone: 'idle', picture: 'flag', key: 'codes.used_up' },
  expired: { tone: 'idle', picture: 'clock', key: 'codes.expired' },
  voided: { tone: 'bad', picture: 'blocked', key: 'codes.voided' },
};

/** @param {PrepaidBatch} batch */
export function batchBadge(batch) {
  const state = batchState(batch, Date.now());
  const { tone, picture, key } = LOOKS[state];
  return html`<span class="badge" data-tone=${tone} data-batch=${state}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** Until when, in words. @param {Pick<PrepaidBatch, 'expiresAt'>} batch */
export const untilWords = ({ expiresAt }) => (expiresAt ? dayTime(expiresAt, language()) : t('codes.never'));

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange }) {
  /** @type {ServerList<PrepaidBatch>} */
  const list = new ServerList({ path: '/api/cms/prepaid-codes', changed, signal });
  const currency = () => site().currency;

  // A code was redeemed, somewhere: the list says of which batch.
  desk.listen((event) => {
    if (movesCodes(event)) list.load();
  }, signal);

  const form = formDialog({
    name: 'codes',
    title: () => t('codes.add'),
    fields: (_, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('codes.name'), required: true, maxlength: 100, sending })}
      ${field({ name: 'amount', label: t('codes.worth_in', { currency: currency() }), required: true, maxlength: 20, ltr: true, sending })}
      ${field({ name: 'count', label: t('codes.count'), hint: t('codes.count_hint'), type: 'number', min: 1, max: 1000, value: 20, required: true, sending })}
      ${field({ name: 'expiresAt', label: t('codes.expires'), hint: t('codes.expires_hint'), type: 'date', sending })}
    </div>`,
    async send(_, data) {
      const day = said(data, 'expiresAt');
      const body = {
        name: said(data, 'name'),
        amount: { amount: said(data, 'amount'), currency: currency() },
        count: Number(said(data, 'count')),
        ...(day ? { expiresAt: new Date(`${day}T23:59:59`).toISOString() } : {}),
      };
      const { data: made } = await /** @type {typeof postOnce<PrepaidBatch>} */ (postOnce)('/api/cms/prepaid-codes', body);
      go('codes', made.id);
    },
    changed,
  });

  const add = mayChange ? html`<button class="primary" data-act="add-codes" @click=${() => form.open(null)}>${icon('plus')}${t('codes.add')}</button>` : null;

  /** @returns {import('../components/data-table.js').Column<PrepaidBatch>[]} */
  const columns = () => [
    // The codes are money: who only looks does not see them.
    { name: 'name', label: t('codes.name'), cell: ({ id, name }) => (mayChange ? html`<a class="link" href=${at('codes', id)} data-act="sheet"><bdi>${name}</bdi></a>` : html`<bdi>${name}</bdi>`) },
    { name: 'state', label: t('start.state'), cell: batchBadge },
    { name: 'worth', label: t('codes.worth'), figure: true, cell: ({ amount }) => html`<bdi>${money(amount, language())}</bdi>` },
    { name: 'redeemed', label: t('codes.redeemed'), figure: true, cell: ({ redeemed, count: all }) => html`<span dir="ltr"><b data-figure="codes-redeemed">${count(redeemed, language())}</b> <span class="unit">/ ${count(all, language())}</span></span>` },
    { name: 'expires', label: t('codes.expires'), cell: untilWords },
    { name: 'made', label: t('table.created'), cell: ({ createdAt }) => dayTime(createdAt, language()) },
  ];

  return () => html`<section class="page">
    ${pageHead({ title: t('codes.title'), under: t('codes.under'), acts: add })}
    ${whenKnown(list, () => dataTable({
      name: 'codes', title: t('codes.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: null, changed,
      turn: (page) => list.turn(page),
      empty: nothing('ticket', t('codes.empty'), add),
    }))}
    ${form.view()}
  </section>`;
}
