// The order of live events, as pure rules: what is pushed before the answer waits, nothing is applied twice, an older
// event is dropped, another stream means that the page must load its snapshot again. Not for sockets or timers.

/**
 * An envelope as a page receives it.
 * @typedef {object} Pushed
 * @property {string} id
 * @property {string} stream
 * @property {number} seq rises within its stream; holes are events of other rooms
 * @property {string} type
 * @property {any} data
 * @property {string} timestamp
 */

/**
 * A place in a stream: everything up to and with `seq` is known.
 * @typedef {{stream: string, seq: number}} Position
 */

/** @typedef {{apply: Pushed[], gap: boolean}} Verdict */

/** More than this before an answer is no short wait: a fresh snapshot is quicker than the pile. */
export const MAX_HELD = 1000;

/** Where one subscription stands in its stream. */
export class LiveOrder {
  /** @type {string | null} */ #stream;
  /** @type {number | null} */ #seq;
  /** @type {Pushed[] | null} */ #held = null;
  #overflow = false;

  /** @param {Position | null} position null = from the answer on */
  constructor(position) {
    this.#stream = position?.stream ?? null;
    this.#seq = position?.seq ?? null;
  }

  /** What to subscribe with. @returns {{after?: number, stream?: string}} */
  get position() {
    return this.#stream === null || this.#seq === null ? {} : { after: this.#seq, stream: this.#stream };
  }

  /** From now on pushed events wait for the answer to a subscription. */
  hold() {
    this.#held = [];
    this.#overflow = false;
  }

  /** Takes in a pushed event. @param {Pushed} event @returns {Verdict} */
  push(event) {
    if (this.#held === null) return this.#take([event]);
    if (this.#held.length < MAX_HELD) this.#held.push(event);
    else this.#overflow = true;
    return { apply: [], gap: false };
  }

  /**
   * Takes in the answer: first what was missed, then what was pushed meanwhile.
   * @param {{stream: string, seq: number, missed: Pushed[]}} answer @returns {Verdict}
   */
  acknowledge({ stream, seq, missed }) {
    const held = this.#held ?? [];
    this.#held = null;
    if (this.#overflow || (this.#stream !== null && this.#stream !== stream)) return { apply: [], gap: true };
    const fromNowOn = this.#seq === null;
    this.#stream = stream;
    const verdict = this.#take([...missed, ...held].sort((a, b) => a.seq - b.seq));
    // Only without a position of its own does the reader believe the answer's seq: what it applied itself is surer.
    if (fromNowOn) this.#seq = Math.max(this.#seq ?? 0, seq);
    return verdict;
  }

  /** @param {Pushed[]} events in rising order @returns {Verdict} */
  #take(events) {
    const apply = [];
    for (const event of events) {
      if (this.#stream !== null && event.stream !== this.#stream) return { apply, gap: true };
      if (this.#seq !== null && event.seq <= this.#seq) continue;
      this.#stream = event.stream;
      this.#seq = event.seq;
      apply.push(event);
    }
    return { apply, gap: false };
  }
}

/**
 * The position of a page made of several snapshots: the oldest of them. Null when they disagree on the stream: then
 * none of them says from where to go on, and all are loaded again.
 * @param {Position[]} positions at least one @returns {Position | null}
 */
export function oldest(positions) {
  const [first, ...rest] = positions;
  if (!first || rest.some((other) => other.stream !== first.stream)) return null;
  return { stream: first.stream, seq: Math.min(...positions.map(({ seq }) => seq)) };
}

/**
 * Which versions of objects a page already has. One change of an object may be told by several types of event with the
 * same version, so versions are kept per type beside the snapshot's.
 */
export class Versions {
  /** @type {Map<string, number>} */ #snapshot = new Map();
  /** @type {Map<string, Map<string, number>>} by id, then by aspect */ #told = new Map();

  /** Forgets all and takes the snapshot's versions. @param {Iterable<{id: string, version: number}>} objects */
  reset(objects) {
    this.#told.clear();
    this.#snapshot = new Map(Array.from(objects, ({ id, version }) => [id, version]));
  }

  /**
   * Whether this version is news, which it then is no more.
   * @param {string} id @param {string} aspect what of the object is told @param {number} version
   */
  isNews(id, aspect, version) {
    const told = this.#told.get(id) ?? new Map();
    const known = Math.max(this.#snapshot.get(id) ?? -Infinity, told.get(aspect) ?? -Infinity);
    if (version <= known) return false;
    this.#told.set(id, told.set(aspect, version));
    return true;
  }

  /** Lets go of an object that is over: a page that stays open for months must not grow. @param {string} id */
  forget(id) {
    this.#snapshot.delete(id);
    this.#told.delete(id);
  }
}
