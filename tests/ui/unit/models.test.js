// What the pages know and how events change it: the charging points page and the board, as data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChargingPointsModel, summary } from '../../../public/modules/charging-points-model.js';
import { StationsListModel, bayCounts } from '../../../public/user-panel/modules/stations-list-model.js';

/** @param {string} id @param {string} name @returns {any} */
const point = (id, name) => ({
  id,
  name,
  version: 3,
  status: 'available',
  connectivity: 'online',
  since: '2026-11-22T09:00:00Z',
  connectors: [
    { connectorId: 1, type: 'IEC_62196_T2', maxPowerW: 22000, status: 'available', version: 1 },
    { connectorId: 2, type: 'IEC_62196_T2', maxPowerW: 22000, status: 'available', version: 1 },
  ],
});

/** @param {any} [fields] @returns {any} */
const session = (fields) => ({
  id: 's1',
  chargePointId: 'p1',
  connectorId: 1,
  version: 2,
  energyWh: 500,
  powerW: 7000,
  durationSeconds: 60,
  ...fields,
});

/** @param {string} type @param {any} data @returns {any} */
const event = (type, data) => ({
  type,
  timestamp: '2026-11-22T09:30:05Z',
  data: { sessionId: 's1', chargePointId: 'p1', connectorId: 1, ...data },
});

function desk() {
  const model = new ChargingPointsModel();
  model.reset([point('p10', 'Point 10'), point('p2', 'Point 2'), point('p1', 'Point 1')], [session()], 0);
  return model;
}

/** @param {ChargingPointsModel} model */
const running = (model) => model.rows('en')[0]?.running;

test('points are in the order people count', () => {
  assert.deepEqual(
    desk().rows('en').map((row) => row.point.name),
    ['Point 1', 'Point 2', 'Point 10'],
  );
});

test('meter values move the figure, and a version the page has does not turn it back', () => {
  const model = desk();
  assert.equal(model.apply(event('meter.values', { version: 3, energyWh: 1520, powerW: 11000 }), 0), true);
  assert.equal(running(model)?.[0]?.energyWh, 1520);
  assert.equal(model.apply(event('meter.values', { version: 2, energyWh: 500, powerW: 7000 }), 0), false);
  assert.equal(running(model)?.[0]?.energyWh, 1520, 'a late event is older than what is shown');
});

test('a reading without power keeps the power that is known, and one outside a session is not shown', () => {
  const model = desk();
  model.apply(event('meter.values', { version: 3, energyWh: 600, powerW: null }), 0);
  assert.equal(running(model)?.[0]?.powerW, 7000);
  assert.equal(model.apply(event('meter.values', { sessionId: null, version: 9, energyWh: 0 }), 0), false);
});

test('a session starts with the time it has run, and leaves when it stops', () => {
  const model = desk();
  model.apply(event('charging.started', { sessionId: 's2', connectorId: 2, version: 1, startedAt: '2026-11-22T09:30:00Z' }), 40);
  assert.deepEqual(running(model)?.[1], {
    id: 's2',
    chargePointId: 'p1',
    connectorId: 2,
    energyWh: 0,
    powerW: null,
    seconds: 5,
    at: 40,
  });
  assert.equal(summary(model.rows('en')).charging, 2);
  model.apply(event('charging.stopped', { sessionId: 's2', version: 4 }), 0);
  assert.equal(running(model)?.length, 1);
});

test('a start that the snapshot already tells of does not reset the session', () => {
  const model = desk();
  assert.equal(model.apply(event('charging.started', { version: 1, startedAt: '2026-11-22T09:30:00Z' }), 0), false);
  assert.equal(running(model)?.[0]?.energyWh, 500);
});

test('one change told as two events with the same version is taken in whole', () => {
  const model = desk();
  model.apply(event('connector.status.changed', { version: 4, status: 'charging', since: 'now' }), 0);
  model.apply(event('charger.status.changed', { version: 4, status: 'occupied', connectivity: 'online', since: 'now' }), 0);
  const [row] = model.rows('en');
  assert.equal(row?.point.connectors[0]?.status, 'charging');
  assert.equal(row?.point.connectors[1]?.status, 'available', 'the other connector is not touched');
  assert.equal(row?.point.status, 'occupied');
});

test('a charger that goes is offline, and one that boots says what it is', () => {
  const model = desk();
  model.apply(event('charger.disconnected', { version: 4, status: 'offline', connectivity: 'offline', since: 'now' }), 0);
  assert.equal(summary(model.rows('en')).online, 2);
  model.apply(event('charger.booted', { version: 5, vendor: 'Acme', model: 'One' }), 0);
  assert.equal(model.rows('en')[0]?.point.vendor, 'Acme');
});

test('events of points and sessions the page does not show change nothing', () => {
  const model = desk();
  for (const type of ['charger.connected', 'connector.status.changed', 'charging.stopped', 'meter.values', 'something.new']) {
    assert.equal(model.apply(event(type, { chargePointId: 'other', sessionId: 'other', version: 99 }), 0), false, type);
  }
});

test('the board counts free bays, and an offline charger has none', () => {
  const model = new StationsListModel();
  model.reset([{ station: /** @type {any} */ ({ id: 's', name: 'Site', version: 1 }), points: [point('p1', '1'), point('p2', '2')] }]);
  const free = () => bayCounts(/** @type {any} */ (model.sites('en')[0]));
  assert.deepEqual(free(), { free: 4, out: 0, busy: 0, total: 4 });
  model.apply(event('connector.status.changed', { version: 4, status: 'charging', since: 'now' }));
  assert.deepEqual(free(), { free: 3, out: 0, busy: 1, total: 4 });
  const gone = { chargePointId: 'p2', version: 4, status: 'offline', connectivity: 'offline', since: 'now' };
  model.apply(event('charger.status.changed', gone));
  assert.deepEqual(free(), { free: 1, out: 2, busy: 1, total: 4 }, 'its connectors said free last, but nobody can know');
});
