// What the pages know of charges, commands and raw events, and how events change it: a driver's own charges, one charge
// point's commands and frames, the lists of the desk, the event log. Planted once and seen red: a cost that is not taken
// in; an answered command that goes back to waiting; a log that keeps everything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandsModel, KEPT as KEPT_COMMANDS } from '../../../public/modules/commands-model.js';
import { FramesModel } from '../../../public/modules/frames-model.js';
import { SessionsModel, StationsModel } from '../../../public/modules/desk-model.js';
import { EventLog, KEPT } from '../../../public/utils/event-log-model.js';
import { MyChargesModel } from '../../../public/user-panel/modules/my-charges-model.js';

/** @param {any} [fields] @returns {any} */
const session = (fields) => ({
  ...{ id: 's1', stationId: 'st', chargePointId: 'p1', connectorId: 1, status: 'requested', version: 1 },
  ...{ stationName: 'Site', chargePointName: 'Bay 1', durationSeconds: 0, energyWh: 0, energyConsumed: 0, ...fields },
});

let last = 0;
/** @param {string} type @param {any} data @returns {any} */
const event = (type, data) => ({
  ...{ id: `e${(last += 1)}`, stream: 'A', seq: last, type, timestamp: '2026-11-22T09:30:05Z' },
  data: { sessionId: 's1', stationId: 'st', chargePointId: 'p1', connectorId: 1, ...data },
});

const eur = (/** @type {string} */ amount) => ({ amount, currency: 'EUR' });

test('a charge goes from the wish to the bill as events tell it', () => {
  const model = new MyChargesModel();
  model.put(session(), 0);
  assert.equal(model.active?.session.status, 'requested');
  model.apply(event('charging.remote.start.accepted', { version: 2, commandId: 'c' }), 0);
  assert.equal(model.active?.session.status, 'accepted', 'now the driver must plug in');
  model.apply(event('charging.started', { version: 3, status: 'charging', startedAt: '2026-11-22T09:30:00Z' }), 40);
  assert.deepEqual([model.active?.seconds, model.active?.at], [5, 40], 'its time counts from the start');
  model.apply(event('meter.values', { version: 4, energyWh: 1500, powerW: 11000 }), 50);
  const cost = { net: eur('0.57'), tax: eur('0.11'), total: eur('0.68'), lines: [] };
  model.apply(event('cost.updated', { version: 4, ...cost }), 50);
  assert.deepEqual(model.active?.session.cost, cost);
  model.apply(event('meter.values', { version: 5, energyWh: 1600, powerW: null }), 60);
  assert.equal(model.active?.session.powerW, 11000, 'a reading without power says nothing of it');
  model.apply(event('charging.suspended', { version: 6, status: 'suspended', by: 'ev' }), 70);
  assert.equal(model.active?.session.status, 'suspended');
  const end = { status: 'stopped', stopReason: 'driver', stoppedAt: 'then', energyWh: 1700, durationSeconds: 90 };
  model.apply(event('charging.stopped', { version: 7, ...end, cost: { net: eur('0.64'), tax: eur('0.13'), total: eur('0.77') } }), 80);
  assert.equal(model.active, null);
  assert.equal(model.find('s1')?.session.cost?.total.amount, '0.77');
});

test('an older event, another charge’s and one of something else change nothing', () => {
  const model = new MyChargesModel();
  model.reset([session({ version: 5, status: 'charging', energyWh: 900 })], 0);
  assert.equal(model.apply(event('meter.values', { version: 5, energyWh: 100 }), 0), null, 'the snapshot has it');
  assert.equal(model.apply(event('meter.values', { sessionId: 's9', version: 9, energyWh: 100 }), 0), null);
  assert.equal(model.apply(event('connector.status.changed', { version: 9 }), 0), null);
  model.put(session({ version: 4, energyWh: 1 }), 0);
  assert.equal(model.active?.session.energyWh, 900, 'an answer that was overtaken is not taken in');
});

test('a charge begun elsewhere appears, newest first', () => {
  const model = new MyChargesModel();
  model.reset([session({ id: 'old', status: 'stopped' })], 0);
  model.apply(event('charging.started', { sessionId: 's2', version: 1, status: 'charging', startedAt: '2026-11-22T09:30:00Z' }), 0);
  assert.deepEqual(model.sessions.map(({ id }) => id), ['s2', 'old']);
  assert.equal(model.active?.session.id, 's2');
  assert.equal(model.active?.session.cost ?? null, null, 'where no price is told, nothing is charged');
  const price = { tariffId: 't1', perKwh: eur('0.45'), exampleFor20Kwh: eur('9.00') };
  model.apply(event('charging.started', { sessionId: 's3', version: 1, status: 'charging', startedAt: '2026-11-22T09:30:00Z', price }), 0);
  assert.deepEqual(model.find('s3')?.session.cost?.total, eur('0.00'), 'it is not free: it costs nothing yet');
});

/** @param {string} id @param {string} status @param {any} [fields] @returns {any} */
const command = (id, status, fields) => ({ id, action: 'Reset', chargePointId: 'p1', status, ...fields });

test('a command that has its answer never goes back to waiting', () => {
  const model = new CommandsModel('p1');
  assert.equal(model.apply(event('command.requested', { command: command('c1', 'requested') })), true);
  assert.equal(model.apply(event('command.rejected', { command: command('c1', 'rejected', { response: { status: 'Rejected' } }) })), true);
  assert.equal(model.put(command('c1', 'requested')), false, 'the answer of the request came after its event');
  assert.deepEqual(model.commands.map(({ status }) => status), ['rejected']);
  assert.equal(model.put(command('c2', 'requested', { chargePointId: 'p2' })), false, 'another point’s');
  for (let number = 0; number < KEPT_COMMANDS + 5; number += 1) model.put(command(`n${number}`, 'requested'));
  assert.equal(model.commands.length, KEPT_COMMANDS, 'bounded');
});

test('a point’s log knows its messages once each, from the log and as they pass', () => {
  const model = new FramesModel('p1');
  const known = { direction: 'in', kind: 'call', messageId: 'm1', receivedAt: '2026-11-22T09:30:00Z', action: 'Heartbeat' };
  model.reset([/** @type {any} */ ({ ...known, id: 'row' })]);
  assert.equal(model.apply(event('ocpp.message', known)), false, 'the log told of it already');
  assert.equal(model.apply(event('ocpp.message', { ...known, chargePointId: 'p2', messageId: 'm2' })), false, 'another point’s');
  assert.equal(model.apply(event('ocpp.message', { ...known, kind: 'error', messageId: 'm3', action: 'Reset' })), true);
  assert.deepEqual(model.rows.map(({ action }) => action), ['Reset', 'Heartbeat']);
  model.action = 'Heartbeat';
  assert.deepEqual(model.rows.map(({ messageId }) => messageId), ['m1']);
  Object.assign(model, { action: '', kind: 'error' });
  assert.deepEqual(model.rows.map(({ messageId }) => messageId), ['m3']);
  model.kind = '';
  model.pause();
  assert.equal(model.apply(event('ocpp.message', { ...known, messageId: 'm4' })), false, 'it stands still');
  assert.equal(model.rows.length, 2);
  model.pause();
  assert.equal(model.rows.length, 3, 'and goes on with what came meanwhile');
});

test('the desk’s list holds the charges that go on, and stations follow their figures and prices', () => {
  const sessions = new SessionsModel();
  sessions.reset([session({ status: 'charging' })], 0);
  sessions.apply(event('charging.failed', { version: 2, status: 'failed', failure: { code: 'session.cancelled', detail: '' } }), 0);
  assert.deepEqual(sessions.rows, []);
  const stations = new StationsModel();
  stations.reset([/** @type {any} */ ({ id: 'st', name: 'Site', version: 1, pointsOnline: 0, price: null })]);
  const figures = { stationId: 'st', version: 2, status: 'online', pointsOnline: 1 };
  assert.equal(stations.apply(event('station.status.changed', figures)), true);
  assert.equal(stations.apply(event('station.status.changed', figures)), false, 'a repeat');
  stations.apply(event('station.price.changed', { chargePointId: null, price: { tariffVersion: 2 } }));
  const [row] = stations.rows('en');
  assert.deepEqual([row?.pointsOnline, row?.price?.tariffVersion], [1, 2]);
  assert.equal(stations.apply(event('cms.station.deleted', { id: 'st' })), true);
});

test('the log keeps the newest, tells each once, filters by type and stands still while paused', () => {
  const log = new EventLog();
  const first = event('charging.started', {});
  assert.deepEqual([log.add(first), log.add(first)], [true, false], 'two subscriptions are told of it');
  log.add(event('meter.values', {}));
  assert.deepEqual(log.families, ['charging', 'meter']);
  log.filter = 'meter.';
  assert.deepEqual(log.rows.map(({ type }) => type), ['meter.values']);
  log.pause();
  assert.equal(log.add(event('meter.values', {})), false, 'nothing moves');
  assert.equal(log.rows.length, 1);
  log.pause();
  assert.equal(log.rows.length, 2, 'and nothing was lost meanwhile');
  for (let number = 0; number < KEPT + 5; number += 1) log.add(event('meter.values', {}));
  assert.equal(log.rows.length, KEPT);
});
