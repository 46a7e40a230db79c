// The operator's desk: who is signed in, the strip that is always there, and the page below it.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { liveBadge, staleNotice } from '../components/live-badge.js';
import { preferences } from '../components/preferences.js';
import { onSignedOut, signOut, tokenOf } from '../utils/api.js';
import { t } from '../utils/i18n.js';
import { startPage } from '../utils/page.js';
import { live } from '../utils/socket.js';
import { chargingPoints } from './charging-points.js';
import { leave, signInForm, signInToDemo, signedInAs } from './sign-in.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */

/** @type {() => TemplateResult} */
let page = () => html``;
/** Ends what the open page follows. */
let open = new AbortController();
let changed = () => {};

/** @param {(signal: AbortSignal) => () => TemplateResult} make */
function show(make) {
  open.abort();
  open = new AbortController();
  page = make(open.signal);
  changed();
}

const showPoints = () => show((signal) => chargingPoints({ changed, signal }));
const showSignIn = () => show(() => signInForm({ changed, signedIn: showPoints }));

/** @param {string} who */
const account = (who) => html`<span class="who"><bdi>${who}</bdi></span>
  <button class="quiet" @click=${leave}>${icon('leave')}<span>${t('strip.sign_out')}</span></button>`;

function view() {
  const who = signedInAs();
  return html`<header class="strip">
      <span class="brand"><img src="/styles/mark.svg" alt="" width="28" height="28">Forecourt</span>
      ${who === null ? null : liveBadge()}
      <span class="space"></span>
      ${preferences()} ${who === null ? null : account(who)}
    </header>
    <main class=${who === null ? 'centre' : 'desk'}>${who === null ? null : staleNotice()}${page()}</main>`;
}

live.configure({ token: () => tokenOf('cms'), onRefused: (code) => code.startsWith('auth.') && signOut('cms') });
onSignedOut('cms', showSignIn);
changed = await startPage({ title: () => t('page.cms'), view });
if (signedInAs() !== null || (await signInToDemo())) showPoints();
else showSignIn();
