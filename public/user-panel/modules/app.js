// The driver's screens: the board for everybody, and for whoever signs in a charge of their own, from the choice of a bay
// to the bill. Which screen is open is decided here; what each shows is in its own module.
import { html } from '/vendor/lit-html/lit-html.js';
import { keyboard } from '../../components/keyboard.js';
import { staleNotice } from '../../components/live-badge.js';
import { staffDoor } from '../../components/staff.js';
import { toasts } from '../../components/toast.js';
import { onSignedOut, signOut, tokenOf } from '../../utils/api.js';
import { startComfort } from '../../utils/comfort.js';
import { t } from '../../utils/i18n.js';
import { focusMain, startPage } from '../../utils/page.js';
import { go, goInstead, keepNoHistory, onRoute, route } from '../../utils/route.js';
import { live } from '../../utils/socket.js';
import { activeSession } from './active-session.js';
import { accountForm, customer, leave, rename, wayBack } from './auth.js';
import { bar } from './bar.js';
import { chargerDetail } from './charger-detail.js';
import { chargeBanner, dashboard, noticeOf } from './dashboard.js';
import { guestForm } from './guest-form.js';
import { guestOrder, guestReturn } from './guest-order.js';
import { idleWatch } from './idle.js';
import { limitChoice } from './limit-choice.js';
import { followCharges } from './my-charges.js';
import { profile } from './profile.js';
import { sessionDetail } from './session-detail.js';
import { mySessions } from './sessions.js';
import { sheets } from './sheets.js';
import { myStatement } from './statement.js';
import { stationsList } from './stations-list.js';
import { topUp } from './top-up.js';
import { myVehicles, vehiclesScreen } from './vehicles.js';
import { walletScreen } from './wallet.js';
import { whoPays } from './who-pays.js';

/** @import { TemplateResult } from '/vendor/lit-html/lit-html.js' */
/** @import { VehicleObject } from '../../../ui/types/api.d.ts' */
/** @import { Lookup } from './active-session.js' */
/** @import { MyCharges } from './my-charges.js' */

/** @typedef {{name: string, charges: MyCharges, charge: () => TemplateResult | null, end: () => void}} Mine */

/** Everything of the driver who is signed in. @type {Mine | null} */
let mine = null;
/** What the driver may choose from where a charge begins. @type {VehicleObject[]} */
let vehicles = [];
/** Ends what the open screen follows. */
let open = new AbortController();
/** What the open screen keeps, where it keeps anything. @type {(() => unknown) | null} */
let screen = null;
let form = () => html``;
/** @type {ReturnType<typeof whoPays>} */
let payers = () => html``;
let limit = limitChoice(() => {});
let changed = () => {};
const redraw = () => changed();
const notices = toasts(redraw);
const choices = sheets(redraw);

/** @type {Lookup} */
const lookup = ({ chargePointId, connectorId, chargePointName }) => {
  const found = board.model.bay(chargePointId, connectorId);
  return { name: found?.point.name ?? chargePointName, status: found?.connector.status ?? null };
};

/** Follows what belongs to whoever is signed in. */
function enter() {
  mine?.end();
  mine = null;
  const who = customer();
  if (who === null) return;
  const ending = new AbortController();
  const heard = (/** @type {import('../../../ui/types/events.d.ts').LiveEvent} */ event) => {
    const notice = noticeOf(event);
    // The charge's own screen says it already.
    if (notice && route()[0] !== 'charge') notices.show(notice);
  };
  const charges = followCharges({ customer: who.id, changed: redraw, heard, signal: ending.signal });
  const charge = activeSession({ charges, lookup, changed: redraw, done: () => go() });
  mine = { name: who.name, charges, charge, end: () => ending.abort() };
}

function signedIn() {
  live.renew();
  enter();
  if (route()[0] === 'account') goInstead('me');
  else opened();
}

/** A guest's charge is on its way, or is to be paid. @param {'charge' | 'order'} next */
function entered(next) {
  live.renew();
  enter();
  goInstead(next);
}

/** A guest goes: what was paid begins its charge all the same. */
function left() {
  if (mine) void leave();
  go();
}

/** What the driver drives is asked for where it can be chosen. @param {AbortSignal} signal */
function loadVehicles(signal) {
  vehicles = [];
  // Without them a charge begins all the same.
  myVehicles(signal).then((all) => {
    vehicles = all;
    changed();
  }, () => {});
}

/** @param {string} name */
function renamed(name) {
  rename(name);
  if (mine) mine.name = name;
}

/** A screen was opened: what belongs to the last one ends. */
function opened() {
  open.abort();
  open = new AbortController();
  const [name, id] = route();
  screen = null;
  form = accountForm({ changed: redraw, signedIn });
  limit = limitChoice(redraw);
  payers = whoPays({ form, guest: guestForm({ changed: redraw, entered, signal: open.signal }), changed: redraw });
  mine?.charges.forget();
  if (mine && name === 'session' && id) screen = sessionDetail({ id, charges: mine.charges, lookup, changed: redraw, signal: open.signal });
  if (name === 'guest' && id) screen = guestReturn({ link: id, came: () => entered('order'), changed: redraw, signal: open.signal });
  if (mine && name === 'order') screen = guestOrder({ charges: mine.charges, changed: redraw, begun: () => goInstead('charge'), over: (id) => goInstead('session', id), leave: left, signal: open.signal });
  if (mine && name === 'statement') screen = myStatement({ changed: redraw, signal: open.signal });
  if (mine && name === 'wallet') screen = topUp({ charges: mine.charges, changed: redraw, signal: open.signal });
  if (mine && name === 'vehicles') screen = vehiclesScreen({ changed: redraw, signal: open.signal });
  if (mine && name === 'bay') loadVehicles(open.signal);
  if (mine && name === 'profile') screen = profile({ changed: redraw, renamed, erased: () => signOut('user'), signal: open.signal });
  changed();
  window.scrollTo(0, 0);
  focusMain();
}

/** The open screen. */
function part() {
  const [name = '', id = '', number] = route();
  if (name === 'station') return board.station(id);
  if (name === 'bay') {
    const found = board.model.bay(id, Number(number));
    if (found) return chargerDetail({ bay: found, charges: mine?.charges ?? null, vehicles, payers, limit, started: () => goInstead('charge') });
    return board.view();
  }
  if (name === '') return board.view();
  if (name === 'guest' && screen) return screen();
  if (mine === null) return html`<section class="screen narrow"><h1>${t('account.title')}</h1>${form()}</section>`;
  const { charges } = mine;
  if (name === 'wallet') return walletScreen({ charges, payIn: screen });
  if (screen) return screen();
  if (name === 'charge') return charges.following.loaded ? (mine.charge() ?? dashboard({ who: mine.name, charges, lookup })) : null;
  if (name === 'sessions') return mySessions({ charges, lookup });
  return dashboard({ who: mine.name, charges, lookup });
}

/** The running charge is in sight everywhere but where it is shown anyway. */
function banner() {
  const [name] = route();
  return mine && name !== 'charge' && name !== 'me' ? chargeBanner({ charges: mine.charges, lookup }) : null;
}

const view = () => html`<main class="board" tabindex="-1" data-screen=${route()[0] ?? 'board'}>${staleNotice()} ${banner()} ${part()}</main>
  ${bar({ name: mine?.name ?? null, choices, leave })} ${notices.view()} ${choices.view()} ${stillHere()} ${staff()}`;

const staff = staffDoor(redraw);
const stillHere = idleWatch({
  // What somebody chose for the screen is theirs, too.
  personal: () => mine !== null || route().length > 0 || localStorage.length > 0,
  // Somebody takes out a phone, opens the page, and pays.
  patient: () => route()[0] === 'order',
  async forget() {
    choices.close();
    if (mine) await leave();
  },
  changed: redraw,
});

live.configure({ token: () => tokenOf('user'), onRefused: (code) => code.startsWith('auth.') && signOut('user') });
onSignedOut('user', () => {
  enter();
  notices.clear();
  live.renew();
  go(...wayBack());
  opened();
});
/** @type {ReturnType<typeof stationsList>} */
let board = { model: /** @type {any} */ ({ bay: () => null }), following: { loaded: false, problem: null }, view: () => html``, station: () => html`` };
startComfort();
keepNoHistory();
changed = await startPage({ title: () => t('page.board'), view });
keyboard();
board = stationsList({ changed: redraw, choose: (id, number) => go('bay', id, number), signal: new AbortController().signal });
enter();
onRoute(opened);
opened();
