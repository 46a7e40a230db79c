// A desk in the kiosk's window that nobody touches: after two minutes it shows nothing until whoever is signed in says the
// password again (TAU-14). It goes on behind that; a reload changes nothing. Not in a browser, which its owner locks, and not in
// a demo, whose password nobody knows.
import { html } from '/vendor/lit-html/lit-html.js';
import { icon } from '../components/icons.js';
import { problemNotice } from '../components/notice.js';
import { hostInfo, isKiosk } from '../utils/host.js';
import { t } from '../utils/i18n.js';
import { Sending } from '../utils/sending.js';
import { leave, signInAgain, signedInAs } from './sign-in.js';

const QUIET_MS = 120_000;
const LOOK_MS = 1000;
const KEPT = 'forecourt.cms.locked';

/** @param {{changed: () => void, unlocked: () => void}} page */
export function idleLock({ changed, unlocked }) {
  let last = performance.now();
  const sending = new Sending(changed);
  const isLocked = () => sessionStorage.getItem(KEPT) !== null;

  function open() {
    sessionStorage.removeItem(KEPT);
    last = performance.now();
  }

  function look() {
    if (signedInAs() === null) open();
    else if (!isLocked() && performance.now() - last >= QUIET_MS) {
      sessionStorage.setItem(KEPT, 'yes');
      changed();
    }
  }

  async function start() {
    if ((await hostInfo())?.demo) return;
    for (const sign of ['pointerdown', 'keydown', 'wheel']) {
      window.addEventListener(sign, () => { last = performance.now(); }, { passive: true, capture: true });
    }
    setInterval(look, LOOK_MS);
  }
  if (isKiosk()) start().catch(reportError);

  /** @param {SubmitEvent} event */
  function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    sending.run(async () => {
      await signInAgain(String(form.get('password')));
      open();
      unlocked();
    });
  }

  const view = () => html`<form class="card sign-in" data-form="unlock" @submit=${submit}>
    <h1>${t('lock.title')}</h1>
    <p class="muted">${t('lock.text')}</p>
    ${sending.problem === null ? null : problemNotice(sending.problem)}
    <p><bdi>${signedInAs()}</bdi></p>
    <label class="field">
      <span>${t('sign_in.password')}</span>
      <input name="password" type="password" autocomplete="current-password" required autofocus dir="ltr">
    </label>
    <button class="primary" data-act="unlock-desk" ?disabled=${sending.busy}>${icon('key')}${t('lock.unlock')}</button>
    <button type="button" class="quiet" data-act="leave" @click=${leave}>${icon('leave')}${t('strip.sign_out')}</button>
  </form>`;

  /** What is shown in place of the desk; null while it is not locked. */
  return () => (isLocked() && signedInAs() !== null ? view() : null);
}
