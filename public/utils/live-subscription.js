// One subscription: joins its rooms over whatever link there is, keeps the order, and loads a fresh snapshot when it
// fell behind. Not for making links (socket.js) nor for the rules of order themselves (live-order.js).
import { LiveOrder } from './live-order.js';
import { backoff, pause } from './patience.js';

/** @import { Position, Pushed, Verdict } from './live-order.js' */

/**
 * The answer to a subscription.
 * @typedef {{ok: true, stream: string, seq: number, missed: Pushed[]} | {ok: false, code: string}} Reply
 */

/** @typedef {{reply: Reply, stop: () => void}} Subscribed */

/**
 * A living road for events. It promises order and says through its maker's `onDown` when it ends.
 * @typedef {object} Link
 * @property {(request: {rooms: string[], after?: number, stream?: string}, deliver: (envelope: Pushed) => void) => Promise<Subscribed>} subscribe
 * @property {() => void} close
 */

/**
 * @typedef {object} SubscriptionOptions
 * @property {string[]} rooms
 * @property {number} [after] with `stream`: the snapshot's position; left out = from now on
 * @property {string} [stream]
 * @property {AbortSignal} signal ends the subscription
 * @property {(event: Pushed) => void} onEvent may also see events of the page's other rooms: look at type and ids
 * @property {() => Promise<Position | null>} onGap loads the snapshot again and says its position
 * @property {(data: any) => void} [onTick] what the gateway's beat says
 */

/** The gateway said no, and asking again the same way is of no use. */
export class LiveRefused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(`The gateway refused the live events: ${code}`);
    this.code = code;
  }
}

export class Subscription {
  /** @type {LiveOrder} */ #order;
  /** @type {Link | null} */ #link = null;
  /** @type {(() => void) | null} */ #stop = null;
  #behind = false;
  #synced = false;
  #options;
  #heard;

  /**
   * @param {SubscriptionOptions} options
   * @param {(pushed: boolean) => void} heard called at every sign of life, after it was applied; false = an answer only
   */
  constructor(options, heard) {
    const { after, stream } = options;
    this.#options = options;
    this.#heard = heard;
    this.#order = new LiveOrder(after === undefined || stream === undefined ? null : { seq: after, stream });
  }

  /** Whether it is at the end of its stream: everything pushed so far is applied. */
  get synced() {
    return this.#synced;
  }

  /** Joins over a link; returns when synced, or when another link has taken its place. @param {Link} link */
  async join(link) {
    this.leave();
    this.#link = link;
    for (let tries = 0; this.#link === link; tries += 1) {
      if (tries > 1) await pause(backoff(tries), this.#options.signal);
      if (this.#behind && !(await this.#reload(link))) continue;
      if (this.#link === link && (await this.#ask(link))) return;
    }
  }

  /** Lets go of its link. The position stays: the next link goes on from there. */
  leave() {
    this.#stop?.();
    this.#stop = null;
    this.#link = null;
    this.#synced = false;
  }

  /** @param {Link} link @returns {Promise<boolean>} whether the snapshot is fresh */
  async #reload(link) {
    try {
      const position = await this.#options.onGap();
      if (this.#link !== link) return false;
      this.#order = new LiveOrder(position);
      this.#behind = false;
      return true;
    } catch {
      // The snapshot's owner has shown what went wrong; here it is only one more try.
      return false;
    }
  }

  /** @param {Link} link @returns {Promise<boolean>} whether it is synced now */
  async #ask(link) {
    this.#order.hold();
    const request = { rooms: this.#options.rooms, ...this.#order.position };
    const { reply, stop } = await link.subscribe(request, (event) => this.#deliver(link, event));
    if (this.#link !== link) {
      stop();
      return false;
    }
    if (!reply.ok && reply.code !== 'live.gap') throw new LiveRefused(reply.code);
    const verdict = reply.ok ? this.#order.acknowledge(reply) : { apply: [], gap: true };
    if (verdict.gap || this.#behind) {
      stop();
      this.#behind = true;
      return false;
    }
    this.#stop = stop;
    this.#synced = true;
    this.#apply(verdict, false);
    return true;
  }

  /** @param {Link} link @param {Pushed} event */
  #deliver(link, event) {
    if (this.#link !== link) return;
    if (event.type === 'live.tick') {
      this.#heard(true);
      this.#options.onTick?.(event.data);
    } else if (event.type !== 'live.gap') this.#apply(this.#order.push(event), true);
    else if (this.#concerns(event.data?.rooms)) this.#fallBehind();
  }

  /** @param {unknown} rooms of a gap; none named = all */
  #concerns(rooms) {
    return !Array.isArray(rooms) || rooms.length === 0 || rooms.some((room) => this.#options.rooms.includes(room));
  }

  /** @param {Verdict} verdict @param {boolean} pushed */
  #apply({ apply, gap }, pushed) {
    for (const event of apply) {
      try {
        this.#options.onEvent(event);
      } catch (error) {
        // A page's fault in one event must not stop those behind it.
        reportError(error);
      }
    }
    this.#heard(pushed);
    if (gap) this.#fallBehind();
  }

  #fallBehind() {
    if (this.#behind) return;
    this.#behind = true;
    const link = this.#link;
    if (!this.#synced || link === null) return;
    this.join(link).catch(() => link.close());
  }
}
