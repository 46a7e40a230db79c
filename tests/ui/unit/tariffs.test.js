// A tariff while it is being written: what stands in the form is what is sent. Planted once and seen red: lines of two times
// made one element, a comma sent as a decimal point.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StationsModel } from '../../../public/modules/desk-model.js';
import { TariffDraft } from '../../../public/modules/tariff-draft.js';

const eur = (/** @type {string} */ amount) => ({ amount, currency: 'EUR' });
const night = { startTime: '22:00', endTime: '06:00', startDate: null, endDate: null, minKwh: null, maxKwh: null, minPower: null, maxPower: null, minCurrent: null, maxCurrent: null, minDuration: null, maxDuration: null, dayOfWeek: ['MONDAY'] };
const component = (/** @type {string} */ type, /** @type {string} */ price) => ({ type, price, vat: '19.0', stepSize: 1 });

/** @type {any} */
const whole = {
  id: 't1',
  name: 'Night and day',
  version: 3,
  currency: 'EUR',
  taxIncluded: false,
  price: { taxPercent: '19.0' },
  elements: [
    { priceComponents: [component('ENERGY', '0.25')], restrictions: night },
    { priceComponents: [component('ENERGY', '0.45'), component('PARKING_TIME', '6')], restrictions: null },
  ],
  minPrice: { exclVat: eur('0.50'), inclVat: null },
  maxPrice: null,
  idleGraceMinutes: 15,
  validFrom: null,
  validTo: '2026-12-31T23:00:00Z',
  stationIds: ['s1'],
  chargePointIds: [],
  connectors: [{ chargePointId: 'p1', connectorId: 2 }],
  customerGroups: ['staff', 'guests'],
};

test('a tariff that nobody touched is sent back as it was', () => {
  const { body } = new TariffDraft(whole, 'CHF');
  for (const field of ['name', 'currency', 'elements', 'minPrice', 'maxPrice', 'idleGraceMinutes', 'validFrom', 'stationIds', 'chargePointIds', 'connectors', 'customerGroups']) {
    assert.deepEqual(/** @type {any} */ (body)[field], whole[field], field);
  }
  assert.equal(Date.parse(body.validTo ?? ''), Date.parse(whole.validTo), 'whatever this clock’s zone');
  assert.ok(!('perKwh' in body), 'elements, or the short form: not both');
});

test('the short form is what drivers pay, and an empty field is no price', () => {
  const draft = new TariffDraft(null, 'EUR');
  draft.set('name', ' Day ');
  draft.set('perKwh', '0,45');
  draft.set('idlePerMinute', '0.10');
  draft.set('grace', '10');
  draft.set('maxPrice', '50');
  draft.set('nobody', 'x');
  const { body } = draft;
  assert.deepEqual(body, {
    name: 'Day',
    currency: 'EUR',
    perKwh: eur('0.45'),
    perMinute: null,
    sessionFee: null,
    idlePerMinute: eur('0.10'),
    taxPercent: '19',
    idleGraceMinutes: 10,
    minPrice: null,
    maxPrice: { exclVat: null, inclVat: eur('50') },
    validFrom: null,
    validTo: null,
    stationIds: [],
    chargePointIds: [],
    connectors: [],
    customerGroups: [],
  });
});

test('lines are elements where they hold at the same times and charge different things', () => {
  const draft = new TariffDraft(whole, 'EUR');
  draft.add({ type: 'FLAT', price: '1', vat: '' });
  draft.add({ type: 'ENERGY', price: '9' });
  const { elements } = /** @type {any} */ (draft.rates);
  const types = elements.map((/** @type {any} */ one) => one.priceComponents.map((/** @type {any} */ part) => part.type));
  assert.deepEqual(types, [['ENERGY'], ['ENERGY', 'PARKING_TIME', 'FLAT'], ['ENERGY']]);
  assert.equal(elements[1].priceComponents[2].vat, null, 'no tax applies');
  const [row] = draft.rows;
  assert.ok(row);
  draft.toggleDay(row, 'MONDAY');
  draft.set(`startTime ${row.key}`, '');
  draft.set(`endTime ${row.key}`, '');
  assert.equal(/** @type {any} */ (draft.rates).elements[0].restrictions, null, 'without conditions it always holds');
  draft.drop(row.key);
  assert.equal(draft.rows.length, 4);
});

test('a price that the clock turns is shown like one that the desk changed', () => {
  const model = new StationsModel();
  model.reset(/** @type {any} */ ([{ id: 's1', name: 'One', version: 1, price: { perKwh: eur('0.45') } }]));
  const turned = { type: 'tariff.period.changed', data: { stationId: 's1', chargePointId: null, price: { perKwh: eur('0.25') } } };
  assert.equal(model.apply(/** @type {any} */ (turned)), true);
  assert.deepEqual(model.rows('en')[0]?.price?.perKwh, eur('0.25'));
});
