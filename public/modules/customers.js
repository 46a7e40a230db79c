// The customers page: drivers with an account, as many as there are, page by page; rows follow what is created, changed
// and deleted.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { dayTime } from '../utils/format.js';
import { LANGUAGES, language, t } from '../utils/i18n.js';
import { at } from '../utils/route.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { customerForm } from './customer-form.js';

/** @import { CustomerObject } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ desk, changed, signal, mayChange, tell }) {
  /** @type {ServerList<CustomerObject>} */
  const list = new ServerList({ path: '/api/cms/customers', sort: 'name', changed, signal });
  const form = customerForm({ changed, tell, saved: (customer) => list.put(customer) });

  desk.listen((event) => {
    if (event.type === 'cms.customer.created' || event.type === 'cms.customer.updated') {
      if (list.put(event.data.customer)) changed();
    } else if (event.type === 'cms.customer.deleted' && list.drop(event.data.id)) changed();
  }, signal);

  return () => html`<section class="page">
    ${pageHead({ title: t('customers.title'), acts: mayChange ? html`<button class="primary" data-act="add-customer" @click=${() => form.open(null)}>${icon('plus')}${t('customers.add')}</button>` : null })}
    ${whenKnown(list, () => dataTable({
      name: 'customers', title: t('customers.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      empty: nothing('people', t('customers.empty')),
    }))}
    ${form.view()}
  </section>`;
}

/** @param {string} code */
export const languageName = (code) => LANGUAGES[/** @type {keyof typeof LANGUAGES} */ (code)] ?? code;

/** @returns {import('../components/data-table.js').Column<CustomerObject>[]} */
const columns = () => [
  { name: 'name', label: t('profile.name'), sort: 'name', cell: ({ id, name }) => html`<a class="link" href=${at('customers', id)} data-customer=${id}><bdi>${name}</bdi></a>` },
  { name: 'email', label: t('sign_in.email'), sort: 'email', cell: ({ email }) => html`<bdi dir="ltr">${email}</bdi>` },
  { name: 'phone', label: t('profile.phone'), cell: ({ phone }) => html`<bdi dir="ltr">${phone ?? '–'}</bdi>` },
  { name: 'language', label: t('page.language'), cell: ({ language: code }) => languageName(code) },
  { name: 'created', label: t('table.created'), sort: 'createdAt', cell: ({ createdAt }) => dayTime(createdAt, language()) },
];
