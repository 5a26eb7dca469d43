import { afterEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { RunningRecords } from './running-records.js';
import { sessionStory } from './told-session.js';

const TENANT = uuidv7();

describe('the projection of sessions', () => {
  let records: RunningRecords;

  afterEach(async () => {
    await records.stop();
  });

  const upAndRunning = async () => {
    records = await RunningRecords.prepare();
    await records.csms.start();
    await records.replica();
    // The first build goes on in the background: it must not mend what a test is about to break.
    await eventually(async () => (await records.admin.query('SELECT FROM session_export.projection')).rowCount === 1);
  };
  const settled = (sessionId: string, version: number) =>
    eventually(async () => (await records.version(sessionId)) === version, { timeoutMs: 20_000 });

  it('follows facts, whatever their order and however often they are told', async () => {
    await upAndRunning();
    const inOrder = sessionStory();
    const reversed = sessionStory();
    const twice = sessionStory();
    await records.csms.tell(TENANT, inOrder);
    await records.csms.tell(TENANT, [...reversed].reverse());
    await records.csms.tell(TENANT, [...twice, ...twice]);
    const last = sessionStory();
    await records.csms.tell(TENANT, last);
    for (const story of [inOrder, reversed, twice, last]) await settled(story[0]?.sessionId ?? '', 4);
    const rows = await records.rows();
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row).toMatchObject({
        version: 4,
        status: 'completed',
        energy_wh: 3_750,
        readings: [{ registerWh: '9007199254740993', powerW: '0' }, { registerWh: '9007199254744743' }],
      });
    }
  });

  it('rebuilt from the export equals the live one, row by row', async () => {
    await upAndRunning();
    const stories = [
      sessionStory({ driverId: uuidv7(), organisationId: uuidv7() }),
      sessionStory({ doubts: ['clock-future'] }, 2),
      sessionStory({}, 1),
      sessionStory({ receivedAt: new Date('2026-02-28T23:59:59.999Z') }),
      sessionStory({ receivedAt: new Date('2026-03-01T00:00:00Z') }, 3),
    ];
    for (const story of stories) await records.csms.tell(TENANT, story);
    for (const story of stories) await settled(story[0]?.sessionId ?? '', story.length);
    const live = await records.rows();
    const admin = records.as(['platform-admin']);
    expect(await admin.rebuildProjection({})).toMatchObject({ seen: 5n, changed: 0n });
    await records.admin.query('DELETE FROM session_export.session_record WHERE session_id = $1', [stories[0]?.[0]?.sessionId]);
    await records.admin.query(
      `UPDATE session_export.session_record SET version = 0, energy_wh = 1, readings = '[]' WHERE status = 'completed'`,
    );
    const changed = live.filter((row) => row['status'] === 'completed').length;
    expect(await admin.rebuildProjection({})).toMatchObject({ seen: 5n, changed: BigInt(changed) });
    expect(await records.rows()).toEqual(live);
    // As after an update that brought the columns: whose they are is read from the export.
    await records.admin.query(`UPDATE session_export.session_record SET driver_id = '', organisation_id = ''`);
    expect(await admin.rebuildProjection({})).toMatchObject({ seen: 5n, changed: 1n });
    expect(await records.rows()).toEqual(live);
    await records.admin.query('TRUNCATE session_export.session_record');
    expect(await admin.rebuildProjection({})).toMatchObject({ seen: 5n, changed: 5n });
    expect(await records.rows()).toEqual(live);
  });

  it('is built by itself when it is new, as soon as csms is there; readiness does not wait', async () => {
    records = await RunningRecords.prepare();
    await records.csms.start();
    const stories = Array.from({ length: 7 }, () => sessionStory());
    for (const story of stories) await records.csms.write(TENANT, story.at(-1) ?? story[0]!);
    await records.csms.stop();
    const service = await records.replica();
    expect(await service.readiness.report()).toMatchObject({ ready: true });
    const reader = records.as(['operator'], TENANT);
    expect((await reader.listSessions({})).records).toEqual([]);
    await records.csms.start();
    await eventually(async () => (await records.rows()).length === 7, { timeoutMs: 20_000 });
    await eventually(async () => {
      const { rows } = await records.admin.query('SELECT 1 FROM session_export.projection');
      return rows.length === 1;
    });
  });

  it('goes on with one replica after the other', async () => {
    await upAndRunning();
    const first = await records.replica();
    const stories = Array.from({ length: 30 }, () => sessionStory());
    const telling = Promise.all(stories.map((story) => records.csms.tell(TENANT, story)));
    await eventually(async () => (await records.rows()).length > 5);
    await first.stop();
    await telling;
    for (const story of stories) await settled(story[0]?.sessionId ?? '', 4);
    // The newest fact of a session may overtake the others, which are then still under way.
    await eventually(async () => {
      const { rows } = await records.admin.query<{ n: string }>('SELECT count(*) AS n FROM session_export.inbox');
      return Number(rows[0]?.n) === 120;
    });
    expect(await records.rows()).toHaveLength(30);
  });

  it('parks what cannot be applied, lets the rest flow, and applies it later in order', async () => {
    await upAndRunning();
    await records.admin.query(`ALTER TABLE session_export.session_record ADD CONSTRAINT broken CHECK (station_identity <> 'POISON')`);
    const poison = sessionStory({ station: 'POISON' });
    const healthy = sessionStory();
    await records.csms.tell(TENANT, poison);
    await records.csms.tell(TENANT, healthy);
    await settled(healthy[0]?.sessionId ?? '', 4);
    const parked = async () => {
      const { rows } = await records.admin.query<{ state: string }>(
        `SELECT state FROM session_export.parked_fact WHERE state <> 'replayed' ORDER BY version`,
      );
      return rows.map((row) => row.state);
    };
    await eventually(async () => (await parked()).length === 4, { timeoutMs: 20_000 });
    expect(await records.version(poison[0]?.sessionId ?? '')).toBe(0);
    const admin = records.as(['platform-admin']);
    expect(await admin.replayParkedFacts({})).toMatchObject({ replayed: 0n, parked: 4n });
    await records.admin.query('ALTER TABLE session_export.session_record DROP CONSTRAINT broken');
    expect(await admin.replayParkedFacts({})).toMatchObject({ replayed: 4n, parked: 0n });
    expect(await records.version(poison[0]?.sessionId ?? '')).toBe(4);
  });

  it('parks a state that is not whole instead of guessing', async () => {
    await upAndRunning();
    const [state] = sessionStory({}, 1);
    if (!state) throw new Error('no state');
    delete state.startedAt;
    await records.csms.tell(TENANT, [state]);
    const error = await eventually(
      async () => {
        const { rows } = await records.admin.query<{ error: string }>('SELECT error FROM session_export.parked_fact');
        return rows[0]?.error;
      },
      { timeoutMs: 20_000 },
    );
    expect(error).toMatch(/^session-export\.state-incomplete/);
  });
});
