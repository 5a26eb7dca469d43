import { describe, expect, it } from '@jest/globals';
import { AppError } from '@ampline/kernel-errors';
import { ManualClock, ManualTimers } from '@ampline/kernel-time';
import { GroupCommit } from './group-commit.js';

function groupCommit(commit: (items: readonly number[]) => Promise<void>, o: { batchSize?: number; inFlight?: number } = {}) {
  const clock = new ManualClock();
  const timers = new ManualTimers(clock);
  return { clock, group: new GroupCommit({ batchSize: 4, delayMs: 5, inFlight: 1, commit, timers, ...o }) };
}

const settled = async (promises: Promise<void>[]) => (await Promise.allSettled(promises)).map(({ status }) => status);

describe('group commit', () => {
  it('waits for others, then commits together', async () => {
    const batches: number[][] = [];
    const { clock, group } = groupCommit(async (items) => void batches.push([...items]));
    const all = [1, 2, 3].map((n) => group.add(n));
    expect(batches).toEqual([]);
    clock.advance(5);
    await Promise.all(all);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('does not wait when a batch is full', async () => {
    const batches: number[][] = [];
    const { group } = groupCommit(async (items) => void batches.push([...items]));
    await Promise.all([1, 2, 3, 4].map((n) => group.add(n)));
    expect(batches).toEqual([[1, 2, 3, 4]]);
  });

  it('lets the next batch grow while commits are under way, and drains', async () => {
    const batches: number[][] = [];
    let release: () => void = () => undefined;
    const { group } = groupCommit(async (items) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => (release = resolve));
    });
    const first = [1, 2, 3, 4].map((n) => group.add(n));
    const next = [5, 6, 7, 8, 9].map((n) => group.add(n));
    const drained = group.drain();
    release();
    await Promise.all(first);
    expect(batches).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    release();
    await Promise.all(next.slice(0, 4));
    release();
    await drained;
    expect(await settled(next)).toEqual(next.map(() => 'fulfilled'));
  });

  it('splits a batch until the poisonous item is alone', async () => {
    const stored: number[] = [];
    const { clock, group } = groupCommit(
      async (items) => {
        if (items.includes(6)) throw new Error('6 is no number');
        stored.push(...items);
      },
      { batchSize: 100 },
    );
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => group.add(n));
    clock.advance(5);
    expect(await settled(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => (n === 6 ? 'rejected' : 'fulfilled')));
    expect(stored.sort()).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
  });

  it('does not split when the database is away', async () => {
    let tries = 0;
    const { clock, group } = groupCommit(async () => {
      tries += 1;
      throw new AppError({ kind: 'unavailable', code: 'database.unavailable', message: 'away' });
    });
    const all = [1, 2].map((n) => group.add(n));
    clock.advance(5);
    expect(await settled(all)).toEqual(['rejected', 'rejected']);
    expect(tries).toBe(1);
  });
});
