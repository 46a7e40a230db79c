// Signing an operator in and out. In the kiosk of a demo site it signs in by itself, once: whoever signs out by hand
// stays out. Not for drawing the page behind it.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { keepToken, post, signOut, tokenOf } from '../utils/api.js';
import { hostInfo } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';

/** @import { Login } from '../../ui/types/api.d.ts' */

const NAME = 'forecourt.cms.name';
const ROLE = 'forecourt.cms.role';
const ID = 'forecourt.cms.id';
const ORGANIZATION = 'forecourt.cms.organization';

/** Who is signed in, as shown; null when nobody is. */
export function signedInAs() {
  return tokenOf('cms') === null ? null : (sessionStorage.getItem(NAME) ?? '');
}

/** What whoever is signed in may do; the gateway decides, this only spares the buttons. */
export function role() {
  return sessionStorage.getItem(ROLE) ?? 'viewer';
}

/** The one organisation that whoever is signed in sees; null: the whole site. The gateway decides that, too. */
export function organization() {
  return sessionStorage.getItem(ORGANIZATION) || null;
}

/** Whether that is the operator of this id. @param {string} id */
export const isMe = (id) => sessionStorage.getItem(ID) === id;

/** From now on somebody is signed in. @param {Login} login */
export function keepSignIn({ user, token }) {
  sessionStorage.setItem(NAME, user.email);
  sessionStorage.setItem(ROLE, user.role);
  sessionStorage.setItem(ID, user.id);
  sessionStorage.setItem(ORGANIZATION, user.organizationId ?? '');
  keepToken('cms', token);
}

/** @param {{email: string, password: string}} credentials */
async function signIn(credentials) {
  keepSignIn((await /** @type {typeof post<Login>} */ (post)('/api/cms/auth/login', credentials)).data);
}

/** Whoever is signed in says the password again: another sign-in takes the place of the one before. @param {string} password */
export async function signInAgain(password) {
  const login = (await /** @type {typeof post<Login>} */ (post)('/api/cms/auth/login', { email: signedInAs(), password })).data;
  // The request takes the old token with it.
  post('/api/cms/auth/logout').catch(() => {});
  keepSignIn(login);
}

/** Signs in by itself where the kiosk shows a demo. Returns whether it did. */
export async function signInToDemo() {
  try {
    const demo = (await hostInfo())?.demo;
    if (demo) await signIn(demo);
    return Boolean(demo);
  } catch {
    // The form is the way then, and it says what is wrong.
    return false;
  }
}

/** Signs out here at once, and at the gateway as far as it can be reached. */
export function leave() {
  // The request takes the token with it before it is forgotten.
  post('/api/cms/auth/logout').catch(() => {});
  signOut('cms');
}

/**
 * The sign-in form.
 * @param {{changed: () => void, signedIn: () => void}} page
 */
export function signInForm({ changed, signedIn }) {
  sessionStorage.removeItem(NAME);
  const sending = new Sending(changed);

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    sending.run(async () => {
      await signIn({ email: String(form.get('email')), password: String(form.get('password')) });
      signedIn();
    });
  }

  return () => html`<form class="card sign-in" @submit=${submit}>
    <h1>${t('sign_in.title')}</h1>
    ${sending.problem === null ? null : problemNotice(sending.problem)}
    <label class="field">
      <span>${t('sign_in.email')}</span>
      <input name="email" type="email" autocomplete="username" required autofocus dir="ltr">
    </label>
    <label class="field">
      <span>${t('sign_in.password')}</span>
      <input name="password" type="password" autocomplete="current-password" required dir="ltr">
    </label>
    <button class="primary" ?disabled=${sending.busy}>${icon('bolt')}${sending.busy ? t('sign_in.busy') : t('sign_in.submit')}</button>
    <p class="muted">${t('sign_in.hint')}</p>
  </form>`;
}
