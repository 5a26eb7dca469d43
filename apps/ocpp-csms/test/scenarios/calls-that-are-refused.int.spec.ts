import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { StationPathSubject } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const NOW = '2026-05-01T12:00:00Z';

let csms: IntakeHarness;
let site: TestSite;
let station: StationOnTheWire;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'CARD');
  station = await csms.station(site, 'S-1');
});
afterAll(() => csms.stop());

describe('a call that cannot be taken', () => {
  it.each([
    ['FlyToTheMoon', {}, 'NotImplemented'],
    ['RemoteStartTransaction', { idTag: 'CARD' }, 'NotSupported'],
    ['Authorize', {}, 'OccurenceConstraintViolation'],
    ['Authorize', { idTag: 4711 }, 'TypeConstraintViolation'],
    ['Authorize', { idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
    ['Authorize', { idTag: 'CARD', colour: 'red' }, 'FormationViolation'],
    ['StartTransaction', { connectorId: 'one', idTag: 'CARD', meterStart: 1, timestamp: NOW }, 'TypeConstraintViolation'],
    ['StartTransaction', { connectorId: 1, idTag: 'CARD', meterStart: 1e300, timestamp: NOW }, 'PropertyConstraintViolation'],
    ['StopTransaction', { meterStop: 1, timestamp: NOW }, 'OccurenceConstraintViolation'],
    ['MeterValues', { connectorId: 1, meterValue: 'none' }, 'TypeConstraintViolation'],
  ])('%s %j is answered %s and archived', async (action, payload, code) => {
    const outcome = await station.call(action, payload);
    expect(outcome).toMatchObject({ kind: 'error', code });
    const [archived] = await csms.sql<{ result: string; response_frame: string }>(
      'SELECT result, response_frame FROM ocpp_message WHERE station_id = $1 ORDER BY answered_at DESC LIMIT 1',
      [station.stationId],
    );
    expect(archived?.result).toBe(code);
    expect(JSON.parse(archived?.response_frame ?? '[]').slice(0, 3)).toEqual([4, expect.any(String), code]);
  });

  it('goes to the work list when it is about a transaction, once', async () => {
    const fresh = await csms.station(site, 'S-2');
    const broken = { transactionId: 1, meterStop: 'much', timestamp: NOW };
    for (let n = 0; n < 3; n += 1) expect(await fresh.call('StopTransaction', broken)).toMatchObject({ kind: 'error' });
    expect(await fresh.call('Authorize', {})).toMatchObject({ kind: 'error' });
    expect(await csms.issues(fresh)).toMatchObject([{ reason: 'invalid-message', detail: { code: 'TypeConstraintViolation' } }]);
  });

  it('is taken when what deviates can be read without guessing', async () => {
    const fresh = await csms.station(site, 'S-3');
    const ocppId = await fresh.begin({ timestamp: NOW, meterStart: '1000' as unknown as number });
    await fresh.end(ocppId, { reason: 'BatteryFull', meterStop: 1_200.4 });
    expect(await csms.sessions(fresh)).toMatchObject([{ state: 'ended', energyWh: 200 }]);
    const archived = await csms.sql<{ deviations: string[] }>('SELECT deviations FROM ocpp_message WHERE station_id = $1', [
      fresh.stationId,
    ]);
    expect(archived.flatMap(({ deviations }) => deviations).sort()).toEqual([
      'fraction-rounded /meterStop',
      'text-as-number /meterStart',
      'unknown-value /reason',
    ]);
  });

  it('is not begun after its deadline', async () => {
    const fresh = await csms.station(site, 'S-4');
    const late = { deadline: new Date(Date.now() - 1) };
    expect(await fresh.call('StartTransaction', { connectorId: 1, idTag: 'CARD', meterStart: 1, timestamp: NOW }, late)).toEqual({
      kind: 'retry',
    });
    expect(await csms.sessions(fresh)).toEqual([]);
  });
});

describe('other notifications', () => {
  it.each([
    ['DataTransfer', { vendorId: 'Acme' }, { status: 'UnknownVendorId' }],
    ['DiagnosticsStatusNotification', { status: 'Uploaded' }, {}],
    ['FirmwareStatusNotification', { status: 'Installed' }, {}],
    ['LogStatusNotification', { status: 'Uploaded', requestId: 1 }, {}],
    ['SecurityEventNotification', { type: 'SettingSystemTime', timestamp: NOW }, {}],
    ['SignedFirmwareStatusNotification', { status: 'Installed' }, {}],
    ['SignCertificate', { csr: '-----BEGIN' }, { status: 'Rejected' }],
  ] as const)('%s is answered and archived', async (action, payload, answer) => {
    expect(await station.send(action, payload)).toEqual(answer);
    expect((await csms.sql('SELECT 1 FROM ocpp_message WHERE action = $1', [action])).length).toBe(1);
  });
});

describe('a station that is not accepted', () => {
  it.each([
    ['pending', 'Pending'],
    ['rejected', 'Rejected'],
  ] as const)('(%s) is told so at its boot, with an interval, and its sessions are recorded', async (registration, status) => {
    const fresh = await csms.station(site, `S-${registration}`, { registration });
    const boots = csms.boots.stations.length;
    const boot = await fresh.send('BootNotification', { chargePointVendor: 'Acme', chargePointModel: 'One' });
    expect(boot).toMatchObject({ status, interval: 300 });
    expect(csms.boots.stations).toHaveLength(boots);
    const started = await fresh.send('StartTransaction', {
      connectorId: 1,
      idTag: 'CARD',
      meterStart: 0,
      timestamp: new Date().toISOString(),
    });
    expect(started.idTagInfo.status).toBe('Invalid');
    await fresh.end(started.transactionId, { meterStop: 10 });
    expect(await csms.sessions(fresh)).toMatchObject([{ state: 'ended', decision: 'Invalid', energyWh: 10 }]);
  });
});

describe('what a gateway answered by itself', () => {
  it('is archived', async () => {
    const fresh = await csms.station(site, 'S-6');
    const report = {
      tenantId: site.tenantId,
      stationId: fresh.stationId,
      epoch: 1,
      at: new Date().toISOString(),
      reason: 'not-json',
      frame: '[2,"x",\u0000',
    };
    csms.bus.publish(StationPathSubject.oddity('demo', 'S-6'), JSON.stringify(report));
    const [archived] = await eventually(async () => {
      const rows = await csms.sql('SELECT result, deviations, request_frame FROM ocpp_message WHERE station_id = $1', [fresh.stationId]);
      return rows.length > 0 && rows;
    });
    expect(archived).toEqual({ result: 'malformed', deviations: ['not-json'], request_frame: '[2,"x",\uFFFD' });
  });

  it('the report of a gateway that cannot be read is refused as invalid, not as a fault of ours', async () => {
    const report = csms.bus.request(StationPathSubject.oddity('demo', 'S-6'), 'no JSON', { timeoutMs: 5_000 });
    await expect(report).rejects.toMatchObject({ kind: 'invalid' });
  });
});

describe('StatusNotification', () => {
  const status = (at: StationOnTheWire) =>
    csms.sql<{ number: number; status: string; error_code: string }>(
      'SELECT e.number, c.status, c.error_code FROM connector c JOIN evse e USING (evse_id) WHERE c.station_id = $1 ORDER BY e.number',
      [at.stationId],
    );

  it('sets the connector, and the station is told of when something changed', async () => {
    const fresh = await csms.station(site, 'S-7');
    for (let n = 0; n < 2; n += 1) await fresh.send('StatusNotification', { connectorId: 2, status: 'Charging', errorCode: 'NoError' });
    expect(await status(fresh)).toMatchObject([{ status: 'Unknown' }, { number: 2, status: 'Charging' }]);
    expect(await csms.facts(fresh.stationId)).toHaveLength(1);
  });

  it('that is older than what is known changes nothing', async () => {
    const fresh = await csms.station(site, 'S-8');
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await fresh.send('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError', timestamp: at(1) });
    await fresh.send('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: at(10) });
    expect((await status(fresh))[0]).toMatchObject({ status: 'Charging' });
  });

  it('of connector 0 is about the station, and of a new connector adds it', async () => {
    const fresh = await csms.station(site, 'S-9', { connectors: 0 });
    await fresh.send('StatusNotification', { connectorId: 0, status: 'Available', errorCode: 'NoError' });
    expect(await status(fresh)).toEqual([]);
    await fresh.send('StatusNotification', { connectorId: 4, status: 'Faulted', errorCode: 'GroundFailure', info: 'x' });
    expect(await status(fresh)).toEqual([{ number: 4, status: 'Faulted', error_code: 'GroundFailure' }]);
    await fresh.send('StatusNotification', { connectorId: 400, status: 'Available', errorCode: 'NoError' });
    expect(await status(fresh)).toHaveLength(1);
  });

  it('that is repeated by the gateway is answered from the archive', async () => {
    const fresh = await csms.station(site, 'S-10');
    const call = { callId: uuidv7(), receivedAt: new Date(), messageId: '1' };
    for (let n = 0; n < 3; n += 1)
      await fresh.send('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' }, call);
    expect(await csms.facts(fresh.stationId)).toHaveLength(1);
  });
});
