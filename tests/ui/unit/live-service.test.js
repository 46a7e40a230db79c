// The live service over a link in memory: subscribes, catches up after a cut, reloads after a gap, and never passes
// silence for life. Time is node's own test clock; the real roads are tested in browsers.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { LiveRefused } from '../../../public/utils/live-subscription.js';
import { SILENCE_MS, createLive } from '../../../public/utils/socket.js';
import { event, gateway, settle } from './memory-gateway.js';

/** @import { Pushed } from '../../../public/utils/live-order.js' */
/** @import { Reply } from '../../../public/utils/live-subscription.js' */

/** @param {number} seq @param {...Pushed} missed @returns {Reply} */
const ok = (seq, ...missed) => ({ ok: true, stream: 'A', seq, missed });
/** @type {Reply} */
const gap = { ok: false, code: 'live.gap' };

/** A page that follows one room from seq 10 on. @param {ReturnType<typeof gateway>} server */
function page(server) {
  const live = createLive(() => [server.connect]);
  const leave = new AbortController();
  /** @type {number[]} */
  const seen = [];
  let reloads = 0;
  /** @type {string[]} */
  const states = [];
  live.watch((state) => states.push(state));
  live.subscribe({
    rooms: ['cms'],
    after: 10,
    stream: 'A',
    signal: leave.signal,
    onEvent: ({ seq }) => seen.push(seq),
    onGap: async () => {
      reloads += 1;
      return { stream: 'A', seq: 30 };
    },
  });
  return { live, leave: () => leave.abort(), seen, states, reloads: () => reloads };
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('it subscribes from the snapshot on, applies what was missed, and is live', async () => {
  const server = gateway(ok(12, event(12)));
  const { live, seen } = page(server);
  assert.equal(live.state, 'connecting');
  await settle();
  assert.deepEqual(server.requests, [{ rooms: ['cms'], after: 10, stream: 'A' }]);
  assert.deepEqual(seen, [12]);
  assert.equal(live.state, 'live');
  server.push(event(13), event(13), event(14));
  assert.deepEqual(seen, [12, 13, 14], 'a repeat is told once');
});

test('after a cut it goes on from the last event it had', async () => {
  const server = gateway(ok(10), ok(13, event(12), event(13)));
  const { live, seen, states } = page(server);
  await settle();
  server.push(event(11));
  server.cut();
  await settle();
  assert.equal(live.state, 'connecting', 'a short cut is no alarm');
  mock.timers.tick(500);
  await settle();
  assert.deepEqual(server.requests[1], { rooms: ['cms'], after: 11, stream: 'A' });
  assert.deepEqual(seen, [11, 12, 13]);
  assert.deepEqual(states, ['live', 'connecting', 'live']);
});

test('a gap in the answer reloads the snapshot and subscribes from its place', async () => {
  const server = gateway(gap, ok(30));
  const { live, reloads } = page(server);
  await settle();
  assert.equal(reloads(), 1);
  assert.deepEqual(server.requests[1], { rooms: ['cms'], after: 30, stream: 'A' });
  assert.equal(server.readers, 1, 'the refused subscription reads no more');
  assert.equal(live.state, 'live');
});

test('a pushed gap concerns only the rooms it names', async () => {
  const server = gateway(ok(10), ok(30));
  const { reloads } = page(server);
  await settle();
  server.push(event(11, 'live.gap', { rooms: ['cms:points'] }));
  await settle();
  assert.equal(reloads(), 0, 'not this page’s room');
  server.push(event(11, 'live.gap', { rooms: ['cms'] }));
  await settle();
  assert.equal(reloads(), 1);
});

test('silence is not live, a tick is a sign of life, and a silent link is made anew', async () => {
  const server = gateway(ok(10));
  const { live } = page(server);
  await settle();
  mock.timers.tick(SILENCE_MS - 1);
  server.push(event(10, 'live.tick'));
  mock.timers.tick(SILENCE_MS - 1);
  assert.equal(live.state, 'live', 'the tick was heard');
  mock.timers.tick(1);
  assert.equal(live.state, 'not_live');
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(server.connections, 2, 'the dead link was given up');
  assert.equal(live.state, 'not_live', 'an answer alone does not prove that events flow');
  server.push(event(10, 'live.tick'));
  assert.equal(live.state, 'live');
});

test('a gateway that stays away is not live within ten seconds, and is tried on', async () => {
  let away = true;
  const server = gateway(ok(10));
  const live = createLive(() => [
    async (options) => {
      if (away) throw new Error('unreachable');
      return server.connect(options);
    },
  ]);
  live.subscribe({ rooms: ['cms'], signal: new AbortController().signal, onEvent: () => {}, onGap: async () => null });
  for (let second = 0; second < 10; second += 1) {
    await settle();
    mock.timers.tick(1000);
  }
  assert.equal(live.state, 'not_live');
  away = false;
  for (let second = 0; second < 8; second += 1) {
    await settle();
    mock.timers.tick(1000);
  }
  await settle();
  server.push(event(10, 'live.tick'));
  assert.equal(live.state, 'live');
});

test('when the first road fails the second is taken', async () => {
  const server = gateway(ok(10));
  const live = createLive(() => [async () => Promise.reject(new Error('no IPC')), server.connect]);
  live.subscribe({ rooms: ['cms'], signal: new AbortController().signal, onEvent: () => {}, onGap: async () => null });
  await settle();
  mock.timers.tick(500);
  await settle();
  assert.equal(live.state, 'live');
});

test('a refused token is told to the page and is not live', async () => {
  const live = createLive(() => [async () => Promise.reject(new LiveRefused('auth.expired'))]);
  const leave = new AbortController();
  /** @type {string[]} */
  const refusals = [];
  live.configure({ token: () => 'old', onRefused: (code) => (refusals.push(code), leave.abort()) });
  live.subscribe({ rooms: ['cms'], signal: leave.signal, onEvent: () => {}, onGap: async () => null });
  await settle();
  assert.deepEqual(refusals, ['auth.expired']);
});

test('a fault in a page’s handler does not stop the events behind it', async () => {
  const server = gateway(ok(10));
  const live = createLive(() => [server.connect]);
  /** @type {number[]} */
  const seen = [];
  /** @type {unknown[]} */
  const reported = [];
  globalThis.reportError = (error) => void reported.push(error);
  live.subscribe({
    rooms: ['cms'],
    after: 10,
    stream: 'A',
    signal: new AbortController().signal,
    onEvent: ({ seq }) => {
      if (seq === 11) throw new Error('a fault in the page');
      seen.push(seq);
    },
    onGap: async () => null,
  });
  await settle();
  server.push(event(11), event(12));
  assert.deepEqual(seen, [12]);
  assert.equal(reported.length, 1, 'and it is not swallowed');
});

test('leaving ends the reading and the link', async () => {
  const server = gateway(ok(10));
  const { leave, seen } = page(server);
  await settle();
  assert.equal(server.closed, 0);
  leave();
  assert.equal(server.closed, 1, 'nobody reads any more');
  server.push(event(11));
  await settle();
  mock.timers.tick(60_000);
  await settle();
  assert.deepEqual(seen, []);
  assert.equal(server.connections, 1, 'nobody is left to connect for');
});
