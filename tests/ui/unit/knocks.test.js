// The hidden sign for the PIN pad: how many taps, how soon, and where.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Knocks, isCorner } from '../../../public/utils/knocks.js';

/** @param {number[]} times */
const signs = (times) => {
  const knocks = new Knocks();
  return times.map((time) => knocks.knock(time));
};

test('five taps within three seconds are the sign, and the next begins from nothing', () => {
  assert.deepEqual(signs([0, 500, 1000, 1500, 2000]), [false, false, false, false, true]);
  assert.deepEqual(signs([0, 0, 0, 0, 0, 1, 2]), [false, false, false, false, true, false, false]);
});

test('slow taps are none, and old ones do not count', () => {
  assert.deepEqual(signs([0, 1000, 2000, 3000, 4000, 5000]), Array(6).fill(false));
  assert.deepEqual(signs([0, 2900, 2950, 3000, 3050, 3100]), [false, false, false, false, false, true]);
});

test('the corner is at the end of a line of text', () => {
  /** @param {number} clientX @param {number} clientY @param {boolean} rightToLeft */
  const corner = (clientX, clientY, rightToLeft) => isCorner({ clientX, clientY }, 1280, rightToLeft);
  assert.ok(corner(1279, 0, false) && corner(1184, 95, false));
  assert.ok(corner(0, 0, true) && corner(95, 95, true));
  for (const [x, y] of /** @type {[number, number][]} */ ([[0, 0], [1183, 10], [1279, 96], [640, 10]])) assert.ok(!corner(x, y, false), `${x},${y}`);
  for (const [x, y] of /** @type {[number, number][]} */ ([[1279, 0], [96, 10], [10, 96]])) assert.ok(!corner(x, y, true), `${x},${y}`);
});
