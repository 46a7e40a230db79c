// The live service: one link per page, made again when it ends, and the truth about whether figures are live. It hides
// which road the events take and catches up after a cut. Not for what events mean: that is each module's business.
import { roads } from './live-links.js';
import { LiveRefused, Subscription } from './live-subscription.js';
import { backoff, pause } from './patience.js';

/** @import { Connector } from './live-links.js' */
/** @import { Link, SubscriptionOptions } from './live-subscription.js' */

/** @typedef {'connecting' | 'live' | 'not_live'} LiveState */

/**
 * The gateway ticks every 3 s: without a sign of life for this long nothing on the page may pass for live. The promise is
 * 10 s; the rest is for drawing.
 */
export const SILENCE_MS = 9_500;

/** @param {() => Connector[]} connectors the roads, the better one first */
export function createLive(connectors) {
  /** @type {Set<Subscription>} */
  const subscriptions = new Set();
  /** @type {Set<(state: LiveState) => void>} */
  const watchers = new Set();
  /** @type {LiveState} */
  let state = 'connecting';
  /** @type {Link | null} */
  let link = null;
  let running = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let silence;
  /** @type {() => string | null} */
  let token = () => null;
  /** @type {(code: string) => void} */
  let refused = () => {};
  /** @type {(data: any) => void} */
  let ticked = () => {};

  /** @param {LiveState} next */
  function become(next) {
    if (state === next) return;
    state = next;
    watchers.forEach((watcher) => watcher(state));
  }

  const synced = () => link !== null && [...subscriptions].every((subscription) => subscription.synced);

  function listen() {
    clearTimeout(silence);
    silence = setTimeout(() => {
      become('not_live');
      link?.close();
      listen();
    }, SILENCE_MS);
  }

  /** @param {boolean} pushed */
  function heard(pushed) {
    // After a silence an answer is not enough: a gateway may answer and yet push nothing.
    if (!synced() || (state === 'not_live' && !pushed)) return;
    become('live');
    listen();
  }

  /** A page that was live is 'connecting' until its silence has lasted too long. */
  function down() {
    if (state === 'live') become('connecting');
  }

  /** @param {Link} on */
  const joinAll = (on) => Promise.all([...subscriptions].map((subscription) => subscription.join(on)));

  /** Lives through one link from making to end. @param {Connector} connect @param {() => void} joined */
  async function once(connect, joined) {
    let ended = () => {};
    /** @type {Promise<void>} */
    const end = new Promise((resolve) => (ended = resolve));
    const used = token();
    const made = await connect({ token: used, onDown: () => ended() });
    if (token() !== used) return made.close();
    link = made;
    try {
      await Promise.race([end, joinAll(made).then(joined)]);
      // Nobody may be left by now, and then nobody would close it.
      if (subscriptions.size > 0) await end;
    } finally {
      link = null;
      subscriptions.forEach((subscription) => subscription.leave());
      made.close();
      down();
    }
  }

  async function run() {
    if (running) return;
    running = true;
    listen();
    for (let tries = 0; subscriptions.size > 0; ) {
      const available = connectors();
      const connect = /** @type {Connector} */ (available[tries % available.length]);
      tries += 1;
      try {
        await once(connect, () => (tries = 0));
      } catch (error) {
        if (error instanceof LiveRefused) {
          become('not_live');
          refused(error.code);
        }
      }
      if (subscriptions.size > 0) await pause(backoff(Math.max(1, tries)));
    }
    clearTimeout(silence);
    running = false;
    become('connecting');
  }

  return {
    /** @returns {LiveState} */
    get state() {
      return state;
    },

    /**
     * Whose token links are made with, and who is told when the gateway refuses them.
     * @param {{token: () => string | null, onRefused?: (code: string) => void}} options
     */
    configure(options) {
      token = options.token;
      refused = options.onRefused ?? (() => {});
    },

    /** Calls the watcher at every change of state. @param {(state: LiveState) => void} watcher */
    watch(watcher) {
      watchers.add(watcher);
    },

    /** Tells what each of the gateway's beats says. @param {(data: any) => void} listener */
    onTick(listener) {
      ticked = listener;
    },

    /** Makes the link anew, because somebody signed in or out: what a reader may see goes with its token. */
    renew() {
      link?.close();
    },

    /** Follows rooms until the signal aborts. @param {SubscriptionOptions} options */
    subscribe(options) {
      if (options.signal.aborted) return;
      const subscription = new Subscription({ onTick: (data) => ticked(data), ...options }, heard);
      subscriptions.add(subscription);
      options.signal.addEventListener('abort', () => {
        subscriptions.delete(subscription);
        subscription.leave();
        if (subscriptions.size === 0) link?.close();
      });
      const on = link;
      if (on) subscription.join(on).catch(() => on.close());
      else run();
    },
  };
}

/** The page's live service. */
export const live = createLive(roads);
