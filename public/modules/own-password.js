// The password of whoever is signed in at the desk, changed by that person.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { put } from '../utils/api.js';
import { t } from '../utils/i18n.js';
import { formDialog } from './form-dialog.js';

/** @import { DeskPage } from './desk.js' */

/** @param {{changed: () => void, tell: DeskPage['tell']}} page */
export function ownPassword({ changed, tell }) {
  const form = formDialog({
    name: 'own-password',
    title: () => t('profile.password_change'),
    fields: (/** @type {null} */ _none, sending) => html`<div class="form-grid">
      ${field({ name: 'currentPassword', label: t('profile.password_now'), type: 'password', required: true, autocomplete: 'current-password', sending })}
      ${field({ name: 'newPassword', label: t('profile.password_new'), hint: t('account.password_hint'), type: 'password', required: true, minlength: 8, maxlength: 256, autocomplete: 'new-password', sending })}
    </div>`,
    async send(_none, data) {
      await put('/api/cms/auth/change-password', { currentPassword: data.get('currentPassword'), newPassword: data.get('newPassword') });
      tell('free', t('form.saved'));
    },
    changed,
  });
  return {
    button: () => html`<button class="quiet" data-act="own-password" @click=${() => form.open(null)}>${icon('key')}<span>${t('profile.password_change')}</span></button>`,
    view: form.view,
  };
}
