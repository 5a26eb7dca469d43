import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { ManualClock } from '@ampline/kernel-time';
import { Database, MonthKeeper } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import { SessionProjection } from '../src/records/records.projection.js';
import { RunningRecords, SECRET } from './running-records.js';
import { sessionStory } from './told-session.js';

describe('retention of session records', () => {
  let records: RunningRecords;
  let database: Database;
  const telemetry = testTelemetry('session-export');

  beforeAll(async () => {
    records = await RunningRecords.prepare();
    const password = (role: string) => derivedPassword(SECRET, `postgres:session_export_${role}`);
    database = new Database(
      {
        url: records.database.adminUrl,
        schema: 'session_export',
        pool: { app: 1, worker: 2 },
        password: { app: password('app'), worker: password('worker') },
      },
      telemetry,
    );
  });

  afterAll(async () => {
    await database.close();
    await records.stop();
  });

  it('drops whole months, and no session of a month that is kept', async () => {
    const clock = new ManualClock(new Date('2026-11-21T12:00:00Z'));
    const projection = new SessionProjection(clock);
    const months = ['2026-07-31T23:59:59.999Z', '2026-08-01T00:00:00.000Z', '2026-10-15T00:00:00Z', '2026-11-20T00:00:00Z'];
    const told = months.map((receivedAt) => ({ tenantId: uuidv7(), state: sessionStory({ receivedAt: new Date(receivedAt) }).at(-1)! }));
    expect(await database.asWorker((tx) => projection.apply(tx, told))).toBe(4);
    const keeper = new MonthKeeper(database, { dropMonths: 'drop_session_months', months: 3 }, clock, telemetry);
    expect(await keeper.keep()).toEqual(['session_record_m202607']);
    expect(await keeper.keep()).toEqual([]);
    expect((await records.rows()).map((row) => row['session_id'])).toEqual(told.slice(1).map(({ state }) => state.sessionId));
  });

  it('moves what had no month into it when it is made', async () => {
    const clock = new ManualClock(new Date('2026-11-21T12:00:00Z'));
    const ahead = sessionStory({ receivedAt: new Date('2027-03-03T00:00:00Z') });
    const apply = (state: (typeof ahead)[number]) =>
      database.asWorker((tx) => new SessionProjection(clock).apply(tx, [{ tenantId: uuidv7(), state }]));
    await apply(ahead[0]!);
    const place = async () => {
      const { rows } = await records.admin.query<{ partition: string; version: string }>(
        'SELECT tableoid::regclass::text AS partition, version FROM session_export.session_record WHERE session_id = $1',
        [ahead[0]?.sessionId],
      );
      return rows;
    };
    expect(await place()).toEqual([{ partition: 'session_export.session_record_default', version: '1' }]);
    clock.advance(100 * 24 * 3_600_000);
    await apply(ahead[1]!);
    expect(await place()).toEqual([{ partition: 'session_export.session_record_m202703', version: '2' }]);
  });
});
