// What the driver's screens know beside charges: money, stations, curves, and which screen is open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountsFor, limitOf } from '../../../public/user-panel/modules/limit-model.js';
import { WalletModel } from '../../../public/user-panel/modules/wallet-model.js';
import { StationsListModel } from '../../../public/user-panel/modules/stations-list-model.js';
import { KEPT, Series, SeriesByName } from '../../../public/utils/series.js';
import { at } from '../../../public/utils/route.js';

/** @param {string} amount */
const eur = (amount) => ({ amount, currency: 'EUR' });

/** @param {number} version @param {string} balance @returns {any} */
const wallet = (version, balance) => ({ customerId: 'c1', version, currency: 'EUR', balance: eur(balance), available: eur(balance), held: eur('0.00') });

/** @param {string} type @param {any} data @returns {any} */
const event = (type, data) => ({ type, data });

test('a balance is taken as it is told, and an older one never turns it back', () => {
  const model = new WalletModel();
  model.reset(wallet(2, '5.00'), []);
  assert.equal(model.apply(event('wallet.balance.changed', { ...wallet(3, '7.50'), reason: 'adjustment' })), true);
  assert.equal(model.wallet?.balance.amount, '7.50');
  assert.equal(model.apply(event('wallet.balance.changed', wallet(2, '5.00'))), false);
  assert.equal(model.wallet?.balance.amount, '7.50');
});

test('a movement appears once, newest first, and nobody else’s does', () => {
  const model = new WalletModel();
  model.reset(wallet(1, '0.00'), [/** @type {any} */ ({ id: 't1' })]);
  const moved = (/** @type {string} */ id, customerId = 'c1') => event('wallet.transaction.created', { customerId, transaction: { id } });
  assert.equal(model.apply(moved('t2')), true);
  assert.equal(model.apply(moved('t2')), false, 'told twice');
  assert.equal(model.apply(moved('t3', 'c2')), false, 'another customer’s');
  assert.deepEqual(model.transactions.map(({ id }) => id), ['t2', 't1']);
});

test('nothing is known of money before its snapshot', () => {
  assert.equal(new WalletModel().apply(event('wallet.balance.changed', wallet(9, '1.00'))), false);
});

test('a station goes offline where its event says so, and a price change names its next', () => {
  const model = new StationsListModel();
  const station = /** @type {any} */ ({ id: 's1', name: 'Site', version: 4, status: 'online', price: null });
  model.reset([{ station, points: [] }]);
  const told = () => model.sites('en')[0]?.station;
  assert.equal(model.apply(event('station.status.changed', { stationId: 's1', version: 5, status: 'offline', pointsOnline: 0 })), true);
  assert.equal(told()?.status, 'offline');
  assert.equal(model.apply(event('station.status.changed', { stationId: 's1', version: 4, status: 'online' })), false);
  const price = { perKwh: eur('0.45'), next: { from: '2026-11-22T18:00:00Z', perKwh: eur('0.39') } };
  assert.equal(model.apply(event('station.price.changed', { stationId: 's1', price })), true);
  assert.equal(told()?.price?.next?.perKwh.amount, '0.39');
});

test('a curve takes what is later only, and forgets its beginning when it grows too long', () => {
  const series = new Series();
  assert.equal(series.add(10, 7000), true);
  assert.equal(series.add(10, 8000), false);
  assert.equal(series.add(9, 8000), false);
  assert.equal(series.add(11, Number.NaN), false);
  for (let second = 11; second < 11 + KEPT; second += 1) series.add(second, 1);
  assert.equal(series.length, KEPT);
  assert.equal(series.columns[0][0], 11);
});

test('each session has a curve of its own', () => {
  const curves = new SeriesByName();
  curves.of('a').add(1, 5);
  assert.equal(curves.of('a').length, 1);
  assert.equal(curves.of('b').length, 0);
});

test('an address holds whatever an id may hold', () => {
  assert.equal(at('bay', 'a/b c', 2), '#/bay/a%2Fb%20c/2');
});

test('a limit in money is offered in amounts that fit the price', () => {
  /** @param {string} amount @param {string} currency */
  const price = (amount, currency) => /** @type {any} */ ({ currency, exampleFor20Kwh: { amount, currency } });
  assert.deepEqual(amountsFor(price('9.00', 'EUR')), [5, 10, 20, 50]);
  assert.deepEqual(amountsFor(price('430.00', 'INR')), [200, 500, 1000, 2000]);
  assert.deepEqual(amountsFor(price('1200', 'JPY')), [500, 1000, 2000, 5000]);
  assert.deepEqual(amountsFor(price('0.00', 'EUR')), [5, 10, 20, 50]);
  assert.deepEqual(limitOf('money', 500, price('1200', 'JPY')), { amount: { amount: '500', currency: 'JPY' } });
  assert.deepEqual(limitOf('energy', 20, null), { energyWh: 20_000 });
  assert.equal(limitOf('none', 0, null), null);
});
