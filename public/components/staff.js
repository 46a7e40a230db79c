// Staff at a kiosk's screen: the pad for the PIN behind the hidden sign, and what may be done after the right one. Which PIN is
// right, how often it may be tried and what is done, the kiosk itself decides. In a browser there is none of it.
import { html } from '/vendor/lit-html/lit-html.js';
import { hostInfo, isKiosk, staffAct, staffEnter, staffLeave } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { Knocks, isCorner } from '../utils/knocks.js';
import { Asking, askButton } from './ask.js';
import { dialog } from './dialog.js';
import { icon } from './icons.js';

/** @import { IconName } from './icons.js' */
/** @import { HostInfo, StaffAct } from '../utils/host.js' */

const MOST = 12;
/** How long an open pad or sheet is left alone. */
const PATIENCE_MS = 60_000;
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** What a page shows of it, above everything else. @param {() => void} changed */
export function staffDoor(changed) {
  if (!isKiosk()) return () => null;
  const knocks = new Knocks();
  const asking = new Asking();
  /** @type {HostInfo | null} the sheet is open while it is there */
  let inside = null;
  let shown = false;
  let busy = false;
  let pin = '';
  let says = '';
  let timer = 0;

  function close() {
    clearTimeout(timer);
    if (inside) staffLeave().catch(reportError);
    inside = null;
    shown = false;
    pin = '';
    says = '';
    asking.name = null;
    changed();
  }

  function touched() {
    clearTimeout(timer);
    timer = window.setTimeout(close, PATIENCE_MS);
    changed();
  }

  // At the end of a tap: its beginning takes the focus away from what it opens.
  window.addEventListener('click', (event) => {
    const rightToLeft = document.documentElement.dir === 'rtl';
    if (shown || !isCorner(event, window.innerWidth, rightToLeft) || !knocks.knock(performance.now())) return;
    shown = true;
    touched();
  }, { capture: true });

  async function send() {
    if (busy || pin === '') return;
    busy = true;
    changed();
    try {
      const answer = await staffEnter(pin);
      says = meaning(answer);
      if (answer.is === 'inside') inside = await hostInfo();
    } catch (error) {
      reportError(error);
      says = t('staff.away');
    } finally {
      busy = false;
      pin = '';
      touched();
    }
  }

  /** @param {string} digit */
  function type(digit) {
    if (pin.length < MOST) pin += digit;
    says = '';
    touched();
  }

  function back() {
    pin = pin.slice(0, -1);
    touched();
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (/^\d$/.test(event.key)) type(event.key);
    else if (event.key === 'Backspace') back();
    // On a digit's key it sends what was typed: the space bar presses the key.
    else if (event.key === 'Enter' && pin !== '' && event.target instanceof Element && !event.target.closest('[data-act]')) send();
    else return;
    event.preventDefault();
  }

  /** @param {StaffAct} act */
  async function act(act) {
    if (await staffAct(act)) {
      // Whoever was signed in on one screen is not on the other.
      if (act === 'driver' || act === 'desk') sessionStorage.clear();
      inside = await hostInfo();
      touched();
    } else close();
  }

  /** @param {StaffAct} name @param {IconName} picture @param {string} words */
  const button = (name, picture, words) => html`<button type="button" data-act="staff-${name}" @click=${() => act(name).catch(reportError)}>${icon(picture)}<span>${words}</span></button>`;

  /** @param {HostInfo} now */
  const sheet = ({ locked, screen }) => html`<div class="staff-acts">
    ${locked ? button('unlock', 'key', t('staff.unlock')) : button('lock', 'key', t('staff.lock'))}
    ${screen === 'driver' ? button('desk', 'chart', t('staff.desk')) : button('driver', 'plug', t('staff.driver'))}
    ${button('restart', 'clock', t('staff.restart'))}
    ${askButton({ asking, name: 'staff-quit', picture: 'leave', label: t('staff.quit'), question: t('staff.quit_ask'), yes: t('staff.quit_yes'), act: () => act('quit').catch(reportError), changed: touched })}
    <button type="button" class="primary" data-act="staff-back" autofocus @click=${close}>${icon('check')}<span>${t('staff.back')}</span></button>
  </div>`;

  const pad = () => html`<div class="pin-pad" @keydown=${key}>
    <p class="pin-typed" role="status"><span aria-hidden="true">${'●'.repeat(pin.length)}</span><span class="unseen">${t('staff.typed', { count: pin.length })}</span></p>
    <p class="pin-says" role="alert">${says}</p>
    <div class="pin-keys" dir="ltr">
      ${DIGITS.map(digitKey)}
      <button type="button" data-act="pin-back" aria-label=${t('staff.delete')} @click=${back}>⌫</button>
      ${digitKey('0')}
      <button type="button" class="primary" data-act="pin-enter" aria-label=${t('staff.enter')} ?disabled=${busy} @click=${send}>✓</button>
    </div>
  </div>`;

  /** @param {string} digit */
  const digitKey = (digit) => html`<button type="button" data-digit=${digit} ?autofocus=${digit === '1'} @click=${() => type(digit)}>${digit}</button>`;

  return () => {
    if (!shown) return null;
    if (inside) return dialog({ name: 'staff', title: t('staff.title'), body: sheet(inside), close });
    return dialog({ name: 'pin', title: t('staff.pin'), body: pad(), close });
  };
}

/** @param {import('../utils/host.js').StaffAnswer} answer */
function meaning(answer) {
  if (answer.is === 'none') return t('staff.none');
  if (answer.is === 'away') return t('staff.away');
  if (answer.is === 'inside') return '';
  const wait = answer.wait > 0 ? t('staff.wait', { minutes: Math.ceil(answer.wait / 60) }) : '';
  return answer.is === 'wrong' ? `${t('staff.wrong')} ${wait}`.trim() : wait;
}
