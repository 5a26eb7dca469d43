import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { durableSubjects, inboxPrefix, streamOwnerSubjects } from '@ampline/platform-nats';
import { eventually } from '@ampline/platform-testing';
import { Outbox } from '../src/index.js';
import { Harness, STREAM } from './harness.js';

const list = (subjects: string[]): string => JSON.stringify(subjects);
const user = (name: string, publish: string[], subscribe: string[]): string =>
  `{ user: ${name}, password: secret, permissions: { publish: ${list(publish)}, subscribe: ${list([`${inboxPrefix(name)}.>`, ...subscribe])} } }`;

const WAKE = 'outbox.wake.accounts';
const CONFIG = `authorization { users = [
  ${user('teller', ['fact.accounts.>', WAKE, ...streamOwnerSubjects(STREAM)], [WAKE])}
  ${user('reader', durableSubjects(STREAM, 'reader'), [])}
] }`;

describe('With bus users that may do no more than they must', () => {
  let h: Harness;
  beforeEach(async () => {
    h = await Harness.open({ config: CONFIG });
  });
  afterEach(() => h.close());

  it('facts flow, and are published again after a restart and after a loss', async () => {
    const telling = await h.connect('teller', h.telemetry, 'secret');
    const outbox = new Outbox('accounts', telling);
    h.relay(telling);
    h.consumer(await h.connect('reader', h.telemetry, 'secret'));
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.applied()).once === 50);

    await h.nats.kill('SIGKILL');
    await h.nats.restart();
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.applied()).once === 100, { timeoutMs: 20_000 });
    expect(h.logged('outbox.stream-verified').length).toBeGreaterThan(0);

    await h.nats.kill('SIGKILL');
    await rm(h.nats.storeDir, { recursive: true, force: true });
    await h.nats.restart();
    await eventually(() => h.logged('outbox.republished').length === 1, { timeoutMs: 20_000 });
    await h.tellMany(outbox, 50);
    await eventually(async () => (await h.applied()).once === 150, { timeoutMs: 20_000 });
    expect((await h.applied()).more).toBe(0);
    expect(h.logged('bus.error')).toEqual([]);
  });
});
