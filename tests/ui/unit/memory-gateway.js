// A gateway in memory for the tests of the live service: answers subscriptions as told, pushes and cuts on command.
// Not a test itself, and not a stand-in for the real roads.

/** @import { Pushed } from '../../../public/utils/live-order.js' */
/** @import { Link, Reply } from '../../../public/utils/live-subscription.js' */

/** @typedef {{rooms: string[], after?: number, stream?: string}} Request */

/** @param {number} seq @param {string} [type] @param {any} [data] @returns {Pushed} */
export const event = (seq, type = 'x', data = {}) => ({ id: `e${seq}`, stream: 'A', seq, type, data, timestamp: '' });

/** Lets every promise that can go on do so. */
export async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

/** A gateway in memory. `answers` are given in turn, the last one for ever. @param {(Reply | Error)[]} answers */
export function gateway(...answers) {
  /** @type {Request[]} */
  const requests = [];
  /** @type {Set<(envelope: Pushed) => void>} */
  let readers = new Set();
  let connections = 0;
  let closed = 0;
  let cut = () => {};
  /** @returns {Reply | Error} */
  const answer = () => /** @type {Reply | Error} */ (answers.length > 1 ? answers.shift() : answers[0]);

  /** @param {{onDown: () => void}} options @returns {Promise<Link>} */
  async function connect({ onDown }) {
    connections += 1;
    readers = new Set();
    cut = onDown;
    return {
      async subscribe(request, deliver) {
        requests.push(request);
        readers.add(deliver);
        const reply = answer();
        if (reply instanceof Error) throw reply;
        return { reply, stop: () => readers.delete(deliver) };
      },
      close() {
        closed += 1;
        onDown();
      },
    };
  }

  return {
    connect,
    requests,
    get connections() {
      return connections;
    },
    get closed() {
      return closed;
    },
    get readers() {
      return readers.size;
    },
    /** @param {Pushed[]} events */
    push: (...events) => events.forEach((pushed) => [...readers].forEach((deliver) => deliver(pushed))),
    cut: () => cut(),
  };
}
