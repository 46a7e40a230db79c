// The operator's desk: who is signed in, the strip that is always there, and the page below it.
import { html } from '/vendor/lit-html/lit-html.js';
import { eventLog } from '../components/event-log.js';
import { icon } from '../components/icons.js';
import { liveBadge, staleNotice } from '../components/live-badge.js';
import { preferences } from '../components/preferences.js';
import { onSignedOut, signOut, tokenOf } from '../utils/api.js';
import { EventLog } from '../utils/event-log-model.js';
import { t } from '../utils/i18n.js';
import { focusMain, startPage } from '../utils/page.js';
import { live } from '../utils/socket.js';
import { chargingPoints } from './charging-points.js';
import { sessionsPage, stationsPage } from './lists.js';
import { pointPage } from './point.js';
import { leave, signInForm, signInToDemo, signedInAs } from './sign-in.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { Pushed } from '../utils/live-order.js' */

/** @type {() => TemplateResult} */
let page = () => html``;
/** Ends what follows as long as somebody is signed in. */
let desk = new AbortController();
/** Ends what the open page follows. */
let open = new AbortController();
let changed = () => {};
const log = new EventLog();
/** @type {'points' | 'stations' | 'sessions' | 'events'} */
let tab = 'points';

/** @param {Pushed} event */
function heard(event) {
  if (log.add(event) && tab === 'events') changed();
}

/** Hears rooms for the raw log, from now on: what it missed nobody asks for. @param {string[]} rooms @param {AbortSignal} signal */
const listen = (rooms, signal) => live.subscribe({ rooms, signal, onEvent: heard, onGap: async () => null });

/** One subscription that outlives the pages keeps the link, so that a turn of a page is never a cut. */
function enter() {
  desk = new AbortController();
  listen(['cms'], desk.signal);
  showPoints();
}

/** @param {(signal: AbortSignal) => () => TemplateResult} make */
function show(make) {
  open.abort();
  open = new AbortController();
  page = make(open.signal);
  changed();
}

/** @param {typeof tab} name @param {(signal: AbortSignal) => () => TemplateResult} make */
function turn(name, make) {
  tab = name;
  show(make);
  focusMain();
}

/** @param {string} id */
const openPoint = (id) => turn('points', (signal) => pointPage({ id, back: showPoints, changed, heard, signal }));
const showPoints = () => turn('points', (signal) => chargingPoints({ changed, heard, openPoint, signal }));
const showStations = () => turn('stations', (signal) => stationsPage({ changed, heard, signal }));
const showSessions = () => turn('sessions', (signal) => sessionsPage({ changed, heard, openPoint, signal }));
const showEvents = () =>
  turn('events', (signal) => {
    listen(['cms', 'cms:points', 'cms:stations', 'cms:sessions'], signal);
    return () => html`<h1 class="unseen">${t('events.title')}</h1>${eventLog(log, changed)}`;
  });

/** @param {typeof tab} name @param {() => void} open @param {string} words */
const tabButton = (name, open, words) =>
  html`<button class="quiet" data-tab=${name} aria-current=${tab === name ? 'page' : 'false'} @click=${open}>${words}</button>`;

const tabs = () => html`<nav class="tabs" aria-label=${t('page.cms')}>
  ${tabButton('points', showPoints, t('points.title'))} ${tabButton('stations', showStations, t('stations.title'))}
  ${tabButton('sessions', showSessions, t('sessions.title'))} ${tabButton('events', showEvents, t('events.title'))}
</nav>`;

const showSignIn = () => show(() => signInForm({ changed, signedIn: enter }));

/** @param {string} who */
const account = (who) => html`<span class="who"><bdi>${who}</bdi></span>
  <button class="quiet" @click=${leave}>${icon('leave')}<span>${t('strip.sign_out')}</span></button>`;

function view() {
  const who = signedInAs();
  return html`<header class="strip">
      <span class="brand"><img src="/styles/mark.svg" alt="" width="28" height="28">Forecourt</span>
      ${who === null ? null : html`${liveBadge()}${tabs()}`}
      <span class="space"></span>
      ${preferences()} ${who === null ? null : account(who)}
    </header>
    <main tabindex="-1" class=${who === null ? 'centre' : 'desk'}>${who === null ? null : staleNotice()}${page()}</main>`;
}

live.configure({ token: () => tokenOf('cms'), onRefused: (code) => code.startsWith('auth.') && signOut('cms') });
onSignedOut('cms', () => {
  desk.abort();
  showSignIn();
});
changed = await startPage({ title: () => t('page.cms'), view });
if (signedInAs() !== null || (await signInToDemo())) enter();
else showSignIn();
