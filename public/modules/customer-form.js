// A driver's account to be made or changed at the desk.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { post, put, remove } from '../utils/api.js';
import { LANGUAGES, language, t } from '../utils/i18n.js';
import { formDialog, said, saidOrNull } from './form-dialog.js';

/** @import { CustomerObject } from '../../ui/types/api.d.ts' */
/** @import { DeskPage } from './desk.js' */

/** @param {{changed: () => void, tell: DeskPage['tell'], saved: (customer: CustomerObject) => void, removed?: () => void}} page */
export function customerForm({ changed, tell, saved, removed = () => {} }) {
  return formDialog({
    name: 'customer',
    title: (/** @type {CustomerObject | null} */ customer) => (customer ? t('customers.edit') : t('customers.add')),
    fields: (customer, sending) => html`<div class="form-grid">
      ${field({ name: 'name', label: t('profile.name'), value: customer?.name, maxlength: 100, required: customer !== null, sending })}
      ${field({ name: 'email', label: t('sign_in.email'), value: customer?.email, type: 'email', required: true, sending })}
      ${field({ name: 'phone', label: t('profile.phone'), value: customer?.phone, type: 'tel', maxlength: 32, sending })}
      ${field({ name: 'language', label: t('page.language'), value: customer?.language ?? language(), options: Object.entries(LANGUAGES) })}
      ${field({ name: 'password', label: customer ? t('profile.password_new') : t('profile.password'), hint: customer ? t('customers.password_hint') : t('account.password_hint'), type: 'password', required: customer === null, minlength: 8, maxlength: 256, autocomplete: 'new-password', sending })}
    </div>`,
    async send(customer, data) {
      const password = String(data.get('password') ?? '');
      const name = said(data, 'name');
      const body = { email: said(data, 'email'), phone: saidOrNull(data, 'phone'), language: said(data, 'language'), ...(name ? { name } : {}), ...(password ? { password } : {}) };
      const { data: now } = await (customer
        ? /** @type {typeof put<CustomerObject>} */ (put)(`/api/cms/customers/${customer.id}`, body)
        : /** @type {typeof post<CustomerObject>} */ (post)('/api/cms/customers', body));
      saved(now);
      tell('free', t('form.saved'));
    },
    async remove(customer) {
      await remove(`/api/cms/customers/${customer.id}`);
      tell('free', t('form.removed'));
      removed();
    },
    removeAsk: () => t('customers.remove_ask'),
    changed,
  });
}
