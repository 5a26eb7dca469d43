import { CallerKind, CallerProfileSchema, ExchangeApiKeyResponseSchema } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { ManualClock } from '@ampline/kernel-time';
import { testTelemetry } from '@ampline/platform-telemetry';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import { AccessKeeper } from './access-keeper.js';
import type { Credential } from './credential.js';

const KEY: Credential = { kind: 'api-key', secret: 'amp_1' };
const caller = create(CallerProfileSchema, { subject: 'k1', kind: CallerKind.API_KEY });

/** A keeper before an accounts that issues tokens of `lifeS`, or refuses. */
function keeperOf(o: { lifeS?: number; refusal?: () => AppError | undefined; wait?: () => Promise<void>; capacity?: number } = {}) {
  const clock = new ManualClock();
  let exchanges = 0;
  const exchange = async () => {
    const token = `token-${(exchanges += 1)}`;
    await o.wait?.();
    const refusal = o.refusal?.();
    if (refusal) throw refusal;
    const expiresAt = timestampFromMs(clock.now().getTime() + (o.lifeS ?? 300) * 1_000);
    return create(ExchangeApiKeyResponseSchema, { caller, token: { token, expiresAt } });
  };
  const keeper = new AccessKeeper({
    exchange: { exchangeApiKey: exchange } as unknown as ConstructorParameters<typeof AccessKeeper>[0]['exchange'],
    realm: undefined,
    clock,
    meter: testTelemetry('api-gateway', { spans: false }).meter,
    capacity: o.capacity ?? 10,
  });
  return { keeper, clock, exchanges: () => exchanges };
}
const refused = (code: string, kind: 'unauthenticated' | 'forbidden' | 'not-found' | 'unavailable') =>
  new AppError({ kind, code, message: 'No.' });

describe('a kept access', () => {
  it('is renewed shortly before its token ends', async () => {
    const { keeper, clock } = keeperOf();
    expect((await keeper.of(KEY)).token).toBe('token-1');
    clock.advance(279_000);
    expect((await keeper.of(KEY)).token).toBe('token-1');
    clock.advance(1_000);
    expect((await keeper.of(KEY)).token).toBe('token-2');
  });

  it('is kept for most of even a short life, so that the end of a credential is no storm of exchanges', async () => {
    const { keeper, clock, exchanges } = keeperOf({ lifeS: 10 });
    for (let i = 0; i < 8; i++) {
      await keeper.of(KEY);
      clock.advance(990);
    }
    expect(exchanges()).toBe(1);
  });

  it('is forgotten by whose it is, even while it is asked for', async () => {
    let answer = () => {};
    const { keeper, exchanges } = keeperOf({ wait: () => new Promise((resolve) => (answer = resolve)) });
    const asking = keeper.of(KEY);
    keeper.forget(({ subject }) => subject === 'k1');
    answer();
    await asking;
    expect([keeper.knows(KEY), exchanges()]).toEqual([false, 1]);
    const again = keeper.of(KEY);
    answer();
    await again;
    keeper.forget(({ subject }) => subject === 'another');
    expect(keeper.knows(KEY)).toBe(true);
    keeper.forgetAll();
    expect(keeper.knows(KEY)).toBe(false);
  });

  it('gives way to newer ones', async () => {
    const { keeper } = keeperOf({ capacity: 1 });
    await keeper.of(KEY);
    await keeper.of({ ...KEY, secret: 'amp_2' });
    expect(keeper.knows(KEY)).toBe(false);
  });
});

describe('a refusal', () => {
  it('of a credential is repeated for a moment, then asked about again', async () => {
    const { keeper, clock, exchanges } = keeperOf({ refusal: () => refused('accounts.credential-invalid', 'unauthenticated') });
    for (let i = 0; i < 3; i++) {
      await expect(keeper.of(KEY)).rejects.toMatchObject({
        code: 'api.unauthenticated',
        details: { reason: 'accounts.credential-invalid' },
      });
    }
    expect(exchanges()).toBe(1);
    clock.advance(5_000);
    await expect(keeper.of(KEY)).rejects.toThrow();
    expect(exchanges()).toBe(2);
  });

  it('of an outage is not kept, and is not the caller’s fault', async () => {
    let away = true;
    const { keeper } = keeperOf({ refusal: () => (away ? refused('grpc.unavailable', 'unavailable') : undefined) });
    await expect(keeper.of(KEY)).rejects.toMatchObject({ kind: 'unavailable' });
    away = false;
    expect((await keeper.of(KEY)).viewer).toBe(caller);
  });

  it.each([
    ['the tenant is suspended', refused('accounts.tenant-suspended', 'forbidden'), 'accounts.tenant-suspended'],
    ['there is no such key', refused('accounts.api-key-unknown', 'not-found'), 'api.unauthenticated'],
    ['accounts does not know the gateway itself', refused('grpc.token-invalid', 'unauthenticated'), 'api.failed'],
    ['the gateway has no right to ask', refused('grpc.role-missing', 'forbidden'), 'api.failed'],
  ])('because %s', async (_name, refusal, code) => {
    await expect(keeperOf({ refusal: () => refusal }).keeper.of(KEY)).rejects.toMatchObject({ code });
  });

  it('of people where there is no realm', async () => {
    await expect(keeperOf().keeper.of({ kind: 'access-token', secret: 'a.b.c' })).rejects.toMatchObject({ code: 'api.unauthenticated' });
  });
});
