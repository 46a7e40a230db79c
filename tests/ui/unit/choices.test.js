// A form that is saved before its list came, or after that failed, changes nothing it did not mean to.
//
// Planted once and seen red: what holds left out until the list has it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choices } from '../../../public/modules/choices.js';

test('what holds is a choice before its list has come, and named once it has', () => {
  const known = [{ id: 'a', name: 'Day' }];
  assert.deepEqual(choices('None', [], 'a'), [['', 'None'], ['a', '…']]);
  assert.deepEqual(choices('None', known, 'a'), [['', 'None'], ['a', 'Day']]);
  assert.deepEqual(choices('None', known, null), [['', 'None'], ['a', 'Day']]);
});
