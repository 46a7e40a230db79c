// A screen that somebody left: after a while it asks whether anybody is still there, and then everything personal goes.
// Only on a station's screen: the kiosk, or a browser opened with ?screen=station. A charge goes on without its driver.
import { html } from '/vendor/lit-html/lit-html.js';
import { dialog } from '../../components/dialog.js';
import { icon } from '../../components/icons.js';
import { count } from '../../utils/format.js';
import { isStationScreen, wipeScreen } from '../../utils/host.js';
import { language, t } from '../../utils/i18n.js';
import { comfort } from '../../utils/comfort.js';
import { pause } from '../../utils/patience.js';

const QUIET_S = 60;
const ASKING_S = 15;
/** How long the gateway may take to end a sign-in that somebody left behind. */
const TELLING_MS = 2000;
/** How much longer all of it is where somebody asked for more time. */
const LONGER = 4;

/**
 * @param {object} page
 * @param {() => boolean} page.personal whether there is anything to wipe
 * @param {() => boolean} page.patient whether what is shown takes longer
 * @param {() => Promise<void>} page.forget ends the sign-in; nothing of theirs is in sight from then on
 * @param {() => void} page.changed
 */
export function idleWatch({ personal, patient, forget, changed }) {
  let last = performance.now();
  let left = 0;

  const stay = () => {
    last = performance.now();
    if (left === 0) return;
    left = 0;
    changed();
  };
  const touch = () => {
    if (left === 0) last = performance.now();
  };

  function tick() {
    const factor = comfort().patient || patient() ? LONGER : 1;
    const quiet = (performance.now() - last) / 1000;
    if (!personal()) return stay();
    if (quiet < QUIET_S * factor) return;
    left = Math.ceil((QUIET_S + ASKING_S) * factor - quiet);
    if (left <= 0) {
      left = 0;
      last = performance.now();
      Promise.race([forget(), pause(TELLING_MS)]).then(wipeScreen).catch(reportError);
    }
    changed();
  }

  if (isStationScreen()) {
    for (const sign of ['pointerdown', 'keydown', 'wheel']) window.addEventListener(sign, touch, { passive: true });
    setInterval(tick, 1000);
  }

  return () => left === 0 ? null : dialog({
    name: 'idle',
    title: t('idle.title'),
    close: stay,
    body: html`<p>${t('idle.text')}</p>
      <p class="countdown" role="timer"><b data-figure="idle">${count(left, language())}</b></p>
      <button class="primary big" data-act="stay" autofocus @click=${stay}>${icon('check')}<span>${t('idle.stay')}</span></button>`,
  });
}
