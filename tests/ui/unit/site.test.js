// What a page knows of the site: asked for again only where the gateway says another version, and never twice at once.
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { loadSite, site, siteHeard } from '../../../public/utils/site.js';
import { createLive } from '../../../public/utils/socket.js';
import { event, gateway, settle } from './memory-gateway.js';

/** @param {string} version */
const answer = (version) => /** @type {any} */ ({ ok: true, json: async () => ({ name: `Site ${version}`, version }) });

afterEach(() => mock.restoreAll());

test('another version is asked for, the same is not', async () => {
  const asked = mock.method(globalThis, 'fetch', async () => answer('one'));
  await loadSite();
  assert.equal(await siteHeard('one'), false);
  assert.equal(await siteHeard(undefined), false, 'an older gateway says nothing');
  assert.equal(asked.mock.callCount(), 1);
  asked.mock.mockImplementation(async () => answer('two'));
  assert.deepEqual(await Promise.all([siteHeard('two'), siteHeard('two')]), [true, false]);
  assert.equal(asked.mock.callCount(), 2);
  assert.equal(site().name, 'Site two');
});

test('what fails is asked for again with the next beat', async () => {
  const asked = mock.method(globalThis, 'fetch', async () => {
    throw new TypeError('unreachable');
  });
  assert.equal(await siteHeard('three'), false);
  asked.mock.mockImplementation(async () => answer('three'));
  assert.equal(await siteHeard('three'), true);
});

test('what the gateway says with a beat is told, and is no event', async () => {
  const server = gateway({ ok: true, stream: 'A', seq: 10, missed: [] });
  const live = createLive(() => [server.connect]);
  const leave = new AbortController();
  /** @type {unknown[]} */
  const said = [];
  live.onTick((data) => said.push(data));
  live.subscribe({ rooms: ['cms'], after: 10, stream: 'A', signal: leave.signal, onEvent: ({ seq }) => said.push(seq), onGap: async () => null });
  await settle();
  server.push(event(10, 'live.tick', { site: 'a1' }), event(11));
  leave.abort();
  assert.deepEqual(said, [{ site: 'a1' }, 11]);
});
