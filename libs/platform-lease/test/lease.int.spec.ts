import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, migrateService } from '@ampline/platform-postgres';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, eventually, testPostgres, type EmbeddedPostgres, type TestDatabase } from '@ampline/platform-testing';
import { assertFence, Lease, LEASE_SQL, LeaseTable } from '../src/index.js';

const password = { app: 'leased-app', worker: 'leased-worker' };
const schema = 'leased';
const migrations = new URL('./migrations/', import.meta.url);

let database: TestDatabase;
let telemetry: TestTelemetry;
let db: Database;

const open = (url: string, queryTimeoutMs = 5_000): Database =>
  new Database({ url, schema, pool: { app: 1, worker: 4 }, password, queryTimeoutMs }, telemetry);

beforeAll(async () => {
  database = await createTestDatabase();
  telemetry = testTelemetry('leased');
  await migrateService({ adminUrl: database.adminUrl, schema, migrations, password });
  db = open(database.adminUrl);
});
afterAll(async () => {
  await db.close();
  await telemetry.shutdown();
  await database.drop();
});

/** Work that tells when it begins and ends, and ends when it is told to. */
function worker(name: string, events: string[]): (signal: AbortSignal, epoch: bigint) => Promise<void> {
  return async (signal, epoch) => {
    events.push(`${name} begins`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    events.push(`${name} ends`);
    expect(epoch).toBeGreaterThan(0n);
  };
}

describe('the table', () => {
  it('is what services copy into their migrations', () => {
    expect(readFileSync(new URL('./migrations/0001_lease.sql', import.meta.url), 'utf8')).toContain(LEASE_SQL);
  });
});

describe('fencing', () => {
  it('keeps out a holder that was frozen until its lease had gone', async () => {
    const table = new LeaseTable(db);
    await table.make('frozen');
    const first = await table.take('frozen', 'one', 100);
    expect(first).toBe(1n);
    await db.asWorker((tx) => assertFence(tx, 'frozen', 1n));
    const second = await eventually(() => table.take('frozen', 'other', 60_000));
    expect(second).toBe(2n);
    await expect(table.renew('frozen', 'one', 1n, 100)).resolves.toBe(false);
    const late = db.asWorker(async (tx) => {
      await tx.query('INSERT INTO written VALUES (1)');
      await assertFence(tx, 'frozen', 1n);
    });
    await expect(late).rejects.toMatchObject({ code: 'lease.lost', kind: 'conflict' });
    await expect(db.query('SELECT * FROM written')).resolves.toEqual([]);
  });

  it('does not let another in while a fenced transaction is open, and lets the holder renew meanwhile', async () => {
    const table = new LeaseTable(db);
    await table.make('writing');
    const epoch = (await table.take('writing', 'one', 1)) as bigint;
    await db.asWorker(async (tx) => {
      await assertFence(tx, 'writing', epoch);
      await eventually(async () => (await tx.one(`SELECT 1 FROM lease WHERE name = 'writing' AND expires_at < clock_timestamp()`)) && true);
      await expect(table.take('writing', 'other', 60_000)).resolves.toBeUndefined();
      await expect(table.renew('writing', 'one', epoch, 1)).resolves.toBe(true);
    });
    await expect(eventually(() => table.take('writing', 'other', 60_000))).resolves.toBe(epoch + 1n);
  });

  it('is not given to the same holder twice', async () => {
    const table = new LeaseTable(db);
    await table.make('once');
    const taken = await Promise.all(Array.from({ length: 8 }, () => table.take('once', 'one', 60_000)));
    expect(taken.filter((epoch) => epoch !== undefined)).toEqual([1n]);
  });
});

describe('Lease', () => {
  it('runs the work in one place, and hands over at once when it is stopped', async () => {
    const events: string[] = [];
    const one = new Lease(db, 'handed', { ttlMs: 3_000, holder: 'one' }, telemetry);
    const other = new Lease(db, 'handed', { ttlMs: 3_000, holder: 'other' }, telemetry);
    one.run(worker('one', events));
    await eventually(() => one.held);
    other.run(worker('other', events));
    await one.stop();
    expect(one.held).toBe(false);
    await eventually(() => other.held);
    await other.stop();
    expect(events).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
  });

  it('starts work again that failed', async () => {
    let runs = 0;
    const lease = new Lease(db, 'failing', { ttlMs: 60, holder: 'one' }, telemetry);
    lease.run(async (signal) => {
      runs++;
      if (runs === 1) throw new Error('no');
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    });
    await eventually(() => runs === 2);
    await lease.stop();
    expect(telemetry.lines).toContainEqual(expect.objectContaining({ event: 'lease.round-failed', lease: 'failing' }));
  });

  it('keeps it by renewing for longer than it lasts', async () => {
    const events: string[] = [];
    const one = new Lease(db, 'renewed', { ttlMs: 150, holder: 'one' }, telemetry);
    one.run(worker('one', events));
    await eventually(() => one.held);
    const before = await expiry('renewed');
    await eventually(async () => (await expiry('renewed')) > before + 450);
    expect(one.held).toBe(true);
    expect(events).toEqual(['one begins']);
    await one.stop();
  });

  async function expiry(name: string): Promise<number> {
    const [row] = await db.query<{ expires_at: Date }>('SELECT expires_at FROM lease WHERE name = $1', [name]);
    return row?.expires_at.getTime() ?? 0;
  }
});

describe('Lease when its database freezes', () => {
  let server: EmbeddedPostgres;
  beforeAll(async () => {
    server = await testPostgres();
    await migrateService({ adminUrl: server.adminUrl, schema, migrations, password });
  });
  afterAll(() => server.stop());

  it('stops the work before the lease could go to another', async () => {
    const events: string[] = [];
    const frozen = open(server.adminUrl, 1_000);
    const one = new Lease(frozen, 'away', { ttlMs: 300, holder: 'one' }, telemetry);
    const other = new Lease(frozen, 'away', { ttlMs: 300, holder: 'other' }, telemetry);
    one.run(worker('one', events));
    await eventually(() => one.held);
    await server.kill('SIGSTOP');
    await eventually(() => events.includes('one ends'));
    expect(one.held).toBe(false);
    const stopped = one.stop();
    other.run(worker('other', events));
    await server.kill('SIGCONT');
    await stopped;
    await eventually(() => other.held);
    await other.stop();
    expect(events).toEqual(['one begins', 'one ends', 'other begins', 'other ends']);
    await frozen.close();
  });
});
