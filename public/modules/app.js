// The operator's desk: who is signed in, the navigation, the strip that is always there, and the open page. What the pages
// know is in desk.js, which pages there are in navigation.js.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { staleNotice } from '../components/live-badge.js';
import { problemNotice, skeleton } from '../components/notice.js';
import { preferences } from '../components/preferences.js';
import { staffDoor } from '../components/staff.js';
import { toasts } from '../components/toast.js';
import { onSignedOut, signOut, tokenOf } from '../utils/api.js';
import { EventLog } from '../utils/event-log-model.js';
import { t } from '../utils/i18n.js';
import { focusMain, startPage } from '../utils/page.js';
import { at, onRoute, route } from '../utils/route.js';
import { brandName } from '../utils/site.js';
import { live } from '../utils/socket.js';
import { openDesk } from './desk.js';
import { firstSetup } from './first-setup.js';
import { startFlashing } from './flash.js';
import { idleLock } from './idle-lock.js';
import { pageOf, pagesFor } from './navigation.js';
import { ownPassword } from './own-password.js';
import { palette } from './palette.js';
import { leave, organization, role, signInForm, signInToDemo, signedInAs } from './sign-in.js';
import { statusStrip } from './status-strip.js';

/** @import { Desk } from './desk.js' */
/** @import { PageEntry } from './navigation.js' */

/** @type {Desk | null} null: nobody is signed in */
let desk = null;
/** @type {() => unknown} */
let page = () => skeleton(3);
/** Ends what follows as long as somebody is signed in. */
let session = new AbortController();
/** Ends what the open page follows. */
let open = new AbortController();
let menuOpen = false;
let changed = () => {};
const redraw = () => changed();
const log = new EventLog();
const notices = toasts(redraw);
/** @param {'free' | 'bad'} tone @param {string} words */
const tell = (tone, words) => notices.show({ tone, picture: tone === 'free' ? 'check' : 'alert', words: () => words });
const password = ownPassword({ changed: redraw, tell });
const search = palette({ desk: () => desk, changed: redraw });
const staff = staffDoor(redraw);
const lock = idleLock({ changed: redraw, unlocked: () => live.renew() });
let form = () => html``;

function enter() {
  session = new AbortController();
  desk = openDesk({
    changed: redraw,
    heard: (event) => log.add(event) && route()[0] === 'events' && changed(),
    signal: session.signal,
  });
  opened().catch(reportError);
}

/** The pages of whoever is signed in. */
const mine = () => pagesFor(role(), organization());

/** A page was opened: what belongs to the last one ends. */
async function opened() {
  if (!desk) return;
  open.abort();
  open = new AbortController();
  menuOpen = false;
  search.close();
  const { signal } = open;
  const [name, id = ''] = route();
  const entry = pageOf(name);
  const load = id !== '' && entry.detail ? entry.detail : entry.open;
  page = () => skeleton(3);
  try {
    const module = mine().includes(entry) ? await load() : { open: () => () => problemNotice('auth.forbidden') };
    if (signal.aborted || !desk) return;
    page = module.open({ desk, id, changed: redraw, signal, mayChange: role() !== 'viewer', wholeSite: organization() === null, tell, log });
  } catch (error) {
    reportError(error);
    page = () => problemNotice('client.unreachable');
  }
  changed();
  window.scrollTo(0, 0);
  focusMain();
}

/** @param {PageEntry} entry */
function link({ name, picture, words }) {
  const here = pageOf(route()[0]).name === name;
  const alerts = name === 'alerts' ? (desk?.alerts.count ?? 0) : 0;
  return html`<a class="nav-link" href=${at(name)} data-tab=${name} aria-current=${here ? 'page' : 'false'}>
    ${icon(picture)}<span>${t(words)}</span>${alerts > 0 ? html`<b class="nav-count" data-tone="bad">${alerts}</b>` : null}
  </a>`;
}

const toggleMenu = () => {
  menuOpen = !menuOpen;
  changed();
};

/** @param {string} who */
const side = (who) => html`<aside class="side" data-open=${menuOpen}>
  <a class="brand" href="#/"><img src="/styles/mark.svg" alt="" width="28" height="28"><bdi>${brandName()}</bdi></a>
  <nav class="nav" aria-label=${t('page.cms')}>${mine().map(link)}</nav>
  <div class="side-foot">${preferences()}
    <p class="who"><bdi>${who}</bdi></p>
    ${password.button()}
    <button class="quiet" data-act="leave" @click=${leave}>${icon('leave')}<span>${t('strip.sign_out')}</span></button>
  </div>
</aside>`;

function view() {
  const who = signedInAs();
  const locked = desk === null ? null : lock();
  if (who === null || desk === null || locked !== null) {
    return html`<header class="strip"><span class="brand"><img src="/styles/mark.svg" alt="" width="28" height="28"><bdi>${brandName()}</bdi></span><span class="space"></span>${preferences()}</header>
      <main tabindex="-1" class="centre">${locked ?? form()}</main>`;
  }
  return html`<div class="layout">${side(who)}
      <div class="content">
        ${statusStrip({ desk, menu: toggleMenu, menuOpen, search: search.open })}
        <main tabindex="-1" class="desk" data-page=${pageOf(route()[0]).name}>${staleNotice()}${page()}</main>
      </div>
    </div>${search.view()}${password.view()}${notices.view()}`;
}

function showSignIn() {
  desk = null;
  form = signInForm({ changed: redraw, signedIn: enter });
  changed();
}

live.configure({ token: () => tokenOf('cms'), onRefused: (code) => code.startsWith('auth.') && signOut('cms') });
onSignedOut('cms', () => {
  open.abort();
  session.abort();
  showSignIn();
});
changed = await startPage({ title: () => t('page.cms'), view: () => html`${view()}${staff()}` });
startFlashing();
onRoute(() => opened().catch(reportError));
if (signedInAs() !== null || (await signInToDemo())) enter();
else {
  form = () => skeleton(1);
  changed();
  const failed = (/** @type {string} */ problem) => {
    form = () => problemNotice(problem);
    changed();
  };
  const first = await firstSetup({ changed: redraw, signedIn: enter, late: showSignIn, failed });
  if (first) {
    form = first;
    changed();
  } else showSignIn();
}
