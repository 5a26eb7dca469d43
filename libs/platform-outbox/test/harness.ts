import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TenantStatus, tenantChanged, type TenantStateSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { LEASE_SQL } from '@ampline/platform-lease';
import { Bus } from '@ampline/platform-nats';
import { Database, migrateService, type DatabaseConfig } from '@ampline/platform-postgres';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import {
  FactConsumer,
  INBOX_SQL,
  onFact,
  Outbox,
  OUTBOX_SQL,
  OutboxRelay,
  type Fact,
  type FactConsumerOptions,
  type RelayOptions,
} from '../src/index.js';

export const SCHEMA = 'outboxtest';
export const STREAM = 'FACTS_ACCOUNTS';
export const TENANT_ID = uuidv7();
const PASSWORD = { app: 'outboxtest-app', worker: 'outboxtest-worker' };

/** Both ends of the flow in one schema: a teller with its relay, and a consumer that keeps the newest version and counts what it was given. */
const PROJECTION_SQL = `
CREATE TABLE projection (key text PRIMARY KEY, version bigint NOT NULL, name text NOT NULL);
CREATE TABLE applied (key text NOT NULL, version bigint NOT NULL, replica text NOT NULL);`;

export type TenantFact = Fact<typeof TenantStateSchema>;

/** What a consumer of the test does with a fact; throws to fail it. */
export type Behaviour = (fact: TenantFact) => void | Promise<void>;

export class Harness {
  readonly telemetry: TestTelemetry = testTelemetry('outbox-test', { logLevel: 'info' });
  private readonly closing: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly database: Database,
    readonly databaseConfig: DatabaseConfig,
    readonly nats: EmbeddedNats,
    readonly testDatabase: TestDatabase,
    readonly databaseTelemetry: TestTelemetry,
  ) {}

  static async open(o: { config?: string } = {}): Promise<Harness> {
    const [testDatabase, nats] = await Promise.all([createTestDatabase(), testNats(o)]);
    const migrations = mkdtempSync(join(tmpdir(), 'ampline-outbox-'));
    writeFileSync(join(migrations, '0001_init.sql'), ['-- Up Migration', OUTBOX_SQL, INBOX_SQL, LEASE_SQL, PROJECTION_SQL].join('\n'));
    await migrateService({
      adminUrl: testDatabase.adminUrl,
      schema: SCHEMA,
      migrations: pathToFileURL(`${migrations}/`),
      password: PASSWORD,
    });
    await rm(migrations, { recursive: true });
    const config = { url: testDatabase.adminUrl, schema: SCHEMA, pool: { app: 2, worker: 10 }, password: PASSWORD };
    const databaseTelemetry = testTelemetry('database');
    return new Harness(new Database(config, databaseTelemetry), config, nats, testDatabase, databaseTelemetry);
  }

  /** With a password: as the user `name`. */
  async connect(name = 'outbox-test', telemetry: TestTelemetry = this.telemetry, password?: string): Promise<Bus> {
    const bus = await Bus.connect({ url: this.nats.url, name, ...(password !== undefined && { user: name, password }) }, telemetry);
    this.closing.push(() => bus.close());
    return bus;
  }

  /** A relay that looks at its stream often, as a test cannot wait ten seconds. */
  relay(bus: Bus, o: Partial<RelayOptions> = {}): OutboxRelay {
    const relay = new OutboxRelay({
      database: this.database,
      bus,
      context: 'accounts',
      instance: uuidv7(),
      telemetry: this.telemetry,
      checkEveryMs: 200,
      leaseTtlMs: 1_000,
      ...o,
    });
    relay.start();
    this.closing.push(() => relay.stop());
    return relay;
  }

  consumer(bus: Bus, o: Partial<FactConsumerOptions> & { replica?: string; behaviour?: Behaviour } = {}): FactConsumer {
    const { replica = 'a', behaviour, ...options } = o;
    const handler = onFact(tenantChanged, async (tx, fact) => {
      await behaviour?.(fact);
      await tx.query('INSERT INTO applied VALUES ($1, $2, $3)', [fact.key, fact.version, replica]);
      await tx.query(
        `INSERT INTO projection VALUES ($1, $2, $3) ON CONFLICT (key) DO UPDATE SET version = excluded.version, name = excluded.name
         WHERE projection.version < excluded.version`,
        [fact.key, fact.version, fact.payload.name],
      );
    });
    const consumer = new FactConsumer({
      database: this.database,
      bus,
      service: 'reader',
      context: 'accounts',
      handlers: [handler],
      telemetry: this.telemetry,
      backoffMs: () => 20,
      ...options,
    });
    consumer.start();
    this.closing.push(() => consumer.stop());
    return consumer;
  }

  /** Tells `versions` of one tenant, each in a transaction of its own. */
  async tell(outbox: Outbox, key: string, versions: number[]): Promise<void> {
    for (const version of versions) await this.database.asWorker((tx) => outbox.write(tx, tenantFact(key, version)));
  }

  /** Tells one fact each of many tenants in few transactions; returns their keys. */
  async tellMany(outbox: Outbox, count: number): Promise<string[]> {
    const keys = Array.from({ length: count }, () => uuidv7());
    for (let i = 0; i < keys.length; i += 500) {
      const facts = keys.slice(i, i + 500).map((key) => tenantFact(key, 1));
      await this.database.asWorker((tx) => outbox.write(tx, ...facts));
    }
    return keys;
  }

  /** How often each fact was applied: `{ once, more }`. */
  async applied(): Promise<{ once: number; more: number }> {
    const [row] = await this.database.query<{ once: number; more: number }>(
      `SELECT count(*) FILTER (WHERE n = 1)::int AS once, count(*) FILTER (WHERE n > 1)::int AS more
       FROM (SELECT count(*) AS n FROM applied GROUP BY key, version) AS c`,
    );
    return row ?? { once: 0, more: 0 };
  }

  async projected(key: string): Promise<{ version: string; name: string } | undefined> {
    const [row] = await this.database.query<{ version: string; name: string }>(
      'SELECT version::text AS version, name FROM projection WHERE key = $1',
      [key],
    );
    return row;
  }

  async unpublished(): Promise<number> {
    const [row] = await this.database.query<{ n: number }>('SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL');
    return row?.n ?? 0;
  }

  logged(event: string): Record<string, unknown>[] {
    return this.telemetry.lines.filter((line) => line['event'] === event);
  }

  async close(): Promise<void> {
    for (const close of this.closing.reverse()) await close();
    await this.database.close();
    await this.nats.stop();
    await this.testDatabase.drop();
  }
}

export function tenantFact(key: string, version: number): Parameters<Outbox['write']>[1] & { type: typeof tenantChanged } {
  return {
    type: tenantChanged,
    tenantId: TENANT_ID,
    tenant: 'acme',
    key,
    version,
    occurredAt: new Date('2025-06-01T12:00:00.000Z'),
    payload: { tenantId: key, version: BigInt(version), slug: 'acme', name: `name ${version}`, status: TenantStatus.ACTIVE },
  };
}
