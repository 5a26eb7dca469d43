import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';

let csms: IntakeHarness;
let site: TestSite;

beforeAll(async () => {
  csms = await IntakeHarness.start({ replicas: 2, options: { missingStopGraceS: 12 } });
  site = await csms.site('demo');
  await csms.token(site, 'CARD', { allowConcurrent: true });
});
afterAll(() => csms.stop());

const NOW = Math.floor(Date.now() / 1_000) * 1_000;
const minutesAgo = (minutes: number): Date => new Date(NOW - minutes * 60_000);

describe('a session whose connector is free', () => {
  it('for longer than the grace ends at its last reading, and the stop that comes after all corrects it', async () => {
    const station = await csms.station(site, 'S-1');
    const ocppId = await station.begin({ timestamp: minutesAgo(90).toISOString() }, { receivedAt: minutesAgo(90) });
    await station.meter(ocppId, 4_000, { timestamp: minutesAgo(45).toISOString() }, { receivedAt: minutesAgo(45) });
    const free = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: minutesAgo(30).toISOString() };
    await station.send('StatusNotification', free);
    const [estimated] = await eventually(
      async () => {
        const sessions = await csms.sessions(station);
        return sessions[0]?.state === 'ended' && sessions;
      },
      { timeoutMs: 25_000 },
    );
    expect(estimated).toMatchObject({ energyWh: 3_000, estimated: true, doubts: ['stop-missing'], endedAt: minutesAgo(45), version: 2 });
    expect(await csms.issues(station)).toMatchObject([{ reason: 'stop-missing', status: 'open', frame: '' }]);

    await station.end(ocppId, { timestamp: minutesAgo(31).toISOString(), meterStop: 6_000 });
    expect(await csms.sessions(station)).toMatchObject([{ energyWh: 5_000, estimated: false, doubts: [], version: 3 }]);
    expect(await csms.issues(station)).toMatchObject([{ status: 'resolved', resolution: 'settled-by-later-message' }]);
  });

  it('since before it began, or only just, goes on; one that another followed ends', async () => {
    const [before, justNow, followed] = await Promise.all(['S-2', 'S-3', 'S-4'].map((identity) => csms.station(site, identity)));
    if (!before || !justNow || !followed) throw new Error('no stations');
    const status = (at: Date) => ({ connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: at.toISOString() });
    const begin = (minutes: number) => [{ timestamp: minutesAgo(minutes).toISOString() }, { receivedAt: minutesAgo(minutes) }] as const;
    await before.send('StatusNotification', status(minutesAgo(120)));
    await before.begin(...begin(90));
    await justNow.begin(...begin(90));
    await justNow.send('StatusNotification', status(new Date()));
    await followed.begin(...begin(10));
    // From the offline queue, and its stop never came.
    await followed.begin({ timestamp: minutesAgo(90).toISOString(), meterStart: 0 }, { receivedAt: minutesAgo(9) });
    await eventually(async () => (await csms.sessions(followed)).some(({ state }) => state === 'ended'), { timeoutMs: 25_000 });
    expect((await csms.sessions(followed)).map(({ state, meterStartWh }) => [meterStartWh, state])).toEqual([
      [1_000, 'active'],
      [0, 'ended'],
    ]);
    expect(await csms.sessions(before)).toMatchObject([{ state: 'active' }]);
    expect(await csms.sessions(justNow)).toMatchObject([{ state: 'active' }]);
  });

  it('that cannot be ended does not hold up the others', async () => {
    const [stuck, other] = await Promise.all(['S-5', 'S-6'].map((identity) => csms.station(site, identity)));
    if (!stuck || !other) throw new Error('no stations');
    await csms.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`);
    await csms.sql(
      `CREATE TRIGGER stuck BEFORE UPDATE ON ocpp_transaction FOR EACH ROW WHEN (OLD.id_token = 'STUCK') EXECUTE FUNCTION refuse()`,
    );
    const free = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: minutesAgo(30).toISOString() };
    for (const [station, idTag] of [
      [stuck, 'STUCK'],
      [other, 'CARD'],
    ] as const) {
      await station.begin({ idTag, timestamp: minutesAgo(90).toISOString() }, { receivedAt: minutesAgo(90) });
      await station.send('StatusNotification', free);
    }
    await eventually(async () => (await csms.sessions(other))[0]?.state === 'ended', { timeoutMs: 25_000 });
    expect(await csms.sessions(stuck)).toMatchObject([{ state: 'active' }]);
  }, 40_000);
});
