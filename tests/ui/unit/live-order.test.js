// The rules of order of live events: nothing twice, nothing older, nothing of another stream. No sockets here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveOrder, MAX_HELD, Versions, oldest } from '../../../public/utils/live-order.js';

/** @param {number} seq @param {string} [stream] */
const event = (seq, stream = 'A') => ({ id: `e${seq}`, stream, seq, type: 'x', data: {}, timestamp: '' });

/** @param {{apply: {seq: number}[], gap: boolean}} verdict */
const told = ({ apply, gap }) => [...apply.map(({ seq }) => seq), ...(gap ? ['gap'] : [])];

/** An order that stands at 10 of stream A. */
function atTen() {
  const order = new LiveOrder({ stream: 'A', seq: 10 });
  order.hold();
  order.acknowledge({ stream: 'A', seq: 10, missed: [] });
  return order;
}

test('pushed events are applied once, holes are other rooms, older ones are dropped', () => {
  const order = atTen();
  /** @type {[number, (number | string)[], string][]} */
  const cases = [
    [11, [11], 'the next one'],
    [11, [], 'a repeat'],
    [15, [15], 'a hole is an event of another room'],
    [13, [], 'an older one would turn figures back'],
    [16, [16], 'and it goes on'],
  ];
  for (const [seq, expected, why] of cases) assert.deepEqual(told(order.push(event(seq))), expected, why);
  assert.deepEqual(order.position, { after: 16, stream: 'A' }, 'the next link goes on from the last applied one');
});

test('what is pushed before the answer waits and comes after what was missed', () => {
  const order = new LiveOrder({ stream: 'A', seq: 10 });
  order.hold();
  assert.deepEqual(told(order.push(event(13))), [], 'the answer is not there yet');
  assert.deepEqual(told(order.push(event(14))), []);
  const verdict = order.acknowledge({ stream: 'A', seq: 13, missed: [event(13), event(12)] });
  assert.deepEqual(told(verdict), [12, 13, 14], '13 was both missed and pushed and is told once, in its place');
});

test('missed events that the page already has are not applied again', () => {
  const order = new LiveOrder({ stream: 'A', seq: 10 });
  order.hold();
  assert.deepEqual(told(order.acknowledge({ stream: 'A', seq: 12, missed: [event(9), event(10), event(12)] })), [12]);
});

test('another stream means a gap, pushed or in the answer', () => {
  assert.deepEqual(told(atTen().push(event(11, 'B'))), ['gap'], 'the log was lost or restored: seq counts anew');
  const order = new LiveOrder({ stream: 'A', seq: 10 });
  order.hold();
  assert.deepEqual(told(order.acknowledge({ stream: 'B', seq: 3, missed: [event(1, 'B')] })), ['gap']);
});

test('without a position the reader starts at the answer', () => {
  const order = new LiveOrder(null);
  assert.deepEqual(order.position, {}, 'it asks for nothing missed');
  order.hold();
  order.push(event(21));
  assert.deepEqual(told(order.acknowledge({ stream: 'A', seq: 20, missed: [] })), [21]);
  assert.deepEqual(order.position, { after: 21, stream: 'A' });
  const quiet = new LiveOrder(null);
  quiet.hold();
  quiet.acknowledge({ stream: 'A', seq: 20, missed: [] });
  assert.deepEqual(quiet.position, { after: 20, stream: 'A' }, 'a cut in the silence after it misses nothing');
});

test('an answer that is ahead of what was delivered drops nothing that still comes', () => {
  const order = new LiveOrder({ stream: 'A', seq: 10 });
  order.hold();
  order.acknowledge({ stream: 'A', seq: 99, missed: [] });
  assert.deepEqual(told(order.push(event(50))), [50], 'only applied events move the position');
});

test('too many events before the answer are a gap, not a pile', () => {
  const order = new LiveOrder({ stream: 'A', seq: 0 });
  order.hold();
  for (let seq = 1; seq <= MAX_HELD + 1; seq += 1) order.push(event(seq));
  assert.deepEqual(told(order.acknowledge({ stream: 'A', seq: 1, missed: [] })), ['gap']);
});

test('a page of several snapshots goes on from the oldest, and not at all across streams', () => {
  const a = { stream: 'A', seq: 7 };
  assert.deepEqual(oldest([a, { stream: 'A', seq: 5 }]), { stream: 'A', seq: 5 });
  assert.equal(oldest([a, { stream: 'B', seq: 5 }]), null);
  assert.equal(oldest([]), null);
});

test('a version the page has is no news, but each aspect of one change is told', () => {
  const versions = new Versions();
  versions.reset([{ id: 'p', version: 4 }]);
  assert.equal(versions.isNews('p', 'status', 4), false, 'the snapshot has it');
  assert.equal(versions.isNews('p', 'status', 5), true);
  assert.equal(versions.isNews('p', 'status', 5), false, 'a repeat');
  assert.equal(versions.isNews('p', 'connector 1', 5), true, 'the same change, told of its other part');
  assert.equal(versions.isNews('q', 'status', 1), true, 'an object the snapshot did not have');
  versions.reset([{ id: 'p', version: 9 }]);
  assert.equal(versions.isNews('p', 'connector 1', 9), false, 'a new snapshot counts for all aspects');
});
