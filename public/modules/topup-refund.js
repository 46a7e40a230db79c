// What goes back of a top-up, in a window: what went back so far, and the form for more of it.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { get, postOnce } from '../utils/api.js';
import { dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { formDialog, said } from './form-dialog.js';
import { canGoBack, wentBack } from './money-in-model.js';

/** @import { Topup, TopupRefund } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, string>>} */
const STANDS = { pending: 'topups.refund_pending', completed: 'topups.refund_completed', failed: 'topups.refund_failed' };

/** @param {{changed: () => void, tell: DeskPage['tell'], mayChange: boolean, sent: () => void}} page */
export function topupRefund({ changed, tell, mayChange, sent }) {
  /** @type {TopupRefund[]} */
  let known = [];

  const form = formDialog({
    name: 'refund',
    title: () => t('topups.refund'),
    save: () => t('topups.refund'),
    maySend: (/** @type {Topup | null} */ topup) => mayChange && topup !== null && canGoBack(topup),
    fields: (topup, sending) => topup && html`
      ${known.length === 0 ? null : soFar(known)}
      ${mayChange && canGoBack(topup)
        ? html`<div class="form-grid">
            ${field({ name: 'amount', label: t('topups.refund_amount', { currency: topup.amount.currency }), hint: t('topups.refund_all'), maxlength: 20, ltr: true, sending })}
            ${field({ name: 'reason', label: t('wallet.reason'), required: true, minlength: 3, maxlength: 500, sending })}
          </div>`
        : null}`,
    async send(topup, data) {
      if (topup === null) return;
      const amount = said(data, 'amount');
      const body = { reason: said(data, 'reason'), ...(amount ? { amount: { amount, currency: topup.amount.currency } } : {}) };
      const { data: refund } = await /** @type {typeof postOnce<TopupRefund>} */ (postOnce)(`/api/cms/topups/${topup.id}/refund`, body);
      tell('free', t('topups.refund_told', { amount: money(refund.amount, language()) }));
      sent();
    },
    changed,
  });

  return {
    /** @param {Topup} topup */
    open(topup) {
      known = [];
      form.open(topup);
      if (!wentBack(topup)) return;
      /** @type {typeof get<TopupRefund[]>} */ (get)(`/api/cms/topups/${topup.id}/refunds`).then(({ data }) => {
        known = data;
        changed();
      }, () => {});
    },
    view: () => form.view(),
  };
}

/** @param {TopupRefund[]} refunds */
const soFar = (refunds) => html`<table class="bill" data-table="refunds">
  <caption class="unseen">${t('topups.refunds')}</caption>
  <tbody>${refunds.map((refund) => html`<tr data-refund=${refund.status}>
    <th scope="row"><bdi>${refund.reason}</bdi><span class="muted">${t(STANDS[refund.status] ?? 'state.unknown')}, ${dayTime(refund.createdAt, language())}</span></th>
    <td><bdi>${money(refund.amount, language())}</bdi></td>
  </tr>`)}</tbody>
</table>`;
