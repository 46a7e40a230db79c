// Figures and lengths as people read them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, decimal, duration, kw, kwh, money, monthName, ratedKw } from '../../../public/utils/format.js';
import { lastMonths } from '../../../public/utils/months.js';

test('energy shows every watt-hour, in the digits of the language', () => {
  assert.equal(kwh(1520, 'en'), '1.520');
  assert.equal(kwh(1520, 'de'), '1,520');
  assert.equal(kwh(0, 'en'), '0.000');
  assert.equal(kwh(1_234_567, 'en'), '1,234.567');
});

test('moving power has one decimal, rated power only those it needs', () => {
  assert.equal(kw(11040, 'en'), '11.0');
  assert.equal(ratedKw(22000, 'en'), '22');
  assert.equal(ratedKw(7400, 'en'), '7.4');
});

test('a duration is h:mm:ss, never negative', () => {
  assert.equal(duration(0), '0:00:00');
  assert.equal(duration(3725.9), '1:02:05');
  assert.equal(duration(-5), '0:00:00');
  assert.equal(duration(100 * 3600), '100:00:00');
});

test('counts follow the language', () => {
  assert.equal(count(1234, 'de'), '1.234');
});

test('money shows the decimals the gateway sent, in the digits of the language, and no float comes between', () => {
  assert.equal(money({ amount: '0.68', currency: 'EUR' }, 'en'), '€0.68');
  assert.equal(money({ amount: '0.4512', currency: 'EUR' }, 'en'), '€0.4512', 'a unit price may have more');
  assert.equal(money({ amount: '-12', currency: 'JPY' }, 'en'), '-¥12', 'a currency without cents');
  assert.equal(money({ amount: '90071992547409.93', currency: 'EUR' }, 'en'), '€90,071,992,547,409.93');
  assert.equal(decimal('19.0', 'de'), '19,0');
});

test('the last months begin and end with their own days, across a year and a leap day', () => {
  const months = lastMonths(new Date(2028, 2, 31), 14);
  assert.deepEqual(months.slice(0, 4).map(({ from, to }) => [from, to]), [
    ['2028-03-01', '2028-03-31'],
    ['2028-02-01', '2028-02-29'],
    ['2028-01-01', '2028-01-31'],
    ['2027-12-01', '2027-12-31'],
  ]);
  assert.equal(months.at(-1)?.from, '2027-02-01');
  assert.equal(monthName(new Date(2028, 2, 15), 'en'), 'March 2028');
});
