import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import { meterValueOf, type StationOnTheWire } from '../support/station-on-the-wire.js';

let csms: IntakeHarness;
let site: TestSite;
let station: StationOnTheWire;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'CARD', OWNER);
  station = await csms.station(site, 'EXT-001', { password: 'ampline-demo-station' });
});
afterAll(() => csms.stop());

const OWNER = { driverId: uuidv7(), organisationId: uuidv7() };

describe('a station', () => {
  it('is let in, boots, charges and is told of', async () => {
    const admitted = await station.admit({ basic: { username: 'EXT-001', password: 'ampline-demo-station' } });
    expect(admitted).toMatchObject({ outcome: 'accepted', epoch: 1, subprotocol: 'ocpp1.6', stationId: station.stationId });
    await station.report('opened');

    const boot = await station.send('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One', firmwareVersion: '1.2' });
    expect(boot).toMatchObject({ status: 'Accepted', interval: 300 });
    expect(csms.boots.stations).toEqual([expect.objectContaining({ station: 'EXT-001', epoch: 1 })]);

    await station.send('StatusNotification', { connectorId: 1, status: 'Preparing', errorCode: 'NoError' });
    expect(await station.send('Authorize', { idTag: 'card' })).toEqual({ idTagInfo: { status: 'Accepted' } });

    const begun = new Date(Date.now() - 3_600_000);
    const started = await station.send('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 1_000,
      timestamp: begun.toISOString(),
    });
    expect(started.idTagInfo).toEqual({ status: 'Accepted' });
    const halfway = new Date(begun.getTime() + 1_800_000);
    await station.meter(started.transactionId, 4_500, { timestamp: halfway.toISOString() });
    const ended = new Date(begun.getTime() + 3_500_000);
    const transactionData = [meterValueOf(8_000, ended.toISOString())];
    expect(await station.end(started.transactionId, { timestamp: ended.toISOString(), transactionData })).toEqual({});

    const [session] = await csms.sessions(station);
    expect(session).toMatchObject({ state: 'ended', energyWh: 7_000, doubts: [], estimated: false, startedAt: begun, endedAt: ended });
    const facts = await csms.facts(session?.sessionId ?? '');
    expect(facts.map(({ name, version }) => `${name} ${version}`)).toEqual(['session.started 1', 'session.ended 2']);
    expect(facts.at(-1)?.payload).toMatchObject({
      sessionId: session?.sessionId,
      status: 'SESSION_STATUS_COMPLETED',
      origin: 'SESSION_ORIGIN_OWN_STATION',
      station: { identity: 'EXT-001', siteName: 'Harbour', evseCode: 'DE*AMP*EEXT001*1', evseNumber: 1, timeZone: 'Europe/Berlin' },
      authorization: { idToken: 'CARD', decision: 'Accepted', ...OWNER },
      energyWh: '7000',
      stopReason: 'Local',
      ocppTransactionId: String(started.transactionId),
      readings: [{ registerWh: '1000' }, { registerWh: '4500', powerW: '11040' }, { registerWh: '8000' }],
    });
    expect(await csms.issues(station)).toEqual([]);
  });

  it('has every frame in the archive, with what it was answered', async () => {
    const rows = await csms.sql<{ action: string; request_frame: string; response_frame: string; result: string }>(
      'SELECT action, request_frame, response_frame, result FROM ocpp_message WHERE station_id = $1 ORDER BY received_at, message_uuid',
      [station.stationId],
    );
    expect(rows.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'BootNotification ok',
      'StatusNotification ok',
      'Authorize ok',
      'StartTransaction ok',
      'MeterValues ok',
      'StopTransaction ok',
    ]);
    for (const { request_frame: request, response_frame: response } of rows) {
      expect(JSON.parse(response)[1]).toBe(JSON.parse(request)[1]);
    }
  });

  it('tells each change of itself with the next version', async () => {
    const facts = await csms.facts(station.stationId);
    expect(facts.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(facts.at(-1)?.payload).toMatchObject({ identity: 'EXT-001', online: true, vendor: 'Acme', protocol: 'ocpp1.6' });
  });

  it('charges for whoever held the card at the begin, whoever holds it at the end', async () => {
    const another = await csms.station(site, 'EXT-002');
    await another.admit();
    await csms.token(site, 'HANDED-ON', OWNER);
    const transactionId = await another.begin({ idTag: 'handed-on' });
    await csms.sql(`UPDATE id_token SET driver_id = $1, organisation_id = NULL WHERE id_token = 'HANDED-ON'`, [uuidv7()]);
    await another.end(transactionId);
    const [session] = await csms.sessions(another);
    const facts = await csms.facts(session?.sessionId ?? '');
    expect(facts.map(({ name }) => name)).toEqual(['session.started', 'session.ended']);
    for (const { payload } of facts) expect(payload['authorization']).toMatchObject(OWNER);
  });
});
