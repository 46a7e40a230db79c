// Top-ups as a table, everybody's or one customer's: where each stands, what went back of it, and the way to give more of it
// back.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing } from '../components/page-head.js';
import { get } from '../utils/api.js';
import { dayTime, money } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { canGoBack, movesTopup, wentBack } from './money-in-model.js';
import { topupRefund } from './topup-refund.js';

/** @import { Choice, Topup } from '../../ui/types/api.d.ts' */
/** @import { Column } from '../components/data-table.js' */
/** @import { IconName } from '../components/icons.js' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, {tone: string, picture: IconName, key: string}>>} */
const LOOKS = {
  pending: { tone: 'wait', picture: 'clock', key: 'topups.pending' },
  completed: { tone: 'free', picture: 'check', key: 'topups.completed' },
  failed: { tone: 'bad', picture: 'alert', key: 'topups.failed' },
  abandoned: { tone: 'idle', picture: 'cut', key: 'topups.abandoned' },
};

const PROVIDERS = { stripe: 'Stripe', razorpay: 'Razorpay' };

/** @param {Topup} topup */
function badge({ status }) {
  const { tone, picture, key } = LOOKS[status] ?? { tone: 'idle', picture: /** @type {IconName} */ ('question'), key: 'state.unknown' };
  return html`<span class="badge" data-tone=${tone} data-topup=${status}>${icon(picture)}<span>${t(key)}</span></span>`;
}

/** @param {Pick<DeskPage, 'desk' | 'changed' | 'signal' | 'mayChange' | 'tell'> & {customer?: string}} page `customer`: of this one alone */
export function topupTable({ desk, changed, signal, mayChange, tell, customer }) {
  /** @type {ServerList<Topup>} */
  const list = new ServerList({ path: '/api/cms/topups', ...(customer ? { query: { customerId: customer } } : {}), changed, signal });
  /** @type {Map<string, string>} */
  const names = new Map();
  const refund = topupRefund({ changed, tell, mayChange, sent: () => list.load() });

  if (!customer) {
    /** @type {typeof get<{items: Choice[]}>} */ (get)('/api/cms/customers/dropdown', signal).then(({ data }) => {
      // A choice names the address, too; here it is behind the link.
      data.items.forEach(({ id, name }) => names.set(id, name.split(' · ')[0] ?? name));
      changed();
    }, () => {});
  }

  // The event tells of the money; where the top-up stands with it is the list's to say.
  desk.listen((event) => {
    if (movesTopup(event)) list.load();
  }, signal);

  /** @param {Topup} topup */
  const back = (topup) => (mayChange && canGoBack(topup)) || wentBack(topup)
    ? html`<button data-act="refund" @click=${() => refund.open(topup)}>${t('topups.refund')}</button>`
    : '–';

  /** @returns {Column<Topup>} */
  const who = () => ({ name: 'customer', label: t('customers.customer'), cell: ({ customerId }) => html`<a class="link" href=${at('customers', customerId)}><bdi>${names.get(customerId) ?? t('cards.owner')}</bdi></a>` });

  /** @returns {Column<Topup>[]} */
  const columns = () => [
    ...(customer ? [] : [who()]),
    { name: 'when', label: t('table.when'), cell: ({ createdAt }) => dayTime(createdAt, language()) },
    { name: 'provider', label: t('topups.provider'), spare: !customer, cell: ({ provider }) => PROVIDERS[provider] ?? provider },
    { name: 'state', label: t('start.state'), cell: badge },
    { name: 'amount', label: t('wallet.amount'), figure: true, cell: ({ amount }) => html`<bdi>${money(amount, language())}</bdi>` },
    { name: 'refunded', label: t('topups.refunded'), figure: true, cell: (topup) => (wentBack(topup) ? html`<bdi data-figure="refunded">${money(topup.refunded, language())}</bdi>` : '–') },
    { name: 'back', label: t('topups.refund'), cell: back },
  ];

  const name = customer ? 'customer-topups' : 'topups';

  return {
    list,
    table: () => dataTable({
      name, title: t('topups.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: null, changed,
      turn: (page) => list.turn(page),
      empty: nothing('wallet', t('topups.empty')),
    }),
    view: () => refund.view(),
  };
}
