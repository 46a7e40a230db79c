// Who sees the way to which page of the desk. What a page then shows the gateway decides.
//
// Planted once and seen red: a page of the whole site shown to an organisation's users.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGES, pagesFor } from '../../../public/modules/navigation.js';

const names = (/** @type {string} */ role, /** @type {string | null} */ organization) => pagesFor(role, organization).map(({ name }) => name);

test('a user of one organisation finds the pages of its stations and no page of the whole site, whatever its role', () => {
  const own = ['dashboard', 'stations', 'points', 'sessions', 'tariffs', 'alerts', 'events'];
  for (const role of ['viewer', 'operator', 'admin']) assert.deepEqual(names(role, 'a'), own, role);
});

test('an admin of the whole site finds every page, others all but those for admins', () => {
  assert.deepEqual(names('admin', null), PAGES.map(({ name }) => name));
  const rest = PAGES.filter(({ admin }) => !admin).map(({ name }) => name);
  assert.deepEqual(names('operator', null), rest);
  assert.ok(!rest.includes('organizations') && !rest.includes('users'));
});
