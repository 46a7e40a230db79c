// The first set-up in a browser: with the one-time code somebody says what is true of the site and becomes its first admin.
// Shown instead of the sign-in while the site has no operator.
import { html } from '/vendor/lit-html/lit-html.js';
import { field } from '../components/field.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { siteFields } from '../components/site-fields.js';
import { codeOf, get, post } from '../utils/api.js';
import { hostInfo } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { backoff, pause } from '../utils/patience.js';
import { Sending } from '../utils/sending.js';
import { loadSite } from '../utils/site.js';
import { said } from './form-dialog.js';
import { keepSignIn } from './sign-in.js';

/** @import { Login, SetupState } from '../../ui/types/api.d.ts' */

/** What is asked first: the browser's own clock, unless somebody said otherwise. @param {SetupState} state */
function first({ site, fixed }) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return fixed.includes('site.time_zone') || site.timeZone !== 'UTC' ? site : { ...site, timeZone: here };
}

/** Asks until it is known: before that nobody can say which form is the right one. @param {(problem: string) => void} failed */
async function asked(failed) {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await /** @type {typeof get<SetupState>} */ (get)('/api/setup')).data;
    } catch (error) {
      failed(codeOf(error));
      await pause(backoff(tries));
    }
  }
}

/** The code, where this is the gateway's own window. */
async function shownCode() {
  try {
    return (await hostInfo())?.setup ?? '';
  } catch {
    return '';
  }
}

/**
 * What draws the form; null where there is nothing to set up.
 * @param {object} page
 * @param {() => void} page.changed
 * @param {() => void} page.signedIn
 * @param {() => void} page.late somebody else was first
 * @param {(problem: string) => void} page.failed nobody can say yet; it is asked again
 */
export async function firstSetup({ changed, signedIn, late, failed }) {
  const state = await asked(failed);
  if (!state.needed) return null;
  const code = await shownCode();
  const { fixed } = state;
  const site = first(state);
  const sending = new Sending(changed);

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const body = {
      code: said(form, 'code'),
      site: { name: said(form, 'site/name'), currency: said(form, 'site/currency'), taxPercent: said(form, 'site/taxPercent'), timeZone: said(form, 'site/timeZone') },
      operator: { email: said(form, 'operator/email'), password: String(form.get('operator/password') ?? '') },
    };
    sending.run(async () => {
      const { data } = await /** @type {typeof post<Login>} */ (post)('/api/setup', body);
      await loadSite();
      keepSignIn(data);
      signedIn();
    }).then(() => sending.problem === 'setup.done' && late(), reportError);
  }

  return () => html`<form class="card form first-setup" data-form="setup" @submit=${submit}>
    <h1>${t('setup.title')}</h1>
    <p>${t('setup.intro')}</p>
    ${sending.problem === null ? null : problemNotice(sending.problem)}
    ${field({ name: 'code', label: t('setup.code'), hint: t('setup.code_hint'), value: code, required: true, maxlength: 40, ltr: true, sending })}
    <h2>${t('setup.site')}</h2>
    <div class="form-grid">${siteFields({ site, fixed, sending })}</div>
    <h2>${t('setup.you')}</h2>
    <div class="form-grid">
      ${field({ name: 'operator/email', label: t('sign_in.email'), type: 'email', required: true, autocomplete: 'username', sending })}
      ${field({ name: 'operator/password', label: t('profile.password'), hint: t('account.password_hint'), type: 'password', required: true, minlength: 8, maxlength: 256, autocomplete: 'new-password', sending })}
    </div>
    <div class="form-foot"><button class="primary" data-act="set-up" ?disabled=${sending.busy}>${icon('check')}${sending.busy ? t('setup.busy') : t('setup.submit')}</button></div>
  </form>`;
}
