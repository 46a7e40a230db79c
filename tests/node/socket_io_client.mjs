// A reader on the npm package `socket.io-client`, as a page of somebody else's would write it.
// Usage: socket_io_client.mjs URL websocket|polling [TOKEN]
// Takes commands as commands.mjs says; shows each event of the server as `{event: 'pushed', name, arguments}`. It comes
// back only when told to, so that a test sees every end. Knows nothing of Forecourt's code; driven by the crate
// `testkit` (`SocketIoClient`).
import { io } from 'socket.io-client';

import { obey, show } from './commands.mjs';

const ANSWER_MS = 20_000;

const [url, transport, token] = process.argv.slice(2);
const socket = io(url, {
  transports: [transport],
  auth: token === undefined ? {} : { token },
  autoConnect: false,
  reconnection: false,
  forceNew: true,
});

socket.onAny((name, ...values) => show({ event: 'pushed', name, arguments: values }));
socket.on('disconnect', (reason) => show({ event: 'disconnected', reason }));

function connect() {
  return new Promise((resolve, reject) => {
    const done = (settle, value) => {
      socket.off('connect').off('connect_error');
      settle(value);
    };
    socket.on('connect', () => done(resolve, { transport: socket.io.engine.transport.name }));
    socket.on('connect_error', (error) => done(reject, error));
    socket.connect();
  });
}

/** Emits and waits for the server's acknowledgement. */
const emit = (name) => (data) => socket.timeout(ANSWER_MS).emitWithAck(name, data);

await obey({
  connect,
  disconnect: () => void socket.disconnect(),
  subscribe: emit('subscribe'),
  unsubscribe: emit('unsubscribe'),
});
