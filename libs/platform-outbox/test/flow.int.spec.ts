import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { sessionStarted, tenantChanged } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import { rlsReport } from '@ampline/platform-postgres';
import { inSpan, testTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { FactConsumer, onFact, Outbox, outboxErrors } from '../src/index.js';
import { Harness, SCHEMA, STREAM, TENANT_ID, tenantFact } from './harness.js';

const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('A fact', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await Harness.open();
  });
  afterEach(() => h.close());

  it('goes from the transaction of the change to the projection, in one trace', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    const key = uuidv7();
    await inSpan(h.telemetry.tracer, 'change', {}, () => h.tell(outbox, key, [1]));
    await eventually(async () => (await h.projected(key))?.version === '1');
    const span = (name: string) => h.telemetry.spans.find((s) => s.name === name);
    const traceId = span('change')?.spanContext().traceId;
    const publish = await eventually(() => span('fact.accounts request'));
    const apply = await eventually(() => span('accounts.tenant.changed.v1 apply'));
    expect(publish.spanContext().traceId).toBe(traceId);
    expect(apply.spanContext().traceId).toBe(traceId);
    expect(apply.parentSpanContext?.spanId).toBe(publish.spanContext().spanId);
    // Its transaction with all statements, the marking included, is in the trace as well.
    const within = h.databaseTelemetry.spans.filter((s) => s.spanContext().traceId === traceId);
    expect(within.map((s) => s.name)).toEqual(expect.arrayContaining(['transaction', 'INSERT inbox', 'INSERT projection']));
  });

  it('among others shares a transaction that is linked to the trace of each', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    const keys = [uuidv7(), uuidv7(), uuidv7()];
    for (const key of keys) await inSpan(h.telemetry.tracer, `change ${key}`, {}, () => h.tell(outbox, key, [1]));
    h.relay(bus);
    await eventually(async () => (await h.unpublished()) === 0);
    h.consumer(bus);
    for (const key of keys) await eventually(async () => (await h.projected(key))?.version === '1');
    const traceOf = (key: string) => h.telemetry.spans.find((s) => s.name === `change ${key}`)?.spanContext().traceId;
    const shared = await eventually(() => h.telemetry.spans.find((s) => s.name === 'facts apply'));
    expect(shared.links.map((link) => link.context.traceId).sort()).toEqual(keys.map(traceOf).sort());
    const applied = h.telemetry.spans.filter((s) => s.name === 'accounts.tenant.changed.v1 apply');
    expect(applied.map((s) => s.spanContext().traceId).sort()).toEqual(keys.map(traceOf).sort());
  });

  it('is not told when the transaction is rolled back', async () => {
    const outbox = new Outbox('accounts', await h.connect());
    const failing = h.database.asWorker(async (tx) => {
      await outbox.write(tx, tenantFact(uuidv7(), 1));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await h.unpublished()).toBe(0);
  });

  it('travels with its headers and its canonical JSON', async () => {
    const bus = await h.connect();
    const key = 'a key.with * and ü';
    await h.tell(new Outbox('accounts', bus), key, [7]);
    h.relay(bus);
    await eventually(async () => (await h.unpublished()) === 0);
    const manager = await jetstreamManager(bus.connection);
    const stored = await manager.streams.getMessage(STREAM, { seq: 1 });
    expect(stored?.subject).toBe('fact.accounts.tenant.changed.v1.acme.a%20key%2Ewith%20%2A%20and%20%C3%BC');
    expect(stored?.header.get('occurred-at')).toBe('2025-06-01T12:00:00.000Z');
    expect(stored?.header.get('Ampline-Version')).toBe('7');
    expect(stored?.header.get('Ampline-Tenant-Id')).toBe(TENANT_ID);
    expect(JSON.parse(stored?.string() ?? '')).toEqual({
      tenantId: key,
      version: '7',
      slug: 'acme',
      name: 'name 7',
      status: 'TENANT_STATUS_ACTIVE',
    });
  });

  it('is published within the poll when its wake is lost', async () => {
    const bus = await h.connect();
    h.relay(bus);
    const deaf = await h.connect('deaf');
    await deaf.close();
    await h.tell(new Outbox('accounts', deaf), uuidv7(), [1]);
    await eventually(async () => (await h.unpublished()) === 0);
  });

  it('of the request role can be of its own tenant only, and be read by nobody but the worker', async () => {
    const outbox = new Outbox('accounts', await h.connect());
    await h.database.asTenant(TENANT_ID, (tx) => outbox.write(tx, tenantFact(uuidv7(), 1)));
    expect(await h.unpublished()).toBe(1);
    await expect(h.database.asTenant(uuidv7(), (tx) => outbox.write(tx, tenantFact(uuidv7(), 1)))).rejects.toMatchObject({ code: '42501' });
    for (const table of ['outbox', 'outbox_stream_state', 'inbox', 'parked_fact'])
      await expect(h.database.asTenant(TENANT_ID, (tx) => tx.query(`SELECT 1 FROM ${table}`))).rejects.toMatchObject({ code: '42501' });
    expect(await rlsReport(h.testDatabase.adminUrl, [SCHEMA])).toEqual([]);
  });

  it('over 256 KiB, or of another context, is refused', async () => {
    const outbox = new Outbox('accounts', await h.connect());
    const large = tenantFact(uuidv7(), 1);
    const tooLarge = { ...large, payload: { ...large.payload, name: 'x'.repeat(256 * 1024) } };
    expect(await codeOf(h.database.asWorker((tx) => outbox.write(tx, tooLarge)))).toBe('outbox.fact-too-large');
    const foreign = { ...large, type: sessionStarted, payload: {} };
    expect(await codeOf(h.database.asWorker((tx) => outbox.write(tx, foreign)))).toBe('outbox.wrong-context');
    const bus = await h.connect();
    const handlers = [onFact(sessionStarted, () => Promise.resolve())];
    expect(
      () => new FactConsumer({ database: h.database, bus, service: 'x', context: 'accounts', handlers, telemetry: h.telemetry }),
    ).toThrow(outboxErrors.wrongContext().message);
  });

  it('that nobody handles is passed over', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    const consumer = h.consumer(bus, { handlers: [] });
    await h.tell(outbox, uuidv7(), [1, 2, 3]);
    await eventually(async () => (await h.unpublished()) === 0);
    await eventually(async () => (await consumer.lag()) === 0);
    expect(tenantChanged.name).toBe('accounts.tenant.changed.v1');
  });

  it('shows in the metrics: lag, published, handled', async () => {
    const telemetry = testTelemetry('metrics');
    const bus = await h.connect('metrics', telemetry);
    const outbox = new Outbox('accounts', bus);
    h.relay(bus, { telemetry });
    h.consumer(bus, { telemetry });
    await h.tell(outbox, uuidv7(), [1, 2]);
    await eventually(async () => (await h.applied()).once === 2);
    const text = await eventually(async () => {
      const metrics = await telemetry.metricsText();
      return /^facts_handled_total\{context="accounts",result="applied"[^}]*\} 2/m.test(metrics) && metrics;
    });
    expect(text).toMatch(/^outbox_lag_seconds\{context="accounts"[^}]*\} \d/m);
    expect(text).toMatch(/^outbox_published_total\S* 2/m);
    expect(text).toMatch(/^facts_parked\{context="accounts",state="poison"[^}]*\} 0/m);
  });
});
