// The driver's own data: name, telephone, language; the password; a copy of everything, and the end of the account.
import { html } from '/vendor/lit-html/lit-html.js';
import { Asking, askButton } from '../../components/ask.js';
import { field } from '../../components/field.js';
import { icon } from '../../components/icons.js';
import { problemNotice, skeleton } from '../../components/notice.js';
import { get, put, remove } from '../../utils/api.js';
import { isKiosk } from '../../utils/host.js';
import { LANGUAGES, t } from '../../utils/i18n.js';
import { Sending } from '../../utils/sending.js';

/** @import { Me, User } from '../../../ui/types/api.d.ts' */

/** @param {{changed: () => void, renamed: (name: string) => void, erased: () => void, signal: AbortSignal}} page */
export function profile({ changed, renamed, erased, signal }) {
  /** @type {User & {phone?: string | null} | null} */
  let me = null;
  const saving = new Sending(changed);
  const password = new Sending(changed);
  const ending = new Sending(changed);
  const asking = new Asking();

  saving.run(async () => {
    me = (await /** @type {typeof get<Me>} */ (get)('/api/user/auth/me', signal)).data.user;
  });

  /** @param {SubmitEvent} event */
  function save(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const phone = String(form.get('phone')).trim();
    const said = { name: String(form.get('name')).trim(), language: String(form.get('language')), ...(phone === '' ? {} : { phone }) };
    saving.run(async () => {
      me = (await /** @type {typeof put<Me>} */ (put)('/api/user/auth/profile', said)).data.user;
      renamed(me.name);
    }, true);
  }

  /** @param {SubmitEvent} event */
  function change(event) {
    event.preventDefault();
    const target = /** @type {HTMLFormElement} */ (event.currentTarget);
    const form = new FormData(target);
    password.run(async () => {
      await put('/api/user/auth/change-password', { currentPassword: form.get('current'), newPassword: form.get('new') });
      target.reset();
    }, true);
  }

  const erase = () => ending.run(async () => {
    await remove('/api/user/auth/me');
    erased();
  });

  /** A file, where files can be kept: the kiosk keeps none. */
  const copy = () => ending.run(async () => {
    const { data } = await get('/api/user/auth/export', signal);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
    link.download = 'forecourt.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  });

  return () => html`<section class="screen" aria-labelledby="profile-title">
    <a class="button quiet back" href="#/me" data-act="back">${icon('back')}<span>${t('account.title')}</span></a>
    <h1 id="profile-title">${t('profile.title')}</h1>
    ${me === null ? (saving.problem === null ? skeleton(1) : problemNotice(saving.problem)) : html`
      <form class="card form" data-form="profile" @submit=${save}>
        ${said(saving)}
        ${field({ name: 'email', label: t('sign_in.email'), value: me.email, type: 'email', readonly: true })}
        ${field({ name: 'name', label: t('profile.name'), value: me.name, required: true, maxlength: 100, autocomplete: 'name', sending: saving })}
        ${field({ name: 'phone', label: t('profile.phone'), hint: t('profile.phone_hint'), type: 'tel', maxlength: 40, autocomplete: 'tel', sending: saving })}
        ${field({ name: 'language', label: t('page.language'), value: me.language, options: Object.entries(LANGUAGES) })}
        <button class="primary" data-act="save" ?disabled=${saving.busy}>${icon('check')}${t('form.save')}</button>
      </form>
      <form class="card form" data-form="password" @submit=${change}>
        <h2>${t('profile.password')}</h2>
        ${said(password)}
        ${field({ name: 'current', label: t('profile.password_now'), type: 'password', required: true, autocomplete: 'current-password' })}
        ${field({ name: 'new', label: t('profile.password_new'), hint: t('account.password_hint'), type: 'password', required: true, minlength: 8, maxlength: 256, autocomplete: 'new-password', sending: password })}
        <button data-act="change-password" ?disabled=${password.busy}>${icon('key')}${t('profile.password_change')}</button>
      </form>
      <section class="card form">
        <h2>${t('profile.data')}</h2>
        <p>${t('profile.erase_hint')}</p>
        ${ending.problem === null ? null : problemNotice(ending.problem)}
        <div class="row">
          ${isKiosk() ? null : html`<button type="button" data-act="export" ?disabled=${ending.busy} @click=${copy}>${icon('copy')}${t('profile.export')}</button>`}
          ${askButton({ asking, name: 'erase', picture: 'trash', label: t('profile.erase'), question: t('profile.erase_ask'), yes: t('profile.erase_yes'), disabled: ending.busy, act: erase, changed })}
        </div>
      </section>`}
  </section>`;
}

/** What became of a form. @param {Sending} sending */
const said = (sending) => sending.problem !== null
  ? problemNotice(sending.problem)
  : sending.done ? html`<p class="notice" data-tone="free" role="status">${icon('check')}<span>${t('form.saved')}</span></p>` : null;
