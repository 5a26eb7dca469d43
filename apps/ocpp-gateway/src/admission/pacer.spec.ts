import { describe, expect, it } from '@jest/globals';
import { ManualClock, ManualTimers } from '@ampline/kernel-time';
import { Time } from '../time.js';
import { Pacer } from './pacer.js';

const SETTINGS = { admissionsPerSecond: 20, admissionWaitMs: 1_000, retryAfterS: 5, retryAfterMostS: 60 };

function pacer(settings: Partial<typeof SETTINGS> = {}) {
  const clock = new ManualClock();
  return { clock, paced: new Pacer({ ...SETTINGS, ...settings }, new Time(clock, new ManualTimers(clock))) };
}

/** So many upgrades at once: how many were let in, how many sent away, when the last came in. */
async function storm(count: number, { clock, paced }: ReturnType<typeof pacer>) {
  const found = { in: 0, away: 0, retryAfterS: [] as number[] };
  const begunMs = clock.monotonicMs();
  let lastMs = begunMs;
  const turns = Array.from({ length: count }, async () => {
    if (await paced.turn()) {
      found.in += 1;
      lastMs = clock.monotonicMs();
    } else {
      found.away += 1;
      found.retryAfterS.push(paced.retryAfterS(0));
    }
  });
  await Promise.resolve();
  for (let ms = 0; ms < 5_000; ms += 50) {
    clock.advance(50);
    await Promise.resolve();
  }
  await Promise.all(turns);
  return { ...found, lastsMs: lastMs - begunMs };
}

describe('Pacer', () => {
  it('lets a few in at once, the others at the rate, and sends away who would wait too long', async () => {
    const found = await storm(100, pacer());
    // 5 of a quarter of a second at once, and those of one second of waiting.
    expect(found).toMatchObject({ in: 26, away: 74 });
    expect(found.lastsMs).toBeGreaterThanOrEqual(950);
    expect(found.lastsMs).toBeLessThanOrEqual(1_050);
  });

  it('tells those that it sends away to come back at the rate, one after the other, and never later than the most', async () => {
    const { retryAfterS } = await storm(400, pacer({ retryAfterMostS: 15 }));
    expect(retryAfterS).toEqual([...retryAfterS].sort((a, b) => a - b));
    expect(retryAfterS[0]).toBe(5);
    expect(retryAfterS.filter((s) => s === 8)).toHaveLength(20);
    expect(Math.max(...retryAfterS)).toBe(15);
  });

  it('adds chance to the least', () => {
    const { paced } = pacer();
    expect([paced.retryAfterS(0), paced.retryAfterS(0.5), paced.retryAfterS(0.999)]).toEqual([5, 8, 10]);
  });

  it('lets everybody in when it is unlimited', async () => {
    expect(await storm(1_000, pacer({ admissionsPerSecond: 0 }))).toMatchObject({ in: 1_000, away: 0, lastsMs: 0 });
  });

  it('is as good as new after a quiet time', async () => {
    const one = pacer();
    await storm(100, one);
    one.clock.advance(2_000);
    expect(await storm(5, one)).toMatchObject({ in: 5, lastsMs: 0 });
  });
});
