// The two roads for live events: the kiosk's IPC and Socket.IO. Each makes links of the same shape; which is taken, and
// what happens when one ends, is decided in socket.js.
import { hostInfo, isKiosk, liveChannel } from './host.js';
import { LiveRefused } from './live-subscription.js';

/** @import { Link } from './live-subscription.js' */
/** @import { Pushed } from './live-order.js' */

/**
 * Makes a link, or rejects.
 * @callback Connector
 * @param {{token: string | null, onDown: () => void}} options onDown: called once when a made link has ended
 * @returns {Promise<Link>}
 */

const ANSWER_MS = 5000;

/** IPC to the gateway in the same process: nothing connects, so it only ends when it is closed. @type {Connector} */
export async function connectIpc({ token, onDown }) {
  return {
    subscribe: ({ rooms, after, stream }, deliver) => liveChannel(rooms, after, stream, token, deliver),
    close: onDown,
  };
}

/** Where Socket.IO is: beside the page, or where the kiosk says its gateway listens. */
async function address() {
  if (!isKiosk()) return window.location.origin;
  const http = (await hostInfo())?.http;
  if (!http) throw new Error('The kiosk’s gateway listens on no address: there is no Socket.IO.');
  return http;
}

/** The code in the gateway's refusal, if it is one. @param {Error} error */
function refusal(error) {
  try {
    const { code } = JSON.parse(error.message);
    return typeof code === 'string' ? new LiveRefused(code) : error;
  } catch {
    return error;
  }
}

/** @type {Connector} */
export async function connectSocketIo({ token, onDown }) {
  const { io } = await import('/vendor/socket.io.esm.min.js');
  const socket = io(await address(), {
    path: '/socket.io/',
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    auth: token === null ? {} : { token },
    timeout: ANSWER_MS,
    forceNew: true,
    // One place decides about trying again, for both roads: socket.js.
    reconnection: false,
  });
  /** @type {Set<(envelope: Pushed) => void>} */
  const readers = new Set();
  /** @type {Map<string, number>} */
  const joined = new Map();
  socket.on('notification', (envelope) => readers.forEach((deliver) => deliver(envelope)));
  await new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(undefined));
    socket.once('connect_error', (error) => reject(refusal(error)));
  }).catch((error) => {
    socket.close();
    throw error;
  });
  socket.once('disconnect', onDown);

  /** @param {string[]} rooms @returns {string[]} those no other subscription is in */
  const left = (rooms) =>
    rooms.filter((room) => {
      const others = (joined.get(room) ?? 1) - 1;
      if (others > 0) joined.set(room, others);
      else joined.delete(room);
      return others === 0;
    });

  return {
    async subscribe(request, deliver) {
      const { rooms } = request;
      rooms.forEach((room) => joined.set(room, (joined.get(room) ?? 0) + 1));
      readers.add(deliver);
      const reply = await socket.timeout(ANSWER_MS).emitWithAck('subscribe', request);
      return {
        reply,
        stop() {
          readers.delete(deliver);
          const unused = left(rooms);
          if (unused.length > 0 && socket.connected) socket.emit('unsubscribe', { rooms: unused });
        },
      };
    },
    close: () => socket.close(),
  };
}

/** The roads of this page, the better one first. @returns {Connector[]} */
export function roads() {
  return isKiosk() ? [connectIpc, connectSocketIo] : [connectSocketIo];
}
