// The driver's wallet: the balance, what of it is free and what is held for a running charge, and every movement. What is
// known of it is in wallet-model.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { repeat } from '/vendor/lit-html/directives/repeat.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { movementWords } from '../../components/wallet-words.js';
import { dayTime, money } from '../../utils/format.js';
import { language, t } from '../../utils/i18n.js';

/** @import { Money, WalletObject, WalletTransactionObject } from '../../../ui/types/api.d.ts' */
/** @import { MyCharges } from './my-charges.js' */

/** @param {{charges: MyCharges, payIn: (() => unknown) | null}} page what is drawn to pay money in */
export function walletScreen({ charges: { wallet, following }, payIn }) {
  return html`<section class="screen" aria-labelledby="wallet-title">
    <a class="button quiet back" href="#/me" data-act="back">${icon('back')}<span>${t('account.title')}</span></a>
    <h1 id="wallet-title">${t('wallet.title')}</h1>
    ${following.problem === null ? null : problemNotice(following.problem)}
    ${wallet.wallet ? html`${purse(wallet.wallet)} ${payIn?.()} ${movements(wallet.transactions)}` : skeleton(2)}
  </section>`;
}

/** @param {string} label @param {string} name @param {Money} amount */
const sum = (label, name, amount) => html`<div><dt>${label}</dt><dd><bdi data-figure=${name}>${money(amount, language())}</bdi></dd></div>`;

/** @param {WalletObject} wallet */
export const purse = (wallet) => html`<dl class="purse card">
  ${sum(t('wallet.available'), 'wallet-available', wallet.available)} ${sum(t('wallet.held'), 'wallet-held', wallet.held)}
  ${sum(t('wallet.balance'), 'wallet-balance', wallet.balance)}
  ${/[1-9]/.test(wallet.owed?.amount ?? '') ? sum(t('wallet.owed'), 'wallet-owed', wallet.owed) : null}
</dl>`;

/** @param {WalletTransactionObject[]} transactions newest first */
const movements = (transactions) => html`<section aria-labelledby="movements-title">
  <h2 id="movements-title">${t('wallet.movements')}</h2>
  ${transactions.length === 0 ? html`<p class="muted">${t('wallet.none')}</p>` : null}
  <ul class="mine">${repeat(transactions, ({ id }) => id, movement)}</ul>
</section>`;

/** @param {WalletTransactionObject} transaction */
function movement({ id, kind, reason, amount, balanceAfter, createdAt }) {
  const speech = language();
  const out = amount.amount.startsWith('-');
  return html`<li class="mine-row" data-transaction=${id}>
    <span class="mine-what">
      <b>${movementWords(kind)}</b>
      ${reason ? html`<span class="muted"><bdi>${reason}</bdi></span>` : null}
      <span class="muted">${dayTime(createdAt, speech)}</span>
    </span>
    <span class="mine-sums"><b class="toned" data-tone=${out ? 'idle' : 'free'}><bdi>${out ? '' : '+'}${money(amount, speech)}</bdi></b>
      <span class="muted">${t('wallet.after', { amount: money(balanceAfter, speech) })}</span></span>
  </li>`;
}
