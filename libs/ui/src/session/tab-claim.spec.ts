import { describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { claim } from './tab-claim.js';

describe('claim', () => {
  it('gives a name to the first that asks, and to nobody after it', async () => {
    const name = uuidv7();
    expect(await claim(navigator.locks, name)).toBe(true);
    expect(await claim(navigator.locks, name)).toBe(false);
    expect(await claim(navigator.locks, uuidv7())).toBe(true);
  });

  it('waits for a page that is just being left', async () => {
    const name = uuidv7();
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    void navigator.locks.request(name, () => left);
    const claimed = claim(navigator.locks, name);
    leave();
    expect(await claimed).toBe(true);
  });
});
