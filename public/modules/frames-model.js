// The newest OCPP messages of one charge point, each once, bounded, with a filter and a pause. Pure data.

/** @import { Message } from '../../ui/types/api.d.ts' */
/** @import { LiveEvent } from '../../ui/types/events.d.ts' */

/** @typedef {Pick<Message, 'id' | 'action' | 'direction' | 'kind' | 'messageId' | 'payload' | 'error' | 'receivedAt'>} Frame */

/** The most that is kept; what is older falls out. */
export const KEPT = 200;

/** The log and an event tell the same message under different ids. @param {Frame} frame */
const same = ({ direction, kind, messageId, receivedAt }) => `${direction} ${kind} ${messageId} ${receivedAt}`;

export class FramesModel {
  /** @type {Frame[]} */ #frames = [];
  /** @type {Frame[] | null} */ #frozen = null;
  #id;
  /** Only of this action; empty = all. */
  action = '';
  /** Only of this kind; empty = all. */
  kind = '';

  /** @param {string} chargePointId */
  constructor(chargePointId) {
    this.#id = chargePointId;
  }

  /** @param {Frame[]} frames newest first */
  reset(frames) {
    this.#frames = frames.slice(0, KEPT);
  }

  /** Takes an event in. Returns whether the view changed. @param {LiveEvent} event */
  apply(event) {
    if (event.type !== 'ocpp.message' || event.data.chargePointId !== this.#id) return false;
    const frame = { ...event.data, id: event.id };
    if (this.#frames.some((known) => same(known) === same(frame))) return false;
    this.#frames = [frame, ...this.#frames].slice(0, KEPT);
    return this.#frozen === null;
  }

  /** Whether the view stands still. New messages are kept meanwhile, and shown when it goes on. */
  get paused() {
    return this.#frozen !== null;
  }

  /** Stands still, or goes on. */
  pause() {
    this.#frozen = this.#frozen === null ? this.#frames : null;
  }

  /** What is shown, newest first. @returns {Frame[]} */
  get rows() {
    return (this.#frozen ?? this.#frames).filter(({ action, kind }) => (this.action === '' || action === this.action) && (this.kind === '' || kind === this.kind));
  }

  /** The actions that came, to choose from. @returns {string[]} */
  get actions() {
    return [...new Set(this.#frames.flatMap(({ action }) => action ?? []))].sort();
  }
}
