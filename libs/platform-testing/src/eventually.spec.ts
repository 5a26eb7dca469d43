import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns the first value that is neither false nor undefined', async () => {
    const looks = [undefined, false, 0];
    await expect(eventually(() => looks.shift() as 0 | false | undefined, { everyMs: 1 })).resolves.toBe(0);
  });

  it('keeps looking while the condition throws', async () => {
    let looks = 0;
    await expect(
      eventually(
        () => {
          looks++;
          if (looks < 3) throw new Error('not yet');
          return 'there';
        },
        { everyMs: 1 },
      ),
    ).resolves.toBe('there');
  });

  it('gives up with the last failure as the cause', async () => {
    const failure = new Error('never');
    await expect(
      eventually(
        () => {
          throw failure;
        },
        { timeoutMs: 5, everyMs: 1 },
      ),
    ).rejects.toMatchObject({ code: 'testing.wait.timeout', cause: failure });
  });
});
