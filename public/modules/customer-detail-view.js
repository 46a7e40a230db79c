// One customer at the desk: who it is, the cards, the movements of money, and the charges.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { fact, nothing, pageHead } from '../components/page-head.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { statement } from '../components/statement.js';
import { movementWords } from '../components/wallet-words.js';
import { codeOf, get } from '../utils/api.js';
import { dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { onReload } from '../utils/reload.js';
import { go } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { adjustments } from './adjustments.js';
import { languageName } from './customers.js';
import { customerForm } from './customer-form.js';
import { cardColumns } from './id-tokens.js';
import { sessionTable } from './session-table.js';
import { topupTable } from './topup-table.js';

/** @import { CustomerObject, IdTokenObject, Session, VehicleObject, WalletObject, WalletTransactionObject } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../ui/types/events.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, id, changed, signal, mayChange, tell }) {
  const of = encodeURIComponent(id);
  /** @type {CustomerObject | null} */
  let customer = null;
  /** The newest the wallet said of itself. @type {Omit<WalletObject, 'updatedAt'> | null} */
  let wallet = null;
  /** @type {VehicleObject[]} */
  let vehicles = [];
  /** @type {string | null} */
  let problem = null;
  /** @type {ServerList<WalletTransactionObject>} */
  const moved = new ServerList({ path: `/api/cms/customers/${of}/wallet-transactions`, changed, signal });
  /** @type {ServerList<Session>} */
  const sessions = new ServerList({ path: `/api/cms/customers/${of}/sessions`, changed, signal });
  /** @type {ServerList<IdTokenObject>} */
  const cards = new ServerList({ path: '/api/cms/id-tokens', query: { customerId: id }, changed, signal });
  const byHand = adjustments({ customer: of, currency: () => wallet?.currency ?? null, changed, tell, mayChange, signal });
  const topups = topupTable({ desk, changed, signal, mayChange, tell, customer: id });
  const receipts = statement({ path: `/api/cms/customers/${of}/statement`, changed, signal });
  const form = customerForm({ changed, tell, saved: (now) => (customer = now), removed: () => go('customers') });

  async function load() {
    try {
      const [who, money, cars] = await Promise.all([
        /** @type {typeof get<CustomerObject>} */ (get)(`/api/cms/customers/${of}`, signal),
        /** @type {typeof get<WalletObject>} */ (get)(`/api/cms/customers/${of}/wallet`, signal),
        /** @type {typeof get<{items: VehicleObject[]}>} */ (get)(`/api/cms/customers/${of}/vehicles`, signal),
      ]);
      vehicles = cars.data.items;
      if (customer === null || customer.version < who.data.version) customer = who.data;
      if (wallet === null || wallet.version < money.data.version) wallet = money.data;
      problem = null;
    } catch (error) {
      if (!signal.aborted) problem = codeOf(error);
    }
    changed();
  }
  onReload(load, signal);
  load();

  /** @param {LiveEvent} event */
  function take(event) {
    if (event.type === 'cms.customer.updated' && event.data.customer.id === id) customer = event.data.customer;
    else if (event.type === 'wallet.balance.changed' && event.data.customerId === id) wallet = event.data;
    else if (event.type === 'wallet.transaction.created' && event.data.customerId === id) moved.put(event.data.transaction);
    else if (event.type.startsWith('charging.') || event.type === 'cost.updated' || event.type === 'meter.values') {
      const session = desk.sessions.find(/** @type {{sessionId?: string | null}} */ (event.data).sessionId ?? '');
      if (session?.customerId !== id) return;
      sessions.put(structuredClone(session));
    } else return;
    changed();
  }
  desk.listen(take, signal);

  return () => html`<section class="page" data-customer-page=${id}>
    ${pageHead({
      title: html`<bdi>${customer?.name ?? t('customers.customer')}</bdi>`,
      under: customer ? html`<bdi dir="ltr">${customer.email}</bdi>` : null,
      back: { href: '#/customers', words: t('customers.title') },
      acts: customer && mayChange ? html`${byHand.button()}<button data-act="edit" @click=${() => form.open(customer)}>${icon('edit')}${t('form.edit')}</button>` : null,
    })}
    ${problem === null ? null : problemNotice(problem)}
    ${customer ? facts(customer, wallet, vehicles) : problem === null ? skeleton(1) : null}
    ${sessionTable({ name: 'customer-sessions', title: t('sessions.title'), list: sessions, changed })}
    ${table('customer-money', t('wallet.movements'), moved, moneyColumns(), 'wallet', t('wallet.none'), changed)}
    ${topups.list.total === 0 ? null : html`<h2>${t('topups.title')}</h2>${topups.table()}`}
    ${byHand.table()}
    <h2>${t('statement.title')}</h2>${receipts()}
    ${table('customer-cards', t('cards.title'), cards, cardColumns(null), 'card', t('cards.none'), changed)}
    ${form.view()} ${byHand.view()} ${topups.view()}
  </section>`;
}

/** @param {CustomerObject} customer @param {Pick<WalletObject, 'balance' | 'available' | 'held' | 'owed'> | null} wallet @param {VehicleObject[]} vehicles */
const facts = (customer, wallet, vehicles) => html`<dl class="card facts-row">
  ${fact(t('wallet.balance'), html`<bdi data-figure="customer-balance">${wallet ? money(wallet.balance, language()) : '–'}</bdi>`)}
  ${fact(t('wallet.available'), html`<bdi data-figure="customer-available">${wallet ? money(wallet.available, language()) : '–'}</bdi>`)}
  ${fact(t('wallet.held'), html`<bdi data-figure="customer-held">${wallet ? money(wallet.held, language()) : '–'}</bdi>`)}
  ${fact(t('wallet.owed'), html`<bdi data-figure="customer-owed">${wallet ? money(wallet.owed, language()) : '–'}</bdi>`)}
  ${fact(t('profile.phone'), html`<bdi dir="ltr">${customer.phone ?? '–'}</bdi>`)}
  ${fact(t('page.language'), languageName(customer.language))}
  ${fact(t('table.created'), dayTime(customer.createdAt, language()))}
  ${vehicles.length === 0 ? null : fact(t('vehicles.title'), vehicles.map(({ name, plate }) => html`<div data-vehicle><bdi>${name}</bdi>${plate ? html` · <bdi dir="ltr">${plate}</bdi>` : null}</div>`))}
</dl>`;

/**
 * @template {{id: string}} Row
 * @param {string} name @param {string} title @param {ServerList<Row>} list @param {import('../components/data-table.js').Column<Row>[]} columns
 * @param {import('../components/icons.js').IconName} picture @param {string} empty @param {() => void} changed
 */
function table(name, title, list, columns, picture, empty, changed) {
  if (list.problem !== null) return problemNotice(list.problem);
  if (!list.loaded) return skeleton(1);
  return html`<h2>${title}</h2>${dataTable({ name, title, columns, rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, turn: (page) => list.turn(page), changed, empty: nothing(picture, empty) })}`;
}

/** @returns {import('../components/data-table.js').Column<WalletTransactionObject>[]} */
const moneyColumns = () => [
  { name: 'kind', label: t('wallet.movement'), cell: ({ kind }) => movementWords(kind) },
  { name: 'reason', label: t('wallet.reason'), cell: ({ reason }) => html`<bdi>${reason ?? '–'}</bdi>` },
  { name: 'when', label: t('table.when'), cell: ({ createdAt }) => dayTime(createdAt, language()) },
  { name: 'amount', label: t('wallet.amount'), figure: true, cell: ({ amount }) => html`<bdi>${money(amount, language())}</bdi>` },
  { name: 'after', label: t('wallet.balance'), figure: true, cell: ({ balanceAfter }) => html`<bdi>${money(balanceAfter, language())}</bdi>` },
];
