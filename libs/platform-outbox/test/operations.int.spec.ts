import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tenantChanged } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { factOperations, FactHeader, onFact, Outbox } from '../src/index.js';
import { Harness, TENANT_ID } from './harness.js';

describe('An operator, beside the running consumer', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await Harness.open();
  });
  afterEach(() => h.close());

  it('sees a malformed fact and what waits behind it, leaves the one out and has the others applied', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus, { maxTries: 2 });
    const key = uuidv7();
    await h.tell(outbox, key, [1]);
    await eventually(async () => (await h.projected(key))?.version === '1');
    const poison = uuidv7();
    await bus.request(`fact.accounts.tenant.changed.v1.acme.${key}`, '{"name": "a secret of the payload', {
      timeoutMs: 5_000,
      headers: {
        [FactHeader.id]: poison,
        [FactHeader.tenantId]: TENANT_ID,
        [FactHeader.version]: '2',
        [FactHeader.occurredAt]: new Date().toISOString(),
      },
    });
    const operations = factOperations({
      database: h.database,
      bus: await h.connect('operator'),
      service: 'reader',
      instance: 'operator',
      telemetry: h.telemetry,
      tells: 'accounts',
      takes: [
        {
          context: 'accounts',
          handlers: [
            onFact(tenantChanged, (tx, { key, version, payload }) =>
              tx.query('UPDATE projection SET version = $2, name = $3 WHERE key = $1 AND version < $2', [key, version, payload.name]),
            ),
          ],
        },
      ],
    });
    const parked = () => operations.parkedFacts?.() ?? Promise.resolve([]);
    await eventually(async () => (await parked()).length === 1);
    await h.tell(outbox, key, [3]);
    await eventually(async () => (await parked()).length === 2);
    expect(await parked()).toMatchObject([
      { id: poison, version: 2n, state: 'poison', tries: 2, error: expect.stringMatching(/^outbox\.payload-unreadable: /) },
      { version: 3n, state: 'waiting', tries: 0, error: undefined },
    ]);
    expect(await operations.replayParked?.()).toBe(0);
    expect((await h.projected(key))?.version).toBe('1');
    expect(await operations.skipParked?.(uuidv7())).toBe(false);
    expect(await operations.skipParked?.(poison)).toBe(true);
    expect(await operations.replayParked?.()).toBe(1);
    expect(await h.projected(key)).toEqual({ version: '3', name: 'name 3' });
    expect(await parked()).toEqual([]);
    expect(JSON.stringify(h.telemetry.lines)).not.toContain('a secret of the payload');
  });

  it('has facts of a time published again, which changes nothing where they were taken in', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus, { duplicateWindowMs: 100 });
    h.consumer(bus);
    const key = uuidv7();
    const from = new Date();
    await h.tell(outbox, key, [1, 2, 3]);
    await eventually(async () => (await h.projected(key))?.version === '3');
    const operations = factOperations({
      database: h.database,
      bus: await h.connect('operator'),
      service: 'teller',
      instance: 'operator',
      telemetry: h.telemetry,
      tells: 'accounts',
    });
    expect(operations.replayParked).toBeUndefined();
    expect(await operations.replayFacts?.(from, new Date())).toBe(3);
    expect(await operations.replayFacts?.(new Date(0), from)).toBe(0);
    await eventually(async () => (await h.unpublished()) === 0);
    expect(await h.applied()).toEqual({ once: 3, more: 0 });
  });
});
