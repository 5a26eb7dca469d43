import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { idTokenChanged, tenantChanged } from '@ampline/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { onFact, Outbox } from '../src/index.js';
import { Harness, STREAM, TENANT_ID, tenantFact } from './harness.js';

interface Parked {
  version: string;
  state: string;
  tries: number;
  error: string | null;
}

describe('A consumer', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await Harness.open();
  });
  afterEach(() => h.close());

  const parked = (): Promise<Parked[]> =>
    h.database.query<Parked>('SELECT version::text AS version, state, tries, error FROM parked_fact ORDER BY version');

  it('keeps the newest version when the facts come in reverse order', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    const key = uuidv7();
    await h.tell(outbox, key, [5, 4, 3, 2, 1]);
    h.relay(bus);
    h.consumer(bus);
    await eventually(async () => (await h.applied()).once === 5);
    expect(await h.projected(key)).toEqual({ version: '5', name: 'name 5' });
  });

  it('is sent the one kind of fact that it takes in, and everything from the first on when it takes in another', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    const [tenant, idToken] = [uuidv7(), uuidv7()];
    const facts = { tenantId: TENANT_ID, tenant: 'acme', version: 1, occurredAt: new Date() };
    await h.database.asWorker((tx) =>
      outbox.write(tx, { ...facts, type: idTokenChanged, key: idToken, payload: { idTokenId: idToken, version: 1n } }),
    );
    await h.tell(outbox, tenant, [1]);
    h.relay(bus);
    const narrow = h.consumer(bus);
    await eventually(async () => (await h.applied()).once === 1);
    const manager = await jetstreamManager(bus.connection);
    expect((await manager.consumers.info(STREAM, 'reader')).delivered.consumer_seq).toBe(1);
    expect(await narrow.lag()).toBe(0);
    await narrow.stop();
    const taken: string[] = [];
    const handlers = [
      onFact(tenantChanged, (_, fact) => Promise.resolve(taken.push(fact.key))),
      onFact(idTokenChanged, (_, fact) => Promise.resolve(taken.push(fact.key))),
    ];
    h.consumer(bus, { handlers });
    await eventually(() => taken.length > 0);
    // What was taken in before is a duplicate.
    expect(taken).toEqual([idToken]);
  });

  it('applies a fact once that was published twice, in one batch or in two', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus, { duplicateWindowMs: 100 });
    h.consumer(bus);
    const key = uuidv7();
    await h.tell(outbox, key, [1]);
    await eventually(async () => (await h.applied()).once === 1);
    const stored = await (await jetstreamManager(bus.connection)).streams.getMessage(STREAM, { seq: 1 });
    const headers = Object.fromEntries(stored?.header.keys().map((name) => [name, stored.header.get(name)]) ?? []);
    const subject = stored?.subject ?? '';
    await eventually(async () => {
      const reply = await bus.request(subject, stored?.string() ?? '', { timeoutMs: 2_000, headers });
      return !reply.body.includes('duplicate');
    });
    // Two deliveries of a fact that is new to the consumer, side by side in the stream.
    const twice = { ...headers, 'Nats-Msg-Id': uuidv7(), 'Ampline-Version': '2' };
    const body = JSON.stringify({ tenantId: key, version: '2', name: 'twice' });
    await eventually(async () => {
      const replies = await Promise.all([1, 2].map(() => bus.request(subject, body, { timeoutMs: 2_000, headers: twice })));
      return replies.some((reply) => !reply.body.includes('duplicate'));
    });
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.applied()).once === 3);
    expect((await h.applied()).more).toBe(0);
  });

  it('shares the facts with its replicas, each applied by one', async () => {
    const outbox = new Outbox('accounts', await h.connect('teller'));
    h.relay(await h.connect('relay'));
    h.consumer(await h.connect('a'), { replica: 'a', batch: 20 });
    h.consumer(await h.connect('b'), { replica: 'b', batch: 20 });
    await h.tellMany(outbox, 2_000);
    await eventually(async () => (await h.applied()).once === 2_000, { timeoutMs: 20_000 });
    expect((await h.applied()).more).toBe(0);
    const shares = await h.database.query<{ replica: string }>('SELECT DISTINCT replica FROM applied ORDER BY 1');
    expect(shares.map((share) => share.replica)).toEqual(['a', 'b']);
  });

  it('killed in the middle of a batch: its facts are delivered to the other replica, and applied once', async () => {
    const outbox = new Outbox('accounts', await h.connect('teller'));
    h.relay(await h.connect('relay'));
    const dying = await h.connect('dying');
    let died = false;
    h.consumer(dying, {
      replica: 'dying',
      ackWaitMs: 500,
      behaviour: async () => {
        if (!died) await dying.close();
        died = true;
      },
    });
    await h.tellMany(outbox, 500);
    await eventually(() => died);
    h.consumer(await h.connect('living'), { replica: 'living', ackWaitMs: 500 });
    await eventually(async () => (await h.applied()).once === 500, { timeoutMs: 20_000 });
    expect((await h.applied()).more).toBe(0);
  });

  it('slower than the acknowledgement is waited for: what is delivered again meanwhile is applied once', async () => {
    const outbox = new Outbox('accounts', await h.connect('teller'));
    h.relay(await h.connect('relay'));
    let deliveries = 0;
    const slow = async (): Promise<void> => {
      deliveries++;
      await h.database.query('SELECT pg_sleep(1.2)');
    };
    const key = uuidv7();
    const consumers = ['a', 'b'].map(async (replica) => h.consumer(await h.connect(replica), { replica, ackWaitMs: 300, behaviour: slow }));
    await Promise.all(consumers);
    await h.tell(outbox, key, [1]);
    await eventually(async () => (await h.applied()).once === 1);
    await eventually(async () => (await (await consumers[0])?.lag()) === 0);
    expect(await h.applied()).toEqual({ once: 1, more: 0 });
    expect(deliveries).toBe(1);
  });

  it('parks a poison fact after its tries; the rest flows, later facts of the entity wait, and a replay applies them in order', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    const sick = uuidv7();
    let cured = false;
    let tries = 0;
    const order: bigint[] = [];
    const consumer = h.consumer(bus, {
      maxTries: 3,
      behaviour: (fact) => {
        if (fact.key !== sick) return;
        if (fact.version === 2n && !cured) {
          tries++;
          throw new TypeError('cannot read it');
        }
        order.push(fact.version);
      },
    });
    await h.tell(outbox, sick, [1, 2]);
    await eventually(async () => (await parked()).length === 1);
    // Once more when it came in a batch with another fact: it is tried alone then.
    expect([3, 4]).toContain(tries);
    await h.tell(outbox, sick, [3, 4]);
    await h.tellMany(outbox, 100);
    await eventually(async () => (await parked()).length === 3);
    await eventually(async () => (await h.applied()).once === 101);
    expect(await parked()).toEqual([
      { version: '2', state: 'poison', tries: 3, error: 'TypeError: cannot read it' },
      { version: '3', state: 'waiting', tries: 0, error: null },
      { version: '4', state: 'waiting', tries: 0, error: null },
    ]);
    expect(h.logged('fact.parked')).toHaveLength(1);
    expect(await consumer.lag()).toBe(0);

    expect(await consumer.replayParked()).toBe(0);
    expect((await parked())[0]).toMatchObject({ state: 'poison', tries: 4 });
    expect(h.logged('fact.parked-again')).toHaveLength(1);

    cured = true;
    const [row] = await h.database.query<{ id: string }>(`SELECT event_id AS id FROM parked_fact WHERE state = 'poison'`);
    expect(await consumer.replayParked(uuidv7())).toBe(0);
    expect(await consumer.replayParked(row?.id)).toBe(3);
    expect(order.slice(-3)).toEqual([2n, 3n, 4n]);
    expect((await parked()).map((fact) => fact.state)).toEqual(['replayed', 'replayed', 'replayed']);
    expect((await h.projected(sick))?.version).toBe('4');

    await h.tell(outbox, sick, [5]);
    await eventually(async () => (await h.projected(sick))?.version === '5');
    expect((await h.applied()).more).toBe(0);
  });

  it('parks a fact whose payload cannot be read', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    await h.tell(outbox, uuidv7(), [1]);
    await h.database.query(`UPDATE outbox SET payload = '{"tenantId": 5'`);
    h.relay(bus);
    h.consumer(bus, { maxTries: 2 });
    await eventually(async () => (await parked()).length === 1);
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.applied()).once === 1);
  });

  it('passes over what is not a fact', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    const consumer = h.consumer(bus);
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.applied()).once === 1);
    for (const subject of ['fact.accounts.tenant.changed.v1.acme.x', 'fact.accounts.strange', 'fact.accounts.tenant.changed.v1.acme.%zz'])
      await bus.request(subject, '{}', { timeoutMs: 2_000 });
    await eventually(async () => (await consumer.lag()) === 0);
    expect(h.logged('fact.unreadable')).toHaveLength(1);
    expect(await parked()).toEqual([]);
  });

  it('waits while the database is away, without using up the tries of any fact', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    let away = 0;
    h.consumer(bus, {
      maxTries: 1,
      behaviour: async () => {
        if (away++ < 3)
          await h.database.query(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user',
          );
      },
    });
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.applied()).once === 1, { timeoutMs: 20_000 });
    expect(away).toBeGreaterThan(3);
    expect(await parked()).toEqual([]);
  });

  it('started late gets everything that the stream holds', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    await h.tellMany(outbox, 300);
    await eventually(async () => (await h.unpublished()) === 0);
    const consumer = h.consumer(bus);
    await eventually(async () => (await h.applied()).once === 300);
    await eventually(async () => (await consumer.lag()) === 0);
  });

  it('takes in ten thousand facts', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(await h.connect('consumer'));
    await h.tellMany(outbox, 10_000);
    await eventually(async () => (await h.applied()).once === 10_000, { timeoutMs: 100_000, everyMs: 100 });
    expect((await h.applied()).more).toBe(0);
  });

  it('forgets what can not come again, and nothing else', async () => {
    const bus = await h.connect();
    await h.database.query(
      `INSERT INTO inbox SELECT 'reader/accounts', gen_random_uuid(), now() - make_interval(days => d) FROM unnest(ARRAY[1, 36, 38, 60]) d`,
    );
    await h.database.query(
      `INSERT INTO parked_fact (consumer, event_id, tenant_id, chain, subject, key, version, occurred_at, payload, state, replayed_at)
       SELECT 'reader/accounts', gen_random_uuid(), $1, 'c', 's', 'k', 1, now(), '{}', state, now() - interval '38 days'
       FROM unnest(ARRAY['poison', 'replayed']) state`,
      [TENANT_ID],
    );
    h.consumer(bus);
    await eventually(async () => (await h.database.query('SELECT 1 FROM inbox')).length === 2);
    expect((await parked()).map((fact) => fact.state)).toEqual(['poison']);
    expect(tenantFact('k', 1).type.name).toBe('accounts.tenant.changed.v1');
  });
});
