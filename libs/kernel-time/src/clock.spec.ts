import { AppError } from '@ampline/kernel-errors';
import { describe, expect, it } from '@jest/globals';
import { ManualClock, ManualTimers, systemClock, systemTimers } from './index.js';

describe('ManualClock', () => {
  it('moves both times together and only when told', () => {
    const clock = new ManualClock(new Date('2025-06-01T12:00:00Z'));
    clock.advance(1500);
    expect(clock.now().toISOString()).toBe('2025-06-01T12:00:01.500Z');
    expect(clock.monotonicMs()).toBe(1500);
  });

  it('keeps the monotonic time when the wall clock is corrected', () => {
    const clock = new ManualClock();
    clock.advance(10);
    clock.setNow(new Date('1970-01-01T00:00:00Z'));
    clock.advance(10);
    expect(clock.monotonicMs()).toBe(20);
    expect(clock.now().getTime()).toBe(10);
  });

  it('hands out copies of its time', () => {
    const clock = new ManualClock();
    clock.now().setFullYear(1999);
    expect(clock.now().getUTCFullYear()).toBe(2025);
  });
});

describe('ManualTimers', () => {
  it('fires in the order due, at the time due, equal times first come first served', () => {
    const { clock, timers, log } = setup();
    timers.setTimeout(log('b'), 20);
    timers.setTimeout(log('a'), 10);
    timers.setTimeout(log('c'), 20);
    clock.advance(19);
    expect(log.entries).toEqual(['a@10']);
    clock.advance(1);
    expect(log.entries).toEqual(['a@10', 'b@20', 'c@20']);
    expect(timers.size).toBe(0);
  });

  it('fires a timer set by a timer within the same advance', () => {
    const { clock, timers, log } = setup();
    timers.setTimeout(() => timers.setTimeout(log('inner'), 5), 10);
    clock.advance(100);
    expect(log.entries).toEqual(['inner@15']);
  });

  it('does not fire what was cleared, and clearing twice is harmless', () => {
    const { clock, timers, log } = setup();
    const handle = timers.setTimeout(log('never'), 10);
    timers.clear(handle);
    timers.clear(handle);
    clock.advance(100);
    expect(log.entries).toEqual([]);
  });

  it('serves two sets of timers on one clock in order', () => {
    const { clock, timers, log } = setup();
    const others = new ManualTimers(clock);
    others.setTimeout(log('second'), 2);
    timers.setTimeout(log('first'), 1);
    clock.advance(2);
    expect(log.entries).toEqual(['first@1', 'second@2']);
  });

  it('refuses what the platform could not wait for', () => {
    const { timers } = setup();
    expect(() => timers.setTimeout(() => undefined, 2 ** 31)).toThrow(AppError);
    expect(() => systemTimers.setTimeout(() => undefined, 2 ** 31)).toThrow(AppError);
  });
});

describe('system clock and timers', () => {
  it('run', async () => {
    const before = systemClock.monotonicMs();
    const cleared = systemTimers.setTimeout(() => {
      throw new Error('was cleared');
    }, 0);
    systemTimers.clear(cleared);
    await new Promise<void>((resolve) => systemTimers.setTimeout(resolve, 1));
    expect(systemClock.monotonicMs()).toBeGreaterThan(before);
    expect(systemClock.now()).toBeInstanceOf(Date);
  });
});

function setup() {
  const clock = new ManualClock();
  const entries: string[] = [];
  const log = Object.assign((name: string) => () => void entries.push(`${name}@${clock.monotonicMs()}`), { entries });
  return { clock, timers: new ManualTimers(clock), log };
}
