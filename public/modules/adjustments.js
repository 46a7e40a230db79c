// Money that operators give a customer or take by hand: the form, what was asked for so far, and the second operator's yes
// or no where one may not alone.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing } from '../components/page-head.js';
import { problemNotice } from '../components/notice.js';
import { postOnce } from '../utils/api.js';
import { dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { formDialog, said } from './form-dialog.js';
import { isMe } from './sign-in.js';

/** @import { Adjustment } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, string>>} */
const STANDS = { pending: 'adjust.pending', completed: 'adjust.completed', rejected: 'adjust.rejected' };

/** @param {{customer: string, currency: () => string | null, changed: () => void, tell: DeskPage['tell'], mayChange: boolean, signal: AbortSignal}} page */
export function adjustments({ customer, currency, changed, tell, mayChange, signal }) {
  const path = `/api/cms/customers/${customer}/wallet/adjustments`;
  /** @type {ServerList<Adjustment>} */
  const list = new ServerList({ path, changed, signal });
  const deciding = new Sending(changed);

  /** @param {Adjustment} made */
  function taken(made) {
    list.put(made);
    tell('free', t(STANDS[made.status] ?? 'form.saved'));
  }

  const form = formDialog({
    name: 'adjust',
    title: () => t('adjust.title'),
    fields: (_, sending) => html`<div class="form-grid">
      ${field({ name: 'amount', label: t('adjust.amount', { currency: currency() ?? '' }), hint: t('adjust.hint'), required: true, maxlength: 20, ltr: true, sending })}
      ${field({ name: 'method', label: t('adjust.method'), options: [['cash', t('adjust.cash')], ['credit', t('adjust.credit')]], sending })}
      ${field({ name: 'reason', label: t('wallet.reason'), required: true, minlength: 3, maxlength: 500, sending })}
    </div>`,
    async send(_, data) {
      const body = { amount: { amount: said(data, 'amount'), currency: currency() ?? '' }, method: said(data, 'method'), reason: said(data, 'reason') };
      taken((await /** @type {typeof postOnce<Adjustment>} */ (postOnce)(path, body)).data);
    },
    changed,
  });

  /** @param {Adjustment} one @param {'approve' | 'reject'} how */
  const decide = (one, how) => deciding.run(async () => {
    taken((await /** @type {typeof postOnce<Adjustment>} */ (postOnce)(`${path}/${one.id}/${how}`, {})).data);
  });

  /** @param {Adjustment} one */
  const choice = (one) => (mayChange && one.status === 'pending' && !isMe(one.requestedBy)
    ? html`<span class="row">
        <button data-act="approve" ?disabled=${deciding.busy} @click=${() => decide(one, 'approve')}>${icon('check')}${t('adjust.yes')}</button>
        <button class="quiet" data-act="reject" ?disabled=${deciding.busy} @click=${() => decide(one, 'reject')}>${icon('close')}${t('adjust.no')}</button>
      </span>`
    : t(STANDS[one.status] ?? 'state.unknown'));

  /** @type {import('../components/data-table.js').Column<Adjustment>[]} */
  const columns = [
    { name: 'reason', label: t('wallet.reason'), cell: ({ reason }) => html`<bdi>${reason}</bdi>` },
    { name: 'when', label: t('table.when'), cell: ({ requestedAt }) => dayTime(requestedAt, language()) },
    { name: 'amount', label: t('wallet.amount'), figure: true, cell: ({ amount }) => html`<bdi>${money(amount, language())}</bdi>` },
    { name: 'method', label: t('adjust.method'), cell: ({ method }) => t(method === 'cash' ? 'adjust.cash' : 'adjust.credit') },
    { name: 'stands', label: t('adjust.stands'), cell: choice },
  ];

  return {
    button: () => (mayChange && currency() !== null ? html`<button data-act="adjust" @click=${() => form.open(null)}>${icon('wallet')}${t('adjust.title')}</button>` : null),
    /** Seen once there is one. */
    table: () => (list.total === 0 ? null : html`<h2>${t('adjust.list')}</h2>
      ${deciding.problem === null ? null : problemNotice(deciding.problem)}
      ${dataTable({ name: 'customer-adjustments', title: t('adjust.list'), columns, rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, turn: (number) => list.turn(number), changed, empty: nothing('wallet', t('wallet.none')) })}`),
    view: () => form.view(),
  };
}
