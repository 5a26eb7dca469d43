import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionStateSchema, StationStateSchema, type SessionState, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { fromJson, type DescMessage, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import { answers, FakeSocket } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

let csms: RunningCsms;
let tenants: TestTenant[];
const stations = new Map<string, StationOnTheWire>();

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_EXPORT_BATCH_SIZE: '2', OCPP_CSMS_SETTINGS_DELAY_MS: '0' });
  tenants = [await csms.tenant('one'), await csms.tenant('two')];
  for (const tenant of tenants) {
    for (const identity of ['A', 'B', 'C']) {
      const { stationId } = await csms.station(tenant, identity, { evses: 2 });
      const { tenantId, slug } = tenant;
      stations.set(`${slug}/${identity}`, new StationOnTheWire(csms.bus, { tenantId, tenant: slug, stationId, identity }));
    }
    await csms.admin.query(
      `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, allow_concurrent, version) VALUES ($1, $2, 'CARD', 'active', true, 1)`,
      [uuidv7(), tenant.tenantId],
    );
  }
});
afterAll(() => csms.stop());

const CHARGE = { vendor: 'Acme', model: 'X1' };

async function connect(station: StationOnTheWire): Promise<void> {
  expect((await station.admit()).outcome).toBe('accepted');
  await station.report('opened');
  const boot = { chargePointVendor: CHARGE.vendor, chargePointModel: CHARGE.model };
  expect(await station.call('BootNotification', boot)).toMatchObject({ payload: { status: 'Accepted' } });
  for (const connectorId of [1, 2]) await station.call('StatusNotification', { connectorId, errorCode: 'NoError', status: 'Available' });
}

async function start(station: StationOnTheWire): Promise<number> {
  const request = { connectorId: 1, idTag: 'CARD', meterStart: 1_000, timestamp: new Date().toISOString() };
  const answer = await station.call('StartTransaction', request);
  expect(answer).toMatchObject({ kind: 'result', payload: { idTagInfo: { status: 'Accepted' } } });
  return answer.kind === 'result' ? (answer.payload['transactionId'] as number) : 0;
}

async function meter(station: StationOnTheWire, transactionId: number, wh: number): Promise<void> {
  const sampledValue = [
    { value: String(wh), unit: 'Wh' },
    { value: '11000', measurand: 'Power.Active.Import', unit: 'W' },
  ];
  await station.call('MeterValues', { connectorId: 1, transactionId, meterValue: [{ timestamp: new Date().toISOString(), sampledValue }] });
}

async function newest<D extends DescMessage>(schema: D, key: string): Promise<MessageShape<D>> {
  return fromJson(schema, (await csms.facts(key)).at(-1)?.payload as JsonValue);
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('the service, driven as a gateway drives it', () => {
  it('takes in sessions, and is told of stations that came and went', async () => {
    for (const station of stations.values()) {
      await connect(station);
      const transactionId = await start(station);
      await meter(station, transactionId, 1_250);
      if (station.identity === 'C') continue;
      const stop = { transactionId, meterStop: 2_000, timestamp: new Date().toISOString(), reason: 'Local' };
      expect(await station.call('StopTransaction', stop)).toMatchObject({ kind: 'result' });
    }
    await stations.get('one/A')?.report('closed');
    const { stations: listed } = await csms.as('operator', tenants[0]?.tenantId).stations.listStations({});
    expect(listed).toMatchObject([
      { identity: 'A', online: false, ...CHARGE },
      { identity: 'B', online: true },
      { identity: 'C', online: true },
    ]);
    expect(listed[0]?.evses[0]?.connectors[0]).toMatchObject({ status: 'Available', errorCode: 'NoError' });
  });

  it('shows the raw messages of a station and the meter values of a session', async () => {
    const { stations: api } = csms.as('support', tenants[0]?.tenantId);
    const station = stations.get('one/B') as StationOnTheWire;
    const messages: string[] = [];
    for (let cursor = ''; ;) {
      const answer = await api.listMessages({ stationId: station.stationId, page: { limit: 2, cursor } });
      messages.push(...answer.messages.filter(({ action }) => action !== 'ChangeConfiguration').map(({ action }) => action));
      cursor = answer.page?.nextCursor ?? '';
      if (cursor === '') break;
    }
    const sent = ['BootNotification', 'StatusNotification', 'StatusNotification', 'StartTransaction', 'MeterValues', 'StopTransaction'];
    expect(messages).toEqual(sent.toReversed());
    const [boot] = (await api.listMessages({ stationId: station.stationId, action: 'BootNotification' })).messages;
    expect(boot?.requestFrame).toContain('"chargePointVendor":"Acme"');
    expect(boot?.responseFrame).toContain('"Accepted"');
    const { rows } = await csms.admin.query<{ id: string }>('SELECT transaction_id AS id FROM ocpp_transaction WHERE station_id = $1', [
      station.stationId,
    ]);
    const { meterValues } = await api.listMeterValues({ sessionId: rows[0]?.id ?? '', page: { limit: 10 } });
    expect(meterValues[0]).toMatchObject({ registerWh: 1_250n, powerW: 11_000n });
    expect(meterValues[0]?.samplesJson).toContain('1250');
  });

  it('pages of large messages end before an answer would be too large', async () => {
    const { stationId, tenantId } = stations.get('two/A') as StationOnTheWire;
    await csms.admin.query(
      `INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame,
                                 response_frame, result, answered_at)
       SELECT now() - n * interval '1 second', gen_random_uuid(), $1, $2, 1, 'from-station', 'DataTransfer', 'large-' || n,
              repeat('x', CASE n WHEN 3 THEN 5 ELSE 1 END * 1500000), '[3,"",{}]', 'ok', now()
         FROM generate_series(0, 9) n`,
      [tenantId, stationId],
    );
    const pages: number[] = [];
    const ids: string[] = [];
    const { stations: api } = csms.as('support', tenantId);
    let cursor = '';
    do {
      const { messages, page } = await api.listMessages({ stationId, action: 'DataTransfer', page: { limit: 500, cursor } });
      pages.push(messages.length);
      ids.push(...messages.map(({ messageId, requestFrame }) => `${messageId} ${requestFrame.length}`));
      cursor = page?.nextCursor ?? '';
    } while (cursor !== '');
    expect(ids).toEqual(Array.from({ length: 10 }, (_, n) => `large-${n} ${n === 3 ? 7_500_000 : 1_500_000}`));
    expect(pages).toEqual([2, 1, 1, 2, 2, 2]);
  });

  it('a stop by request reaches the station that has the session', async () => {
    const station = stations.get('one/C') as StationOnTheWire;
    const { rows } = await csms.admin.query<{ id: string; ocpp_id: number }>(
      'SELECT transaction_id AS id, ocpp_id FROM ocpp_transaction WHERE station_id = $1',
      [station.stationId],
    );
    const socket = await FakeSocket.open(csms.bus, 'one', 'C', station.epoch, answers({ status: 'Accepted' }));
    await csms.as('operator', tenants[0]?.tenantId).commands.requestStop({ sessionId: rows[0]?.id ?? '' });
    expect(socket.executed.at(-1)).toMatchObject({ action: 'RemoteStopTransaction', payload: { transactionId: rows[0]?.ocpp_id } });
    await socket.close();
  });

  it('an accepted boot brings the station to its settings', async () => {
    const station = stations.get('two/C') as StationOnTheWire;
    const socket = await FakeSocket.open(csms.bus, 'two', 'C', station.epoch, answers({ status: 'Accepted' }));
    await station.call('BootNotification', { chargePointVendor: CHARGE.vendor, chargePointModel: CHARGE.model });
    await eventually(() => socket.executed.length >= 4, { timeoutMs: 20_000 });
    expect(socket.executed[0]).toMatchObject({ action: 'ChangeConfiguration', payload: { key: 'TransactionMessageAttempts' } });
    await socket.close();
  });

  it('an availability that was scheduled comes true with the status that says so', async () => {
    const station = stations.get('two/B') as StationOnTheWire;
    const { stations: api, commands } = csms.as('operator', tenants[1]?.tenantId);
    const operative = async () =>
      (await api.getStation({ stationId: station.stationId })).station?.evses.map((evse) => evse.connectors[0]?.operative);
    const socket = await FakeSocket.open(csms.bus, 'two', 'B', station.epoch, answers({ status: 'Scheduled' }));
    const payloadJson = JSON.stringify({ connectorId: 1, type: 'Inoperative' });
    await commands.sendCommand({ stationId: station.stationId, action: 'ChangeAvailability', payloadJson });
    await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Finishing' });
    expect(await operative()).toEqual([true, true]);
    await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Unavailable' });
    expect(await operative()).toEqual([false, true]);
    await station.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
    expect(await operative()).toEqual([false, true]);
    await socket.close();
  });
});

describe('the export', () => {
  it('of stations is what their newest facts tell, of all tenants, from any place on', async () => {
    const { stations: api } = csms.as('service');
    const exported = (await all(api.exportStations({}))).map(({ station }) => station as StationState);
    expect(exported.map(({ stationId }) => stationId)).toEqual([...stations.values()].map(({ stationId }) => stationId).sort());
    for (const state of exported) {
      const { lastSeenAt: _ours, ...told } = await newest(StationStateSchema, state.stationId);
      const { lastSeenAt: _now, ...shown } = state;
      expect(shown).toEqual(told);
    }
    const rest = await all(api.exportStations({ after: exported[2]?.stationId ?? '' }));
    expect(rest.map(({ station }) => station?.stationId)).toEqual(exported.slice(3).map(({ stationId }) => stationId));
    expect(await codeOf(all(api.exportStations({ after: 'x' })))).toBe('csms.invalid-field');
  });

  it('of sessions is what their newest facts tell, of all tenants, from any place on', async () => {
    const { stations: api } = csms.as('service');
    const exported = await all(api.exportSessions({}));
    expect(exported.length).toBe(stations.size);
    expect(new Set(exported.map(({ tenantId }) => tenantId))).toEqual(new Set(tenants.map(({ tenantId }) => tenantId)));
    const ended = exported.map(({ session }) => session as SessionState).filter(({ endedAt }) => endedAt !== undefined);
    expect(ended.length).toBe(4);
    for (const state of ended) {
      expect(state).toMatchObject({ energyWh: 1_000n, meterStartWh: 1_000n, meterLastWh: 2_000n });
      expect(state).toEqual(await newest(SessionStateSchema, state.sessionId));
    }
    const rest = await all(api.exportSessions({ after: exported[3]?.session?.sessionId ?? '' }));
    expect(rest).toEqual(exported.slice(4));
  });
});
