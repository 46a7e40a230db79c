// A guest's charge before it begins: the page to pay on as a code, then the charge, or why there is none and that the money
// goes back. Also where the phone comes back to that paid. How it stands is asked for again with each event of the wallet.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice, problemText, skeleton } from '../../components/notice.js';
import { qrOf } from '../../components/qr-code.js';
import { get, post } from '../../utils/api.js';
import { t } from '../../utils/i18n.js';
import { onReload } from '../../utils/reload.js';
import { Sending } from '../../utils/sending.js';
import { forget, keepGuest } from './auth.js';
import { payScan } from './pay-page.js';

/** @import { GuestOrder, Login } from '../../../ui/types/api.d.ts' */
/** @import { Drawn } from '../../components/qr-code.js' */
/** @import { MyCharges } from './my-charges.js' */

/** What a way back is called that leads nowhere. @type {Readonly<Record<string, string>>} */
const MEANINGS = { 'resource.not_found': 'client.way_back_ended' };

/**
 * Where the phone comes back to that paid: signs it in, and on it goes.
 * @param {{link: string, came: () => void, changed: () => void, signal: AbortSignal}} page
 */
export function guestReturn({ link, came, changed, signal }) {
  const entering = new Sending(changed);

  const enter = () => entering.run(async () => {
    const { data } = await /** @type {typeof post<Login>} */ (post)('/api/user/auth/guest', { link });
    if (signal.aborted) return;
    keepGuest(data.user.id, t('guest.name'), data.token, link);
    came();
  });
  void enter();

  return () => {
    const { problem } = entering;
    if (problem === null) return html`<section class="screen narrow">${skeleton(1)}</section>`;
    const ended = problem in MEANINGS;
    if (ended) forget();
    return html`<section class="screen narrow" data-guest-return=${problem}>
      <h1>${t('guest.order_title')}</h1>
      ${problemNotice(MEANINGS[problem] ?? problem)}
      ${ended ? null : html`<button class="primary big" data-act="come-back" ?disabled=${entering.busy} @click=${enter}>${icon('refresh')}<span>${t('guest.try_again')}</span></button>`}
      <a class="button" href="#/" data-act="to-board">${icon('plug')}<span>${t('mine.to_board')}</span></a>
    </section>`;
  };
}

/** @param {{charges: MyCharges, changed: () => void, begun: () => void, over: (session: string) => void, leave: () => void, signal: AbortSignal}} page */
export function guestOrder({ charges, changed, begun, over, leave, signal }) {
  /** @type {GuestOrder | null} */
  let order = null;
  /** @type {Drawn | null} */
  let code = null;
  const loading = new Sending(changed);
  /** The wallet's version that was loaded for. */
  let seen = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  signal.addEventListener('abort', () => clearTimeout(timer));

  const load = () => loading.run(async () => {
    order = (await /** @type {typeof get<GuestOrder>} */ (get)('/api/user/charging/guest-order', signal)).data;
    const url = order.topup?.checkoutUrl;
    code = url ? await qrOf(url) : null;
    if (order.session?.status === 'stopped') over(order.session.id);
    // No event tells that nobody paid in time.
    clearTimeout(timer);
    const left = order.topup?.status === 'pending' ? leftOf(order.topup) : 0;
    if (left > 0) timer = setTimeout(load, left);
  });
  onReload(() => void load(), signal);

  const pageOver = () => html`<section class="card form" data-part="page-over">
    <p class="notice" data-tone="wait" role="status">${icon('clock')}<span>${t('guest.page_over')}</span></p>
    <button class="primary big" data-act="leave-order" @click=${leave}>${icon('back')}<span>${t('charge.close')}</span></button>
  </section>`;

  /** @param {GuestOrder} known */
  function ended(known) {
    const paid = known.topup?.status === 'completed';
    const why = known.failure ? problemText(known.failure.code) : t(paid ? 'charge.nothing_paid' : 'guest.unpaid');
    return html`<section class="card form" data-part="order-over">
      <p class="notice" data-tone=${known.failure ? 'bad' : 'wait'} role="status">${icon('alert')}<span>${why}</span></p>
      ${paid ? html`<p>${t('guest.money_back')}</p>` : null}
      <button class="primary big" data-act="leave-order" @click=${leave}>${icon('back')}<span>${t('charge.close')}</span></button>
    </section>`;
  }

  /** @param {GuestOrder} known */
  function shown(known) {
    if (known.status === 'ended' || known.failure) return ended(known);
    if (known.topup?.status === 'pending' && leftOf(known.topup) <= 0) return pageOver();
    if (known.topup && code && known.topup.status === 'pending') return payScan({ topup: known.topup, code, closing: t('guest.leave'), close: leave });
    return html`<section class="card form" data-part="order-paid">
      <p class="notice" data-tone="free" role="status">${icon('check')}<span>${t('guest.paid')}</span></p>
    </section>`;
  }

  return () => {
    if (charges.model.active || charges.ended) {
      queueMicrotask(begun);
      return skeleton(1);
    }
    const version = charges.wallet.wallet?.version ?? -1;
    if (version !== seen && !loading.busy) {
      seen = version;
      queueMicrotask(load);
    }
    return html`<section class="screen narrow" aria-labelledby="order-title">
      <h1 id="order-title">${t('guest.order_title')}</h1>
      ${loading.problem === null ? null : problemNotice(loading.problem)}
      ${order ? shown(order) : loading.problem === null ? skeleton(1) : null}
    </section>`;
  };
}

/** How long a page can still be paid, ms. @param {{expiresAt: string}} topup */
const leftOf = ({ expiresAt }) => Date.parse(expiresAt) - Date.now();
