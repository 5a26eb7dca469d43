import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeSchedule } from './schedule.mjs';

const SHORT = { seed: 7, lengthMs: 60_000, freezeMs: 4_000, downMs: [500, 3_000] };

describe('makeSchedule', () => {
  it('repeats itself for the same seed, and only then', () => {
    assert.deepEqual(makeSchedule(SHORT), makeSchedule(SHORT));
    assert.notDeepEqual(makeSchedule(SHORT), makeSchedule({ ...SHORT, seed: 8 }));
  });

  it('empties the directory of JetStream exactly once', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const events = makeSchedule({ ...SHORT, seed });
      assert.equal(events.filter(({ kind }) => kind === 'empty-store').length, 1, `seed ${seed}`);
    }
  });

  it('never does two things to one target at a time', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const until = new Map();
      for (const { target, atMs, lastsMs } of makeSchedule({ ...SHORT, seed })) {
        assert.ok((until.get(target) ?? 0) <= atMs, `seed ${seed}, ${target}`);
        until.set(target, atMs + lastsMs);
      }
    }
  });
});
