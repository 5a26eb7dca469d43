import { describe, expect, it } from '@jest/globals';
import { ErrorCode } from '@openfeature/server-sdk';
import { bucketOf, TenantFlagProvider } from './tenant-flag-provider.js';

const callers = Array.from({ length: 2_000 }, (_, i) => `caller-${i}`);

async function havers(percentage: number, key = 'a'): Promise<string[]> {
  const provider = new TenantFlagProvider(new Map([[key, percentage]]));
  const values = await Promise.all(callers.map((targetingKey) => provider.resolveBooleanEvaluation(key, false, { targetingKey })));
  return callers.filter((_, i) => values[i]?.value);
}

describe('a feature', () => {
  it('is had by nobody, everybody, or about its share', async () => {
    expect(await havers(0)).toHaveLength(0);
    expect(await havers(100)).toHaveLength(callers.length);
    const share = (await havers(20)).length / callers.length;
    expect(share).toBeGreaterThan(0.17);
    expect(share).toBeLessThan(0.23);
  });

  it('stays with whoever has it when its share grows', async () => {
    const more = new Set(await havers(40));
    expect((await havers(20)).filter((caller) => !more.has(caller))).toEqual([]);
  });

  it('is spread independently of other features', () => {
    const both = callers.filter((caller) => bucketOf('a', caller) < 50 && bucketOf('b', caller) < 50);
    expect(both.length / callers.length).toBeLessThan(0.3);
  });

  it('that nobody has defined is the default, and says so', async () => {
    const provider = new TenantFlagProvider(new Map());
    expect(await provider.resolveBooleanEvaluation('x', true, {})).toMatchObject({ value: true, errorCode: ErrorCode.FLAG_NOT_FOUND });
  });
});
