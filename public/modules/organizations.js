// The organisations page, for admins of the whole site: those whose stations are on this system.
import { html } from '/vendor/lit-html/lit-html.js';
import { dataTable } from '../components/data-table.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { nothing, pageHead, whenKnown } from '../components/page-head.js';
import { post, put, remove } from '../utils/api.js';
import { dayTime } from '../utils/format.js';
import { language, t } from '../utils/i18n.js';
import { ROWS, ServerList } from '../utils/server-list.js';
import { formDialog, said, saidOrNull } from './form-dialog.js';

/** @import { Organization } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {DeskPage} page */
export function open({ changed, signal, tell }) {
  /** @type {ServerList<Organization>} */
  const list = new ServerList({ path: '/api/cms/organizations', sort: 'name', changed, signal });

  const form = formDialog({
    name: 'organization',
    title: (/** @type {Organization | null} */ organization) => (organization ? t('organizations.edit') : t('organizations.add')),
    fields: (organization, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('profile.name'), value: organization?.name, required: true, maxlength: 100, sending })}
      ${field({ name: 'email', label: t('sign_in.email'), value: organization?.email, type: 'email', sending })}
      ${field({ name: 'phone', label: t('profile.phone'), value: organization?.phone, type: 'tel', maxlength: 32, sending })}
    </div>`,
    async send(organization, data) {
      const body = { name: said(data, 'name'), email: saidOrNull(data, 'email'), phone: saidOrNull(data, 'phone') };
      const { data: now } = await (organization
        ? /** @type {typeof put<Organization>} */ (put)(`/api/cms/organizations/${organization.id}`, body)
        : /** @type {typeof post<Organization>} */ (post)('/api/cms/organizations', body));
      list.put(now);
      tell('free', t('form.saved'));
    },
    async remove(organization) {
      await remove(`/api/cms/organizations/${organization.id}`);
      list.drop(organization.id);
      tell('free', t('form.removed'));
    },
    removeAsk: () => t('organizations.remove_ask'),
    changed,
  });

  const add = () => html`<button class="primary" data-act="add-organization" @click=${() => form.open(null)}>${icon('plus')}${t('organizations.add')}</button>`;

  /** @returns {import('../components/data-table.js').Column<Organization>[]} */
  const columns = () => [
    { name: 'name', label: t('profile.name'), sort: 'name', cell: (organization) => html`<button class="link" data-organization=${organization.id} @click=${() => form.open(organization)}><bdi>${organization.name}</bdi></button>` },
    { name: 'email', label: t('sign_in.email'), cell: ({ email }) => html`<bdi dir="ltr">${email ?? '–'}</bdi>` },
    { name: 'phone', label: t('profile.phone'), cell: ({ phone }) => html`<bdi dir="ltr">${phone ?? '–'}</bdi>` },
    { name: 'created', label: t('table.created'), sort: 'createdAt', cell: ({ createdAt }) => dayTime(createdAt, language()) },
  ];

  return () => html`<section class="page">
    ${pageHead({ title: t('organizations.title'), acts: add() })}
    ${whenKnown(list, () => dataTable({
      name: 'organizations', title: t('organizations.title'), columns: columns(), rows: list.items, total: list.total, page: list.page, size: ROWS, looking: list, changed,
      turn: (page) => list.turn(page),
      empty: nothing('briefcase', t('organizations.empty')),
    }))}
    ${form.view()}
  </section>`;
}
