import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

describe('turns', () => {
  it('let so many begin at once, the others in order, others’ work between them', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    const all = Promise.all([1, 2, 3, 4, 5].map((n) => turns.next().then(() => begun.push(n))));
    await Promise.resolve();
    expect(begun).toEqual([1, 2]);
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) {
      await turn();
      seen.push(begun.length);
    }
    expect(seen.every((count, i) => count - (seen[i - 1] ?? 2) <= 2)).toBe(true);
    await all;
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('make nobody wait when there is room again', async () => {
    const turns = new Turns(1);
    await turns.next();
    await turn();
    let begun = false;
    void turns.next().then(() => (begun = true));
    await Promise.resolve();
    expect(begun).toBe(true);
  });
});
