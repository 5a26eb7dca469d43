import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { RunningRecords } from './running-records.js';
import { sessionStory } from './told-session.js';

const TENANT = uuidv7();

describe('a replica that is killed while it applies facts', () => {
  let records: RunningRecords;

  beforeAll(async () => {
    records = await RunningRecords.prepare();
    await records.csms.start();
  });

  afterAll(async () => {
    await records.stop();
  });

  it('loses nothing and doubles nothing: the other takes over what it had not committed', async () => {
    const [doomed] = [await records.program(), await records.program()];
    const stories = Array.from({ length: 25 }, () => sessionStory());
    // Both take facts from the stream and then wait for the inbox, in the middle of their transactions.
    await records.admin.query('BEGIN; LOCK TABLE session_export.inbox IN EXCLUSIVE MODE');
    await Promise.all(stories.map((story) => records.csms.tell(TENANT, story)));
    await eventually(async () => (await waitingForInbox()) >= 2);
    doomed?.kill('SIGKILL');
    await records.admin.query('COMMIT');
    for (const [first] of stories) {
      await eventually(async () => (await records.version(first?.sessionId ?? '')) === 4, { timeoutMs: 30_000 });
    }
    // A record may have its newest version while older ones still lie with the dead: the stream gives them to the other in time.
    await eventually(async () => (await taken()).facts === 100, { timeoutMs: 90_000 });
    expect(await taken()).toEqual({ facts: 100, sessions: 25 });
  });

  async function taken(): Promise<{ facts: number; sessions: number } | Record<string, never>> {
    const { rows } = await records.admin.query<{ facts: number; sessions: number }>(
      `SELECT (SELECT count(*)::int FROM session_export.inbox) AS facts, (SELECT count(*)::int FROM session_export.session_record) AS sessions`,
    );
    return rows[0] ?? {};
  }

  async function waitingForInbox(): Promise<number> {
    const { rows } = await records.admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = 'session_export.inbox'::regclass`,
    );
    return rows[0]?.n ?? 0;
  }
});
