import { describe, expect, it } from '@jest/globals';
import { Turnstile } from './turnstile.js';

function gate(): { open: () => void; opened: Promise<void> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('Turnstile', () => {
  it('lets two in at once, the others in their order, and sends away what is too much', async () => {
    const turnstile = new Turnstile(2, 2);
    const gates = Array.from({ length: 4 }, gate);
    const begun: number[] = [];
    const passes = gates.map((g, i) =>
      turnstile.pass(async () => {
        begun.push(i);
        await g.opened;
        return i;
      }),
    );
    expect(await turnstile.pass(() => Promise.resolve('late'))).toBeUndefined();
    expect(begun).toEqual([0, 1]);
    gates[1]?.open();
    await passes[1];
    expect(begun).toEqual([0, 1, 2]);
    for (const g of gates) g.open();
    expect(await Promise.all(passes)).toEqual([0, 1, 2, 3]);
    expect(await turnstile.pass(() => Promise.resolve('free'))).toBe('free');
  });

  it('gives the place back when the work fails', async () => {
    const turnstile = new Turnstile(1, 0);
    await expect(turnstile.pass(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError);
    expect(await turnstile.pass(() => Promise.resolve(1))).toBe(1);
  });
});
