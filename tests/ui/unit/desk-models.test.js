// What the desk knows beside its lists, and how lists are looked at: the day's figures, states, alerts, configuration keys,
// counters, sorting and pages. Planted once and seen red: another day's revenue taken for today's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertsModel } from '../../../public/modules/alerts-model.js';
import { SessionsModel } from '../../../public/modules/desk-model.js';
import { ChargingPointsModel } from '../../../public/modules/charging-points-model.js';
import { readKeys } from '../../../public/modules/configuration-model.js';
import { readMetrics } from '../../../public/modules/metrics-model.js';
import { OverviewModel, change, countStates, siteDay } from '../../../public/modules/overview-model.js';
import { ListState, ROWS } from '../../../public/utils/list-state.js';

/** @param {string} type @param {any} data @returns {any} */
const event = (type, data) => ({ type, data });

const DAY = '2026-11-22';
const day = (/** @type {string} */ amount) => ({ revenue: { amount, currency: 'EUR' }, energyWh: 1000, sessions: 1 });

function overview() {
  const model = new OverviewModel();
  const health = { ready: true, database: 'ok', broker: 'connected', readers: 1 };
  model.reset(/** @type {any} */ ({ today: day('1.00'), sameDayLastWeek: day('2.00'), recentSessions: [{ id: 'a', status: 'stopped' }, { id: 'b', status: 'charging' }] }), health);
  return model;
}

test('revenue moves with its event, but not for one station or another day', () => {
  const model = overview();
  const told = (/** @type {any} */ more) => model.apply(event('revenue.updated', { ...day('1.45'), date: DAY, ...more }), null, DAY);
  assert.equal(told({ stationId: 's1' }), false);
  assert.equal(told({ date: '2026-11-21' }), false, 'a charge of yesterday that was told late');
  assert.equal(told({}), true);
  assert.equal(model.today?.revenue.amount, '1.45');
  assert.equal(model.lastWeek?.revenue.amount, '2.00');
});

test('a charge that ended stands first among the last ones, once', () => {
  const model = overview();
  assert.deepEqual(model.recent.map(({ id }) => id), ['a'], 'those that run are in another list');
  const ended = /** @type {any} */ ({ id: 'b', status: 'stopped' });
  assert.equal(model.apply(event('charging.stopped', {}), ended, DAY), true);
  model.apply(event('charging.stopped', {}), ended, DAY);
  assert.deepEqual(model.recent.map(({ id }) => id), ['b', 'a']);
});

test('the gateway’s own word counts more than what was asked before', () => {
  const model = overview();
  assert.equal(model.broker, 'connected');
  model.apply(event('gateway.status.changed', { broker: 'down', database: 'slow' }), null, DAY);
  assert.deepEqual([model.broker, model.database], ['down', 'slow']);
});

test('the site’s day is the one of the zone that most stations are in', () => {
  const stations = [{ timeZone: 'UTC' }, { timeZone: 'Asia/Kolkata' }, { timeZone: 'Asia/Kolkata' }];
  assert.equal(siteDay(stations, '2026-11-21T20:00:00Z'), '2026-11-22');
  assert.equal(siteDay([], '2026-11-21T20:00:00Z'), '2026-11-21');
});

test('today is told against last week, and nothing against nothing', () => {
  assert.equal(change(150, 100), 50);
  assert.equal(change(50, 100), -50);
  assert.equal(change(50, 0), null);
});

test('every state is counted, also where nobody is in it', () => {
  const rows = /** @type {any[]} */ ([{ point: { status: 'faulted' } }, { point: { status: 'available' } }, { point: { status: 'faulted' } }]);
  assert.deepEqual(countStates(rows).map(({ status, count }) => `${status} ${count}`), ['available 1', 'occupied 0', 'unavailable 0', 'faulted 2', 'offline 0']);
});

test('alerts stand with the most urgent first until they are cleared', () => {
  const model = new AlertsModel();
  const alert = (/** @type {string} */ id, /** @type {string} */ severity, /** @type {any} */ more = {}) => /** @type {any} */ ({ id, severity, raisedAt: '2026-11-22T09:00:00Z', ...more });
  model.reset([alert('w', 'warning')]);
  assert.equal(model.apply(event('alert.raised', { alert: alert('c', 'critical') })), true);
  assert.deepEqual(model.rows.map(({ id }) => id), ['c', 'w']);
  assert.equal(model.apply(event('alert.cleared', { alert: alert('c', 'critical') })), true);
  assert.equal(model.apply(event('alert.cleared', { alert: alert('c', 'critical') })), false, 'told twice');
  model.put(alert('w', 'warning', { clearedAt: '2026-11-22T10:00:00Z' }));
  assert.equal(model.count, 0);
});

test('a point appears, changes its price and goes with its events', () => {
  const model = new ChargingPointsModel();
  const point = /** @type {any} */ ({ id: 'p1', name: 'One', stationId: 's1', version: 1, connectors: [], price: null });
  assert.equal(model.apply(event('cms.point.created', { chargingPoint: point }), 0), true);
  assert.equal(model.apply(event('cms.point.updated', { chargingPoint: { ...point, version: 3, name: 'Two' } }), 0), true);
  assert.equal(model.apply(event('cms.point.updated', { chargingPoint: { ...point, version: 2 } }), 0), false, 'an older one');
  assert.equal(model.apply(event('station.price.changed', { stationId: 's1', price: { tariffVersion: 7 } }), 0), true);
  assert.deepEqual([model.find('p1')?.name, model.find('p1')?.price?.tariffVersion], ['Two', 7]);
  assert.equal(model.apply(event('cms.point.deleted', { id: 'p1' }), 0), true);
  assert.deepEqual(model.rows('en'), []);
});

test('charges that are over are let go of, but for the newest', () => {
  const model = new SessionsModel();
  model.reset([], 0);
  const told = (/** @type {string} */ id, /** @type {string} */ type, /** @type {any} */ more) => model.take(/** @type {any} */ ({ type, timestamp: '2026-11-22T09:00:00Z', data: { sessionId: id, version: 1, ...more } }), 0);
  for (let number = 0; number < 130; number += 1) {
    told(`s${number}`, 'charging.started', { status: 'charging', startedAt: '2026-11-22T09:00:00Z' });
    told(`s${number}`, 'charging.stopped', { version: 2, status: 'stopped' });
  }
  assert.equal(model.find('s0'), null);
  assert.equal(model.find('s129')?.status, 'stopped');
  told('s200', 'charging.started', { status: 'charging', startedAt: '2026-11-22T09:00:00Z' });
  assert.equal(model.rows.length, 1, 'one that goes on is never let go of');
});

test('configuration keys come from the newest answer, in order, and a hostile one is no key', () => {
  const command = (/** @type {string} */ action, /** @type {any} */ response) => /** @type {any} */ ({ action, status: 'accepted', response });
  assert.equal(readKeys([command('Reset', {})]), null, 'it was not asked');
  const answer = { configurationKey: [{ key: 'B', value: '2', readonly: true }, { key: 'A' }, { key: 5 }, null] };
  assert.deepEqual(readKeys([command('GetConfiguration', answer)]), [{ key: 'A', value: '', readonly: false }, { key: 'B', value: '2', readonly: true }]);
  assert.deepEqual(readKeys([command('GetConfiguration', { configurationKey: 'no' })]), []);
});

test('counters are read with their words, buckets and labelled ones told apart', () => {
  const text = '# HELP up 1 while it is\n# TYPE up gauge\nup 1\nseen_bucket{le="0.1"} 4\nbuild{version="0.1.0"} 1\nnonsense\n';
  const metrics = readMetrics(text);
  assert.deepEqual(metrics.filter(({ plain }) => plain).map(({ help, value }) => [help, value]), [['1 while it is', '1']]);
  assert.equal(metrics.find(({ name }) => name === 'build')?.labels['version'], '0.1.0');
});

test('a list is narrowed, sorted both ways and cut, and never opens beyond its last page', () => {
  const rows = Array.from({ length: ROWS + 5 }, (_, number) => ({ number }));
  const by = { orders: { number: (/** @type {any} */ a, /** @type {any} */ b) => a.number - b.number }, text: (/** @type {any} */ row) => `n${row.number}` };
  const state = new ListState('number');
  state.page = 9;
  assert.deepEqual([state.cut(rows, by).page, state.cut(rows, by).items.length], [2, 5]);
  state.order('number');
  assert.equal(state.cut(rows, by).items[0]?.number, ROWS + 4, 'pressed again it turns round');
  state.look('N29');
  assert.deepEqual(state.cut(rows, by).items, [{ number: 29 }]);
});
