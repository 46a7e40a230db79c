// What the page is in: the kiosk's window or a browser. The only file that knows Tauri; everybody else asks here.
// Not for choosing how live events travel: that is socket.js.

/** @import { Subscribed } from './live-subscription.js' */
/** @import { Pushed } from './live-order.js' */

/**
 * What the kiosk says of itself.
 * @typedef {object} HostInfo
 * @property {string} version
 * @property {'desk' | 'driver'} screen what the window is for
 * @property {boolean} locked whether it is locked
 * @property {{email: string, password: string} | null} demo the demo site's operator; null outside a demo
 * @property {string | null} [setup] the code of the first set-up, while there is no operator
 * @property {string | null} [http] where its gateway also listens, when it does: the road for Socket.IO
 */

/** What staff may do at the screen. @typedef {'unlock' | 'lock' | 'driver' | 'desk' | 'restart' | 'quit'} StaffAct */
/** What a PIN did; `wait` in seconds. @typedef {{is: 'inside'} | {is: 'none'} | {is: 'away'} | {is: 'wrong', wait: number} | {is: 'wait', wait: number}} StaffAnswer */

/** Whether the page runs in the kiosk's window. */
export function isKiosk() {
  return '__TAURI_INTERNALS__' in globalThis;
}

/** Whether everybody uses this screen, one after the other: the kiosk's, or a browser's opened with `?screen=station`. */
export const isStationScreen = () => isKiosk() || new URLSearchParams(window.location.search).get('screen') === 'station';

async function core() {
  if (!isKiosk()) throw new Error('This page is not in the kiosk: there is no IPC.');
  return import('/vendor/tauri/core.js');
}

/** What the kiosk says of itself; null in a browser. @returns {Promise<HostInfo | null>} */
export async function hostInfo() {
  if (!isKiosk()) return null;
  const { invoke } = await core();
  return /** @type {Promise<HostInfo>} */ (invoke('host_info'));
}

/**
 * Subscribes over IPC. Rejects in a browser, and when the command is refused or unknown.
 * @param {string[]} rooms
 * @param {number | undefined} after the last seq the page has; undefined = from now on
 * @param {string | undefined} stream the stream of `after`
 * @param {string | null} token null = the public
 * @param {(envelope: Pushed) => void} onEnvelope called in the order of the stream
 * @returns {Promise<Subscribed>}
 */
export async function liveChannel(rooms, after, stream, token, onEnvelope) {
  const { Channel, invoke } = await core();
  const channel = new Channel();
  channel.onmessage = (message) => onEnvelope(/** @type {Pushed} */ (message));
  const reply = /** @type {any} */ (
    await invoke('live_subscribe', { rooms, after: after ?? null, stream: stream ?? null, token, channel })
  );
  return {
    reply,
    stop() {
      channel.onmessage = () => {};
      // The window may be closing: then nobody is left to tell.
      if (reply.ok) invoke('live_unsubscribe', { id: reply.id }).catch(() => {});
    },
  };
}

/** Says the PIN to the kiosk. @param {string} pin @returns {Promise<StaffAnswer>} */
export async function staffEnter(pin) {
  return (await core()).invoke('staff_enter', { pin });
}

/** Does what only staff may; false where no right PIN stands behind it. @param {StaffAct} act @returns {Promise<boolean>} */
export async function staffAct(act) {
  return (await core()).invoke('staff_act', { act });
}

/** Staff goes. @returns {Promise<void>} */
export async function staffLeave() {
  return (await core()).invoke('staff_leave');
}

/** Forgets what this screen keeps of whoever used it, and begins the page anew without a way back to theirs. */
export async function wipeScreen() {
  sessionStorage.clear();
  localStorage.clear();
  if (isKiosk()) await (await core()).invoke('wipe_screen').catch(reportError);
  window.location.replace(window.location.pathname + window.location.search);
}
