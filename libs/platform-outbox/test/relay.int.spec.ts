import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { fileURLToPath } from 'node:url';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import { PartitionKeeper, rlsReport } from '@ampline/platform-postgres';
import { eventually, TrackedProcess } from '@ampline/platform-testing';
import { Outbox, RETENTION_DAYS } from '../src/index.js';
import { Harness, SCHEMA, STREAM } from './harness.js';

const RELAY_PROCESS = fileURLToPath(new URL('./relay-process.mjs', import.meta.url));

describe('Relays', () => {
  let h: Harness;
  const children: TrackedProcess[] = [];
  beforeEach(async () => {
    h = await Harness.open();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.killGroup('SIGKILL');
    await h.close();
  });

  async function startProcess(): Promise<TrackedProcess> {
    const options = { database: h.databaseConfig, natsUrl: h.nats.url, leaseTtlMs: 1_000 };
    const child = await TrackedProcess.spawn({ command: process.execPath, args: [RELAY_PROCESS, JSON.stringify(options)] });
    children.push(child);
    return child;
  }

  async function kill(child: TrackedProcess): Promise<void> {
    child.kill('SIGKILL');
    await child.wait();
  }

  async function messagesInStream(bus: Bus): Promise<number> {
    const manager = await jetstreamManager(bus.connection, { checkAPI: false });
    return (await manager.streams.info(STREAM)).state.messages;
  }

  it('killed between publishing and marking: the next one publishes again, the stream and the inbox drop what they have', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.consumer(bus);
    const killed = await startProcess();
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.unpublished()) === 0);

    // Marking waits for these locks, publishing does not.
    await h.database.asWorker(async (tx) => {
      await h.tellMany(outbox, 300);
      await tx.query('SELECT 1 FROM outbox WHERE published_at IS NULL FOR UPDATE');
      await eventually(async () => (await messagesInStream(bus)) === 301);
      await kill(killed);
    });
    expect(await h.unpublished()).toBe(300);

    h.relay(bus);
    await eventually(async () => (await h.unpublished()) === 0);
    await eventually(async () => (await h.applied()).once === 301);
    expect(await messagesInStream(bus)).toBe(301);
    expect((await h.applied()).more).toBe(0);
  });

  it('killed again and again in the middle of the work: nothing is lost, nothing is applied twice', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.consumer(bus);
    for (let round = 1; round <= 3; round++) {
      const child = await startProcess();
      const telling = h.tellMany(outbox, 3_000);
      await eventually(async () => (await h.applied()).once > (round - 1) * 3_000 + 200, { timeoutMs: 20_000 });
      await kill(child);
      await telling;
    }
    h.relay(bus);
    await eventually(async () => (await h.applied()).once === 9_000, { timeoutMs: 30_000 });
    expect((await h.applied()).more).toBe(0);
    expect(await h.unpublished()).toBe(0);
  });

  it('of one context: one works, the other takes over when it stops', async () => {
    const outbox = new Outbox('accounts', await h.connect('teller'));
    const first = h.relay(await h.connect('first'));
    await eventually(() => first.active);
    const second = h.relay(await h.connect('second'));
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.unpublished()) === 0);
    expect([first.active, second.active]).toEqual([true, false]);
    await first.stop();
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.unpublished()) === 0);
    expect([first.active, second.active]).toEqual([false, true]);
  });

  it('frozen for longer than its lease: what it still does changes nothing', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.consumer(bus);
    const frozen = await startProcess();
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.unpublished()) === 0);
    frozen.kill('SIGSTOP');
    const successor = h.relay(bus);
    await eventually(() => successor.active);
    await h.tellMany(outbox, 100);
    await eventually(async () => (await h.applied()).once === 101);
    frozen.kill('SIGCONT');
    await h.tellMany(outbox, 100);
    await eventually(async () => (await h.applied()).once === 201);
    expect((await h.applied()).more).toBe(0);
    expect(successor.active).toBe(true);
  });

  it('a fact that the stream refuses holds up no other', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    await h.tell(outbox, uuidv7(), [1]);
    // Larger than max_payload, as no writer of ours could make it.
    await h.database.query(`UPDATE outbox SET payload = repeat('x', 1100000)`);
    h.relay(bus);
    await h.tellMany(outbox, 600);
    await eventually(async () => (await h.unpublished()) === 1);
    expect(h.logged('outbox.batch-incomplete').length).toBeGreaterThan(0);
    await h.tellMany(outbox, 10);
    await eventually(async () => (await h.unpublished()) === 1 && (await messagesInStream(bus)) === 610);
  });

  it('publish from the partitions of several days, and from the default one', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    await h.tellMany(outbox, 10);
    const keeper = new PartitionKeeper(
      h.database,
      [{ table: 'outbox', aheadDays: 3, retainDays: RETENTION_DAYS, doneColumn: 'published_at' }],
      h.telemetry,
    );
    await keeper.start();
    await h.tellMany(outbox, 30);
    await h.database.query(
      `UPDATE outbox SET created_at = created_at + make_interval(days => n::int - 2)
       FROM (SELECT id AS moved, row_number() OVER () % 5 AS n FROM outbox) AS m WHERE id = moved`,
    );
    h.relay(bus);
    await eventually(async () => (await h.unpublished()) === 0);
    expect(await messagesInStream(bus)).toBe(40);
    const partitions = await h.database.query<{ name: string }>('SELECT DISTINCT tableoid::regclass::text AS name FROM outbox ORDER BY 1');
    expect(partitions.map(({ name }) => name.replace(/\d{8}$/, ''))).toEqual(['outbox_default', 'outbox_p', 'outbox_p', 'outbox_p']);
    await keeper.stop();
    expect(await rlsReport(h.testDatabase.adminUrl, [SCHEMA])).toEqual([]);
  });
});
