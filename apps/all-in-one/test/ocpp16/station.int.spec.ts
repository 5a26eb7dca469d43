import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome, RegistrationStatus } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { CHARGE_POINT_ERROR_CODES, CONNECTOR_STATUSES, STATION_STATUSES, STOP_REASONS } from '@ampline/protocol-ocpp';
import { playScenario } from '@ampline/station-simulator';
import WebSocket from 'ws';
import { OcppStage, STATION_PASSWORD } from '../support/ocpp-stage.js';

/** What a station does, frame by frame, at a gateway and a csms: the lines of the standard that no schema holds. */
let stage: OcppStage;
beforeAll(async () => {
  stage = await OcppStage.start();
  await stage.idToken('CARD');
  await stage.idToken('BLOCKED', { status: 'blocked' });
});
afterAll(() => stage.stop());

const now = () => new Date().toISOString();
const boot = { chargePointVendor: 'Acme', chargePointModel: 'One' };
const statusOf = (path: string, o: { protocols?: string[]; password?: string } = {}) => {
  const { protocols = ['ocpp1.6'], password = STATION_PASSWORD } = o;
  const identity = decodeURIComponent(path.split('/').at(-1) ?? '');
  const socket = new WebSocket(`${stage.url}/${path}`, protocols, { auth: `${identity}:${password}` });
  return new Promise<number | string>((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on('open', () => {
      resolve(socket.protocol);
      socket.close();
    });
    socket.on('error', () => undefined);
  });
};

describe('transport', () => {
  it('the last segment of the path, percent-decoded, is the identity; unknown and malformed ones get no socket', async () => {
    await stage.station('Säule*7💥');
    expect(await statusOf(encodeURIComponent('Säule*7💥'))).toBe('ocpp1.6');
    expect(await statusOf('NOBODY')).toBe(404);
    const response = await fetch(`${stage.url.replace('ws:', 'http:')}/%E0%A4%A`, { headers: { connection: 'close' } });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });

  it('of the subprotocols that are offered it takes the one it speaks, and never another', async () => {
    await stage.station('PROTOCOLS');
    expect(await statusOf('PROTOCOLS', { protocols: ['ocpp2.0.1', 'ocpp1.6'] })).toBe('ocpp1.6');
    expect(await statusOf('PROTOCOLS', { protocols: ['ocpp2.0.1'] })).toBe(400);
  });
});

describe('calls and answers', () => {
  it('an answer carries the id of its call exactly, whatever the station takes for an id', async () => {
    const { socket } = await stage.raw('IDS');
    for (const id of ['"x"', `"${'i'.repeat(36)}"`, `"${'i'.repeat(200)}"`, '17', '"ä💥"', '"x"']) {
      expect(JSON.stringify(await socket.exchange(`[2,${id},"Heartbeat",{}]`))).toMatch(new RegExp(`^\\[3,${id},`));
    }
  });

  it('a payload is an object: `null`, a list and none at all are a FormationViolation', async () => {
    const { socket } = await stage.raw('PAYLOADS');
    for (const rest of [',null', ',[]', '']) {
      expect(await socket.exchange(`[2,"x","Heartbeat"${rest}]`)).toMatchObject([4, 'x', 'FormationViolation', expect.any(String), {}]);
    }
    expect(await socket.exchange('[2,"x","Heartbeat",{},"more"]')).toMatchObject([3, 'x', { currentTime: expect.any(String) }]);
  });

  it('message types nobody has defined, broken JSON and answers nobody waits for are passed over', async () => {
    const { socket } = await stage.raw('NOISE');
    for (const noise of ['[5,"x","y",{}]', '[6,"x","y",{}]', '{', '', '[3,"none",{}]', '[4,"none","GenericError","",{}]'])
      socket.sendRaw(noise);
    expect(await socket.ask('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it('one command is on the wire at a time; calls of the station are answered meanwhile; an answer that comes again goes to no other command', async () => {
    let hold = true;
    const { socket, station } = await stage.raw('LANES', () => (hold ? 'silence' : { status: 'Accepted' }));
    const first = stage.send(station.stationId, 'ClearCache', {}, 60_000);
    await eventually(() => socket.commands.length === 1);
    const second = stage.send(station.stationId, 'Reset', { type: 'Soft' }, 60_000);
    expect(await socket.ask('Heartbeat', {})).toHaveProperty('currentTime');
    expect(socket.commands).toHaveLength(1);
    hold = false;
    socket.sendRaw(JSON.stringify([3, socket.commands[0]?.messageId, { status: 'Rejected' }]));
    expect(await second).toMatchObject({ outcome: CommandOutcome.ANSWERED, responseJson: '{"status":"Accepted"}' });
    expect(await first).toMatchObject({ action: 'ClearCache', responseJson: '{"status":"Rejected"}' });
    socket.sendRaw(JSON.stringify([3, socket.commands[0]?.messageId, { status: 'Rejected' }]));
    expect(await stage.command(station.stationId, 'ClearCache', {})).toEqual({ status: 'Accepted' });
  });

  it.each([
    ['OccurrenceConstraintViolation', 'OccurenceConstraintViolation'],
    ['FormatViolation', 'FormationViolation'],
    ['notimplemented', 'NotImplemented'],
    ['OurVeryOwn', 'OurVeryOwn'],
  ])('a CALLERROR of a station in the spelling %s is read as %s', async (spelling, code) => {
    const { station, socket } = await stage.raw(`SPELLS-${spelling}`, () => ({ error: spelling }));
    expect(await stage.send(station.stationId, 'ClearCache', {})).toMatchObject({
      outcome: CommandOutcome.REFUSED_BY_STATION,
      errorCode: code,
    });
    expect(await socket.ask('Heartbeat', {})).toHaveProperty('currentTime');
  });

  it('a newer connection supersedes the older one, whose end says nothing about the station', async () => {
    const { socket: first, station } = await stage.raw('TWICE');
    const { socket: second } = await stage.raw('TWICE');
    await first.closed;
    expect(await second.ask('Heartbeat', {})).toHaveProperty('currentTime');
    expect((await stage.stations.getStation({ stationId: station.stationId })).station?.online).toBe(true);
    expect(await stage.command(station.stationId, 'ClearCache', {})).toEqual({ status: 'Accepted' });
    expect([first.commands.length, second.commands.length]).toEqual([0, 1]);
  });
});

describe('boot and registration', () => {
  it('accepted: our time in UTC, and the interval of heartbeats', async () => {
    const { socket } = await stage.raw('BOOTS');
    const answer = await socket.ask('BootNotification', boot);
    expect(answer).toMatchObject({ status: 'Accepted', currentTime: expect.stringMatching(/Z$/) });
    const { interval } = answer as { interval: number };
    expect(interval).toBeGreaterThanOrEqual(270);
    expect(interval).toBeLessThanOrEqual(330);
    expect(Math.abs(Date.parse(String(answer['currentTime'])) - Date.now())).toBeLessThan(60_000);
  });

  it('a station that comes back without a boot goes on as before', async () => {
    const { socket } = await stage.raw('RETURNS');
    await socket.ask('BootNotification', boot);
    await socket.close();
    const { socket: again } = await stage.raw('RETURNS');
    expect(await again.ask('Authorize', { idTag: 'CARD' })).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('pending: an interval above 0, configured but not started or stopped; rejected: not spoken to', async () => {
    const station = await stage.station('WAITS');
    await stage.stations.setRegistration({ stationId: station.stationId, registration: RegistrationStatus.PENDING });
    const { socket } = await stage.raw('WAITS', () => ({ configurationKey: [] }));
    const answer = await socket.ask('BootNotification', boot);
    expect(answer['status']).toBe('Pending');
    expect(answer['interval']).toBeGreaterThan(0);
    expect(await stage.command(station.stationId, 'GetConfiguration', {})).toEqual({ configurationKey: [] });
    const sent = (action: 'RemoteStartTransaction' | 'RemoteStopTransaction' | 'GetConfiguration', payload: object) =>
      stage.send(station.stationId, action, payload).then(
        () => 'sent',
        (error: { code?: string }) => error.code,
      );
    expect(await sent('RemoteStartTransaction', { idTag: 'CARD' })).toBe('csms.station-pending');
    expect(await sent('RemoteStopTransaction', { transactionId: 1 })).toBe('csms.station-pending');
    await stage.stations.setRegistration({ stationId: station.stationId, registration: RegistrationStatus.REJECTED });
    expect(await sent('GetConfiguration', {})).toBe('csms.station-rejected');
  });
});

describe('transactions', () => {
  const sessions = (stationId: string) =>
    stage.sql<{ ocpp_id: number; stop_reason: string; energy_wh: string; state: string }>(
      'SELECT ocpp_id, stop_reason, energy_wh, state FROM ocpp_transaction WHERE station_id = $1 ORDER BY ocpp_id',
      [stationId],
    );

  it('have ids above 0 that are never given twice, and every reason to stop is kept; none is Local', async () => {
    const { socket, station } = await stage.raw('REASONS');
    const ids: number[] = [];
    const reasons = [...STOP_REASONS, undefined];
    for (const [index, reason] of reasons.entries()) {
      const start = { connectorId: 1, idTag: 'CARD', meterStart: index * 10, timestamp: now() };
      const { transactionId } = (await socket.ask('StartTransaction', start)) as { transactionId: number };
      ids.push(transactionId);
      const stop = { transactionId, meterStop: index * 10 + 7, timestamp: now(), ...(reason && { reason }) };
      expect(await socket.ask('StopTransaction', stop)).toEqual({});
    }
    expect(ids.every((id) => Number.isInteger(id) && id > 0)).toBe(true);
    expect(new Set(ids).size).toBe(reasons.length);
    const kept = await sessions(station.stationId);
    expect(kept.map(({ stop_reason }) => stop_reason)).toEqual([...STOP_REASONS, 'Local']);
    expect(kept.every(({ energy_wh }) => Number(energy_wh) === 7)).toBe(true);
  });

  it('of a token that is refused are recorded all the same; the station ends them', async () => {
    const { simulated, station } = await stage.simulate('REFUSED-CARD');
    await playScenario(simulated, [
      { do: 'start', connectorId: 1, idToken: 'BLOCKED' },
      { do: 'wait-until', condition: 'not-charging' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(await sessions(station.stationId)).toMatchObject([{ state: 'ended', stop_reason: 'DeAuthorized' }]);
  });

  it('that began and ended offline are told in order; the stop waits for the id of its start', async () => {
    const { simulated, station } = await stage.simulate('AWAY');
    await playScenario(simulated, [
      { do: 'cut-network' },
      { do: 'start', connectorId: 1, idToken: 'CARD' },
      { do: 'sample', connectorId: 1 },
      { do: 'stop', connectorId: 1 },
      { do: 'unplug', connectorId: 1 },
      { do: 'restore-network' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    const [session] = await sessions(station.stationId);
    expect(session).toMatchObject({ state: 'ended', ocpp_id: simulated.ledger.transactions[0]?.transactionId });
  });
});

describe('meter values', () => {
  it('of the whole station, by the clock, of every context and unit, with and without defaults', async () => {
    const { socket, station } = await stage.raw('METERS');
    const contexts = [
      'Interruption.Begin',
      'Interruption.End',
      'Other',
      'Sample.Clock',
      'Sample.Periodic',
      'Transaction.Begin',
      'Transaction.End',
      'Trigger',
    ];
    const sampledValue = [
      { value: '1500' },
      { value: '1.5', unit: 'kWh' },
      { value: '21.5', measurand: 'Temperature', unit: 'Celcius' },
      { value: '21.5', measurand: 'Temperature', unit: 'Celsius' },
      { value: 'OCMF|{}|{}', format: 'SignedData' },
      ...contexts.map((context) => ({ value: '1', context, measurand: 'SoC', unit: 'Percent', location: 'EV' })),
    ];
    expect(await socket.ask('MeterValues', { connectorId: 0, meterValue: [{ timestamp: now(), sampledValue }] })).toEqual({});
    expect(
      await socket.ask('MeterValues', { connectorId: 1, transactionId: 999_999, meterValue: [{ timestamp: now(), sampledValue }] }),
    ).toEqual({});
    const [kept] = await stage.sql<{ samples: unknown[] }>('SELECT samples FROM meter_value WHERE station_id = $1 LIMIT 1', [
      station.stationId,
    ]);
    expect(kept?.samples).toHaveLength(sampledValue.length);
  });
});

describe('StatusNotification', () => {
  it('knows every status of a connector and of the station, and every error, also beside a status that is no fault', async () => {
    const { socket, station } = await stage.raw('STATUSES');
    const told = async () => (await stage.stations.getStation({ stationId: station.stationId })).station?.evses[0]?.connectors[0];
    for (const status of CONNECTOR_STATUSES) {
      expect(await socket.ask('StatusNotification', { connectorId: 1, status, errorCode: 'NoError', timestamp: now() })).toEqual({});
      expect(await told()).toMatchObject({ status });
    }
    for (const errorCode of CHARGE_POINT_ERROR_CODES) {
      const vendor = { vendorId: 'Acme', vendorErrorCode: 'E-1', info: 'warm' };
      expect(
        await socket.ask('StatusNotification', { connectorId: 1, status: 'Charging', errorCode, timestamp: now(), ...vendor }),
      ).toEqual({});
      expect(await told()).toMatchObject({ status: 'Charging', errorCode });
    }
    for (const status of STATION_STATUSES) {
      expect(await socket.ask('StatusNotification', { connectorId: 0, status, errorCode: 'NoError' })).toEqual({});
    }
    expect(await told()).toMatchObject({ status: 'Charging' });
  });
});

describe('the key of a station', () => {
  it('is changed by a command: the station comes back with the new one, and the old one is refused', async () => {
    const { simulated, station } = await stage.simulate('ROTATES');
    const key = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
    expect(await stage.command(station.stationId, 'ChangeConfiguration', { key: 'AuthorizationKey', value: key })).toEqual({
      status: 'Accepted',
    });
    await eventually(
      () => simulated.ledger.messages.filter(({ action }) => action === 'BootNotification').length === 2 && simulated.online,
    );
    expect(await statusOf('ROTATES', { password: STATION_PASSWORD })).toBe(401);
    const read = await stage.command(station.stationId, 'GetConfiguration', { key: ['AuthorizationKey'] });
    expect(JSON.stringify(read)).not.toContain(key);
  });
});
