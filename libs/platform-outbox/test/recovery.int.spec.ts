import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import { eventually } from '@ampline/platform-testing';
import { Outbox } from '../src/index.js';
import { Harness, STREAM } from './harness.js';

describe('What the stream lacks is published again', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await Harness.open();
  });
  afterEach(() => h.close());

  async function messagesInStream(bus: Bus): Promise<number> {
    const manager = await jetstreamManager(bus.connection, { checkAPI: false });
    return (await manager.streams.info(STREAM)).state.messages;
  }

  it("when JetStream's directory is emptied while the server is down: the consumers get everything, once", async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    await h.tellMany(outbox, 700);
    await eventually(async () => (await h.applied()).once === 700);

    await h.nats.kill('SIGKILL');
    await rm(h.nats.storeDir, { recursive: true, force: true });
    await h.tellMany(outbox, 300);
    await h.nats.restart();

    await eventually(async () => (await h.applied()).once === 1_000, { timeoutMs: 20_000 });
    await eventually(async () => (await messagesInStream(bus)) === 1_000);
    await eventually(() => h.logged('outbox.republished').length === 1);
    expect(await h.applied()).toEqual({ once: 1_000, more: 0 });
    expect(await h.unpublished()).toBe(0);
    expect(h.logged('outbox.stream-replaced')).toHaveLength(1);
  });

  it('when somebody deletes the stream under a running relay and consumer', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.applied()).once === 50);
    await (await jetstreamManager(bus.connection)).streams.delete(STREAM);
    await h.tellMany(outbox, 10);
    await eventually(async () => (await h.applied()).once === 60, { timeoutMs: 20_000 });
    await eventually(async () => (await messagesInStream(bus)) === 60);
    expect((await h.applied()).more).toBe(0);
  });

  it('when somebody purges the stream, as soon as it has forgotten the ids of what it held', async () => {
    const bus = await h.connect();
    h.relay(bus, { duplicateWindowMs: 1_000 });
    await h.tellMany(new Outbox('accounts', bus), 20);
    await eventually(async () => (await h.unpublished()) === 0);
    await (await jetstreamManager(bus.connection)).streams.purge(STREAM);
    await eventually(async () => (await messagesInStream(bus)) === 20);
    await eventually(() => h.logged('outbox.republished').length === 1);
  });

  it('when a restarted server has lost the end of the stream that it had acknowledged', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    await h.tellMany(outbox, 100);
    await eventually(async () => (await h.applied()).once === 100);
    await h.nats.kill('SIGKILL');
    const saved = join(h.nats.storeDir, '..', 'saved');
    await cp(h.nats.storeDir, saved, { recursive: true });
    await h.nats.restart();
    const lost = await h.tellMany(outbox, 30);
    await eventually(async () => (await h.applied()).once === 130);

    // What a power failure can leave: the stream as it was at an earlier flush, the consumer's position as it was later.
    await h.nats.kill('SIGTERM');
    await h.nats.crashed;
    const streamDir = join('jetstream', '$G', 'streams', STREAM, 'msgs');
    await rm(join(h.nats.storeDir, streamDir), { recursive: true });
    await cp(join(saved, streamDir), join(h.nats.storeDir, streamDir), { recursive: true });
    // Facts that committed late come first: they get sequences under which the consumer has seen others.
    const late = await h.tellMany(outbox, 40);
    await h.database.query(`UPDATE outbox SET created_at = created_at - interval '1 hour' WHERE key = ANY($1)`, [late]);
    await h.nats.restart();

    await eventually(() => h.logged('outbox.stream-verified').some((line) => line['lacking'] === lost.length), { timeoutMs: 20_000 });
    await eventually(async () => (await h.applied()).once === 170, { timeoutMs: 20_000 });
    expect(await messagesInStream(bus)).toBe(170);
    expect((await h.applied()).more).toBe(0);
    expect(h.logged('outbox.consumers-rewound')).toMatchObject([{ consumers: ['reader'] }]);
    expect(h.logged('outbox.stream-replaced')).toHaveLength(0);
  });

  it('and nothing when a killed server comes back with all it had', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    await h.tellMany(outbox, 100);
    await eventually(async () => (await h.applied()).once === 100);
    await h.nats.kill('SIGKILL');
    await h.tellMany(outbox, 100);
    await h.nats.restart();
    await eventually(async () => (await h.applied()).once === 200, { timeoutMs: 20_000 });
    expect(h.logged('outbox.stream-verified').map((line) => line['lacking'])).toEqual([0]);
    expect(await messagesInStream(bus)).toBe(200);
  });

  it('and nothing is lost when the server is frozen meanwhile', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    h.relay(bus);
    h.consumer(bus);
    await h.tellMany(outbox, 100);
    await h.nats.kill('SIGSTOP');
    await h.tellMany(outbox, 100);
    await eventually(() => h.logged('outbox.relay-failed').length > 0, { timeoutMs: 15_000 });
    await h.nats.kill('SIGCONT');
    await eventually(async () => (await h.applied()).once === 200, { timeoutMs: 20_000 });
    expect((await h.applied()).more).toBe(0);
  });

  it('on demand of an operator, for a span of time', async () => {
    const bus = await h.connect();
    const outbox = new Outbox('accounts', bus);
    const relay = h.relay(bus, { duplicateWindowMs: 100 });
    h.consumer(bus);
    const from = new Date();
    const keys = await h.tellMany(outbox, 30);
    await eventually(async () => (await h.applied()).once === 30);
    const to = new Date(Date.now() + 1_000);
    expect(await relay.replay(new Date(0), from)).toBe(0);
    // Until the stream has forgotten their ids; it forgets one after the other.
    await eventually(async () => {
      expect(await relay.replay(from, to)).toBe(30);
      return (await messagesInStream(bus)) >= 60;
    });
    await h.tell(outbox, uuidv7(), [1]);
    await eventually(async () => (await h.applied()).once === keys.length + 1);
    expect((await h.applied()).more).toBe(0);
  });
});
