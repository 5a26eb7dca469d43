import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareMessages, compareReadings, compareSessions, compareTransactions, isClean } from './comparison.mjs';

const TOLD = { state: 'acknowledged', answer: {} };
const transaction = (number, transactionId) => ({
  tenant: 'bench',
  station: 'A',
  number,
  connectorId: 1,
  idToken: 'T',
  startedAt: '2026-01-01T10:00:00.000Z',
  meterStartWh: 100,
  stoppedAt: '2026-01-01T11:00:00.000Z',
  meterStopWh: 150,
  energyWh: 50,
  transactionId,
  start: { fate: TOLD },
  stop: { fate: TOLD },
});
const row = (ocppId, changes = {}) => ({
  station: 'A',
  ocppId,
  connector: 1,
  idToken: 'T',
  startedRaw: '2026-01-01T10:00:00Z',
  meterStartWh: 100,
  state: 'ended',
  endedRaw: '2026-01-01T11:00:00Z',
  meterStopWh: 150,
  energyWh: 50,
  ...changes,
});
const counts = (findings) => Object.fromEntries(Object.entries(findings).map(([kind, lines]) => [kind, lines.length]));
const found = (findings) => Object.fromEntries(Object.entries(counts(findings)).filter(([, n]) => n > 0));

describe('compareTransactions', () => {
  const ledger = { transactions: [transaction(1, 7), transaction(2, 8)] };

  it('finds nothing where nothing is wrong', () => {
    assert.ok(isClean(compareTransactions(ledger, [row(7), row(8)])));
  });

  for (const [what, rows, expected] of [
    ['a session that is not there', [row(7)], { lost: 1 }],
    ['a session of another station', [row(7), row(8, { station: 'B' })], { lost: 1, doubled: 1 }],
    ['a session that never was', [row(7), row(8), row(9)], { doubled: 1 }],
    ['a session that has not ended', [row(7), row(8, { state: 'active', endedRaw: null, meterStopWh: null })], { unfinished: 1 }],
    ['a Wh too many', [row(7), row(8, { energyWh: 51 })], { wrong: 1 }],
    ['another begin', [row(7), row(8, { meterStartWh: 99 })], { wrong: 1 }],
    ['another end', [row(7), row(8, { endedRaw: '2026-01-01T11:00:01Z' })], { wrong: 1 }],
  ]) {
    it(`finds ${what}`, () => assert.deepEqual(found(compareTransactions(ledger, rows)), expected));
  }

  it('finds two sessions that were taken for one', () => {
    const merged = { transactions: [transaction(1, 7), transaction(2, 7)] };
    assert.deepEqual(found(compareTransactions(merged, [row(7)])), { lost: 1 });
  });

  it('lists apart what the firmware gave up', () => {
    const dropped = { ...transaction(1, undefined), start: { fate: { state: 'dropped', attempts: 3, last: 'timeout' } } };
    assert.deepEqual(found(compareTransactions({ transactions: [dropped] }, [])), { 'given up by firmware': 1 });
  });
});

describe('the other comparisons', () => {
  const message = (changes) => ({ station: 'A', action: 'MeterValues', acknowledgedId: 'm1', messageIds: ['m1'], fate: TOLD, ...changes });

  it('find an acknowledged message that is not stored, and leave others alone', () => {
    const ledger = {
      messages: [message(), message({ acknowledgedId: 'm2' }), message({ acknowledgedId: 'm3', fate: { state: 'waiting' } })],
    };
    const findings = compareMessages(ledger, [{ station: 'A', action: 'MeterValues', messageId: 'm1' }]);
    assert.deepEqual(findings.missing, ['A MeterValues m2']);
  });

  it('find readings that are missing or stored twice, also when they were sent twice', () => {
    const reading = (at) => ({ reading: { at, registerWh: 5 } });
    const ledger = { messages: [message(reading('t1')), message({ ...reading('t1'), duplicate: true }), message(reading('t2'))] };
    const stored = (takenRaw, rows) => ({ station: 'A', connector: 1, takenRaw, registerWh: 5, rows });
    assert.ok(isClean(compareReadings(ledger, [stored('t1', 1), stored('t2', 1)])));
    assert.deepEqual(counts(compareReadings(ledger, [stored('t1', 2)])), { missing: 1, doubled: 1 });
  });

  it('find what is wrong in the read model', () => {
    const session = (ocppId, changes) => ({ station: 'A', ocppId, completed: true, energyWh: 50, meterLastWh: 150, ...changes });
    const ledger = { transactions: [transaction(1, 7), transaction(2, 8), transaction(3, 9), transaction(4, 10)] };
    const rows = [session(7), session(7), session(8, { completed: false }), session(9, { energyWh: 0 }), session(11)];
    assert.deepEqual(counts(compareSessions(ledger, rows)), { lost: 1, doubled: 2, unfinished: 1, wrong: 1 });
  });
});
