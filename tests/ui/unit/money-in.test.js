// Money that was paid in, as the desk's pages understand it: what can go back, where a batch of codes stands, which events
// move either.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchState, canGoBack, movesCodes, movesTopup, unsold, wentBack, movesShift } from '../../../public/modules/money-in-model.js';

/** @param {string} amount */
const eur = (amount) => ({ amount, currency: 'EUR' });

test('only what came in and is not all gone can go back', () => {
  /** @type {[string, string, boolean, boolean][]} */
  const table = [
    ['completed', '0.00', true, false],
    ['completed', '9.99', true, true],
    ['completed', '20.00', false, true],
    ['pending', '0.00', false, false],
    ['failed', '0.00', false, false],
    ['abandoned', '0.00', false, false],
  ];
  for (const [status, refunded, more, some] of table) {
    const topup = { status: /** @type {any} */ (status), amount: eur('20.00'), refunded: eur(refunded) };
    assert.equal(canGoBack(topup), more, `${status} ${refunded}`);
    assert.equal(wentBack(topup), some, `${status} ${refunded}`);
  }
});

test('a batch is used up, taken back, expired or valid, in this order', () => {
  const now = Date.parse('2026-06-01T12:00:00Z');
  const batch = { count: 2, redeemed: 0, expiresAt: null, voidedAt: null };
  assert.equal(batchState(batch, now), 'valid');
  assert.equal(batchState({ ...batch, expiresAt: '2026-06-01T12:00:00Z' }, now), 'expired', 'from that moment on');
  assert.equal(batchState({ ...batch, expiresAt: '2026-06-01T12:00:01Z' }, now), 'valid');
  assert.equal(batchState({ ...batch, expiresAt: '2026-01-01T00:00:00Z', voidedAt: '2026-02-01T00:00:00Z' }, now), 'voided');
  assert.equal(batchState({ ...batch, redeemed: 2, voidedAt: '2026-02-01T00:00:00Z' }, now), 'used_up', 'nothing was left to be taken back');
});

test('what was redeemed is not sold again', () => {
  const codes = [{ code: 'A', redeemedAt: '2026-06-01T12:00:00Z' }, { code: 'B', redeemedAt: null }, { code: 'C' }];
  assert.deepEqual(unsold(codes).map(({ code }) => code), ['B', 'C']);
});

test('the day is reckoned anew when money moved in a wallet or something was sold', () => {
  /** @type {[string, boolean][]} */
  const table = [['wallet.transaction.created', true], ['revenue.updated', true], ['wallet.balance.changed', false], ['meter.values', false]];
  for (const [type, moves] of table) assert.equal(movesShift(/** @type {any} */ ({ type, data: {} })), moves, type);
});

test('an event moves top-ups or codes, and never both', () => {
  /** @param {string} kind @param {string | null} topupId */
  const moved = (kind, topupId) => /** @type {any} */ ({ type: 'wallet.transaction.created', data: { transaction: { kind, topupId } } });
  /** @type {[any, boolean, boolean][]} */
  const table = [
    [moved('topup', 't1'), true, false],
    [moved('refund', 't1'), true, false],
    [moved('topup', null), false, true],
    [moved('charge', null), false, false],
    [{ type: 'wallet.balance.changed', data: {} }, false, false],
  ];
  for (const [event, topups, codes] of table) {
    assert.equal(movesTopup(event), topups, JSON.stringify(event));
    assert.equal(movesCodes(event), codes, JSON.stringify(event));
  }
});
