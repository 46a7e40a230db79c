// A driver's sign-in: who is signed in, the form for it and for a new account, and signing out. Not for what a
// signed-in driver may do.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../../components/icons.js';
import { problemNotice } from '../../components/notice.js';
import { ApiError, codeOf, keepToken, post, signOut, tokenOf } from '../../utils/api.js';
import { language, t } from '../../utils/i18n.js';

/** @import { Login } from '../../../ui/types/api.d.ts' */

/** @typedef {{id: string, name: string}} Customer */

const WHO = 'forecourt.user.who';

/** Who is signed in; null when nobody is. @returns {Customer | null} */
export function customer() {
  if (tokenOf('user') === null) return null;
  try {
    const { id, name } = JSON.parse(sessionStorage.getItem(WHO) ?? '');
    return { id: String(id), name: String(name) };
  } catch {
    // Another version of the page kept it: whoever it was signs in again.
    keepToken('user', null);
    return null;
  }
}

/** Keeps a new name for the screens. @param {string} name */
export function rename(name) {
  const who = customer();
  if (who) sessionStorage.setItem(WHO, JSON.stringify({ ...who, name }));
}

/**
 * Signs a guest in: somebody for whom a prepaid code or a payment opened a wallet.
 * @param {string} id @param {string} name @param {string} token @param {string} [link] the way back of the phone that paid
 */
export function keepGuest(id, name, token, link) {
  sessionStorage.setItem(WHO, JSON.stringify({ id, name, link }));
  keepToken('user', token);
}

/** Where somebody goes whose sign-in has ended: the phone that paid has its way back, others the board. @returns {string[]} */
export function wayBack() {
  try {
    const { link } = JSON.parse(sessionStorage.getItem(WHO) ?? '');
    return link ? ['guest', String(link)] : [];
  } catch {
    return [];
  }
}

/** Forgets who was here. */
export const forget = () => sessionStorage.removeItem(WHO);

/** Signs out here at once, and at the gateway as far as it can be reached: that is when what is returned is over. */
export async function leave() {
  forget();
  // The request takes the token with it before it is forgotten.
  const told = post('/api/user/auth/logout').catch(() => {});
  signOut('user');
  await told;
}

/** What a refusal means in this form. @param {unknown} error */
function meaning(error) {
  if (!(error instanceof ApiError)) return codeOf(error);
  if (error.code === 'resource.conflict') return 'client.account_exists';
  if (error.code === 'request.validation' && error.pointer === '/password') return 'client.password_refused';
  return error.code;
}

/**
 * The form: for those who have an account, and for those who make one.
 * @param {{changed: () => void, signedIn: () => void}} page
 */
export function accountForm({ changed, signedIn }) {
  let fresh = false;
  let busy = false;
  /** @type {string | null} */
  let problem = null;

  /** @param {FormData} form */
  async function send(form) {
    const said = { email: String(form.get('email')).trim(), password: String(form.get('password')) };
    const name = String(form.get('name') ?? '').trim();
    const more = fresh ? { language: language(), ...(name === '' ? {} : { name }) } : {};
    const path = fresh ? '/api/user/auth/register' : '/api/user/auth/login';
    const { data } = await /** @type {typeof post<Login>} */ (post)(path, { ...said, ...more });
    sessionStorage.setItem(WHO, JSON.stringify({ id: data.user.id, name: data.user.name }));
    keepToken('user', data.token);
  }

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    busy = true;
    problem = null;
    changed();
    try {
      await send(form);
      signedIn();
    } catch (error) {
      problem = meaning(error);
    } finally {
      busy = false;
      changed();
    }
  }

  /** @param {boolean} making */
  const turn = (making) => () => {
    fresh = making;
    problem = null;
    changed();
  };

  return () => html`<form class="account" @submit=${submit}>
    <div class="turns" role="group" aria-label=${t('account.title')}>
      <button type="button" data-act="have" aria-pressed=${!fresh} @click=${turn(false)}>${t('account.sign_in')}</button>
      <button type="button" data-act="fresh" aria-pressed=${fresh} @click=${turn(true)}>${t('account.register')}</button>
    </div>
    ${problem === null ? null : problemNotice(problem)}
    ${fresh
      ? html`<label class="field"><span>${t('account.name')}</span><input name="name" type="text" autocomplete="name" maxlength="100"></label>`
      : null}
    <label class="field"><span>${t('sign_in.email')}</span><input name="email" type="email" autocomplete="username" required dir="ltr"></label>
    <label class="field">
      <span>${t('sign_in.password')}</span>
      <input name="password" type="password" autocomplete=${fresh ? 'new-password' : 'current-password'} required dir="ltr"
        minlength=${fresh ? 8 : 1} maxlength="256">
    </label>
    ${fresh ? html`<p class="muted">${t('account.password_hint')}</p>` : html`<p class="muted">${t('account.forgotten')}</p>`}
    <button class="primary big" data-act="enter" ?disabled=${busy}>
      ${icon('person')}${busy ? t('sign_in.busy') : fresh ? t('account.register') : t('account.sign_in')}
    </button>
  </form>`;
}
