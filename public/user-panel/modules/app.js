// The driver's screen: the board for everybody, and for whoever signs in a charge of their own, from the choice of a bay
// to the bill. Which part is open is decided here; what each shows is in its own module.
import { html } from '/vendor/lit-html/lit-html.js';
import { eventLog } from '../../components/event-log.js';
import { icon } from '../../components/icons.js';
import { liveBadge, staleNotice } from '../../components/live-badge.js';
import { preferences } from '../../components/preferences.js';
import { onSignedOut, signOut, tokenOf } from '../../utils/api.js';
import { EventLog } from '../../utils/event-log-model.js';
import { t } from '../../utils/i18n.js';
import { focusMain, startPage } from '../../utils/page.js';
import { live } from '../../utils/socket.js';
import { accountForm, customer, leave } from './account.js';
import { chargeCard } from './charge.js';
import { followCharges } from './my-charges.js';
import { mySessions } from './my-sessions.js';
import { startScreen } from './start.js';
import { stationsList } from './stations-list.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { Pushed } from '../../utils/live-order.js' */
/** @import { Lookup } from './charge.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @typedef {{chargePointId: string, connectorId: number}} Bay */

const log = new EventLog();
let logOpen = false;
/** @type {'board' | 'start' | 'account' | 'sessions'} */
let screen = 'board';
/** @type {Bay | null} */
let bay = null;
/** Everything of the driver who is signed in. @type {{charges: MyCharges, card: () => TemplateResult | null, end: () => void} | null} */
let mine = null;
let form = () => html``;
let changed = () => {};

/** @param {Pushed} event */
const heard = (event) => log.add(event) && logOpen && changed();

/** @param {typeof screen} next */
function show(next) {
  screen = next;
  form = accountForm({ changed, signedIn });
  changed();
  window.scrollTo(0, 0);
  focusMain();
}
const toBoard = () => show('board');

/** @param {string} chargePointId @param {number} connectorId */
function choose(chargePointId, connectorId) {
  bay = { chargePointId, connectorId };
  mine?.charges.forget();
  show('start');
}

/** @type {Lookup} */
const lookup = ({ chargePointId, connectorId, chargePointName }) => {
  const found = board.model.bay(chargePointId, connectorId);
  return { name: found?.point.name ?? chargePointName, status: found?.connector.status ?? null };
};

/** Follows the charges of whoever is signed in. */
function enter() {
  mine?.end();
  mine = null;
  const who = customer();
  if (who === null) return;
  const open = new AbortController();
  const charges = followCharges({ customer: who.id, changed, heard, signal: open.signal });
  mine = { charges, card: chargeCard({ charges, lookup, changed }), end: () => open.abort() };
}

function signedIn() {
  live.renew();
  enter();
  show(screen === 'start' ? 'start' : 'board');
}

function view() {
  return html`<main class="board" tabindex="-1">
      ${staleNotice()} ${screen === 'sessions' || screen === 'account' ? null : (mine?.card() ?? null)} ${part()}
      ${logOpen ? eventLog(log, changed) : null}
    </main>
    <footer class="strip">
      <span class="brand"><img src="/styles/mark.svg" alt="" width="32" height="32">Forecourt</span>
      ${liveBadge()}
      <button class="quiet" data-act="events" aria-expanded=${logOpen} @click=${toggleLog}>${icon('pulse')}<span>${t('events.title')}</span></button>
      <span class="space"></span>
      ${preferences()} ${account()}
    </footer>`;
}

function toggleLog() {
  logOpen = !logOpen;
  changed();
}

function part() {
  if (screen === 'account') {
    return html`<section class="screen"><button class="quiet back" data-act="back" @click=${toBoard}>${t('page.back')}</button>
      <h1>${t('account.title')}</h1>${form()}</section>`;
  }
  if (screen === 'sessions' && mine) return mySessions({ charges: mine.charges, lookup, back: toBoard });
  const found = screen === 'start' && bay ? board.model.bay(bay.chargePointId, bay.connectorId) : null;
  if (found) return startScreen({ bay: found, charges: mine?.charges ?? null, form, started: toBoard, back: toBoard });
  return board.view();
}

function account() {
  const who = customer();
  if (who === null) {
    return html`<button class="primary" data-act="account" @click=${() => show('account')}>${icon('check')}${t('account.sign_in')}</button>`;
  }
  return html`<button data-act="sessions" @click=${() => show('sessions')}>${icon('flag')}<span>${t('mine.title')}</span></button>
    <button class="quiet" data-act="leave" @click=${leave}>${icon('leave')}<span>${t('strip.sign_out')}</span><bdi class="who">${who.name}</bdi></button>`;
}

live.configure({ token: () => tokenOf('user'), onRefused: (code) => code.startsWith('auth.') && signOut('user') });
onSignedOut('user', () => {
  enter();
  live.renew();
  show('board');
});
/** @type {ReturnType<typeof stationsList>} */
let board = { model: /** @type {any} */ ({ bay: () => null }), view: () => html`` };
changed = await startPage({ title: () => t('page.board'), view });
board = stationsList({ changed, heard, choose, signal: new AbortController().signal });
enter();
changed();
