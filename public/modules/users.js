// The users page, for admins: who may sign in at the desk, and what they may do.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { post, put, remove } from '../utils/api.js';
import { dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { formDialog, said } from './form-dialog.js';
import { organizationChoices } from './organization-choices.js';

/** @import { Account } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @type {Readonly<Record<string, string>>} */
const ROLES = { viewer: 'users.viewer', operator: 'users.operator', admin: 'users.admin' };

/** @param {string} role */
const roleWords = (role) => (ROLES[role] ? t(ROLES[role]) : role);

/** @param {DeskPage} page */
export function open({ changed, signal, tell }) {
  const organizations = organizationChoices(changed);
  organizations.load();
  /** @type {ServerList<Account>} */
  const list = new ServerList({ path: '/api/cms/users', sort: 'email', changed, signal });

  const form = formDialog({
    name: 'user',
    title: (/** @type {Account | null} */ user) => (user ? t('users.edit') : t('users.add')),
    fields: (user, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('profile.name'), value: user?.name, maxlength: 100, required: user !== null, sending })}
      ${field({ name: 'email', label: t('sign_in.email'), value: user?.email, type: 'email', required: true, sending })}
      ${field({ name: 'role', label: t('users.role'), hint: t('users.role_hint'), value: user?.role ?? 'operator', options: Object.entries(ROLES).map(([role, key]) => /** @type {[string, string]} */ ([role, t(key)])), sending })}
      ${field({ name: 'organizationId', label: t('organizations.one'), hint: t('organizations.user_hint'), value: user?.organizationId, options: organizations.options(t('organizations.whole'), user?.organizationId), sending })}
      ${field({ name: 'password', label: user ? t('profile.password_new') : t('profile.password'), hint: user ? t('customers.password_hint') : t('account.password_hint'), type: 'password', required: user === null, minlength: 8, maxlength: 256, autocomplete: 'new-password', sending })}
    </div>`,
    async send(user, data) {
      const password = String(data.get('password') ?? '');
      const name = said(data, 'name');
      const body = { email: said(data, 'email'), role: said(data, 'role'), ...organizations.said(data, user?.organizationId), ...(name ? { name } : {}), ...(password ? { password } : {}) };
      const { data: now } = await (user
        ? /** @type {typeof put<Account>} */ (put)(`/api/cms/users/${user.id}`, body)
        : /** @type {typeof post<Account>} */ (post)('/api/cms/users', body));
      list.put(now);
      tell('free', t('form.saved'));
    },
    async remove(user) {
      await remove(`/api/cms/users/${user.id}`);
      list.drop(user.id);
      tell('free', t('form.removed'));
    },
    removeAsk: () => t('users.remove_ask'),
    changed,
  });

  /** @returns {import('../components/data-table.js').Column<Account>[]} */
  const columns = () => [
    { name: 'email', label: t('sign_in.email'), sort: 'email', cell: (user) => html`<button class="link" data-user=${user.role} @click=${() => form.open(user)}><bdi dir="ltr">${user.email}</bdi></button>` },
    { name: 'name', label: t('profile.name'), sort: 'name', cell: ({ name }) => html`<bdi>${name}</bdi>` },
    { name: 'role', label: t('users.role'), sort: 'role', cell: ({ role }) => roleWords(role) },
    { name: 'organization', label: t('organizations.one'), cell: ({ organizationId }) => html`<bdi>${organizationId ? organizations.name(organizationId) : t('organizations.whole')}</bdi>` },
    { name: 'created', label: t('table.created'), sort: 'createdAt', cell: ({ createdAt }) => dayTime(createdAt, language()) },
  ];

  return () => html`<section class="page">
    ${pageHead({ title: t('users.title'), acts: html`<button class="primary" data-act="add-user" @click=${() => form.open(null)}>${icon('plus')}${t('users.add')}</button>` })}
    ${whenKnown(list, () => dataTable({
      name: 'users', title: t('users.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      empty: nothing('key', t('table.nothing')),
    }))}
    ${form.view()}
  </section>`;
}
