import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MessageDirection, type ListMessagesRequestSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Caller } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

let csms: RunningCsms;
let demo: TestTenant;
let station: StationOnTheWire;

const OWNER = { driverId: uuidv7(), organisationId: uuidv7() };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

beforeAll(async () => {
  csms = await RunningCsms.start();
  demo = await csms.tenant('demo');
  const { stationId } = await csms.station(demo, 'Read');
  station = new StationOnTheWire(csms.bus, { tenantId: demo.tenantId, tenant: demo.slug, stationId, identity: 'Read' });
});
afterAll(() => csms.stop());

describe('raw messages', () => {
  const told: string[] = [];

  /** Told so long ago, under a message id that names it. */
  async function archived(
    messageId: string,
    agoMs: number,
    o: { direction?: string; action?: string; result?: string; response?: string } = {},
  ) {
    told.push(messageId);
    await csms.admin.query(
      `INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame,
         response_frame, result)
       VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10)`,
      [
        new Date(Date.now() - agoMs),
        uuidv7(),
        demo.tenantId,
        station.stationId,
        o.direction ?? 'from-station',
        o.action ?? 'Heartbeat',
        messageId,
        JSON.stringify([2, messageId, o.action ?? 'Heartbeat', {}]),
        o.response ?? null,
        o.result ?? 'ok',
      ],
    );
  }

  const listed = async (filter: MessageInitShape<typeof ListMessagesRequestSchema>): Promise<string[]> => {
    const { stations } = csms.as('support', demo.tenantId);
    const { messages } = await stations.listMessages({ ...filter, stationId: station.stationId });
    return messages.map(({ messageId }) => messageId);
  };
  const ago = (ms: number) => timestampFromDate(new Date(Date.now() - ms));

  beforeAll(async () => {
    await archived('sent', HOUR_MS, { direction: 'to-station', action: 'Reset', response: '[3,"sent",{"status":"Accepted"}]' });
    await archived('bad', 2 * HOUR_MS, { action: 'Odd', result: 'NotImplemented' });
    await archived('malformed', 3 * HOUR_MS, { action: '', result: 'malformed' });
    await archived('yesterday', DAY_MS + HOUR_MS, { response: '[3,"yesterday",{"currentTime":"2026-11-27T10:00:00Z"}]' });
    await archived('old', 8 * DAY_MS);
  });

  it.each<[string, MessageInitShape<typeof ListMessagesRequestSchema>, string[]]>([
    ['all', {}, ['sent', 'bad', 'malformed', 'yesterday', 'old']],
    ['to the station', { direction: MessageDirection.TO_STATION }, ['sent']],
    ['from the station', { direction: MessageDirection.FROM_STATION, result: 'ok' }, ['yesterday', 'old']],
    ['of an action', { action: 'Reset' }, ['sent']],
    ['with a result', { result: 'NotImplemented' }, ['bad']],
    ['that went wrong', { result: 'not-ok' }, ['bad', 'malformed']],
    ['with a text in the request, in any case', { text: 'ODD' }, ['bad']],
    ['with a text in the answer', { text: 'accepted' }, ['sent']],
    ['with a text that is a pattern elsewhere', { text: '%' }, []],
    ['with a text: of the last seven days', { text: 'heartbeat' }, ['yesterday']],
  ])('are listed newest first: %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });

  it('are listed within a time, which also moves how far back a text is searched', async () => {
    expect(await listed({ receivedFrom: ago(2.5 * HOUR_MS), receivedBefore: ago(1.5 * HOUR_MS) })).toEqual(['bad']);
    expect(await listed({ receivedBefore: ago(2 * DAY_MS) })).toEqual(['old']);
    expect(await listed({ receivedBefore: ago(2 * DAY_MS), text: 'heartbeat' })).toEqual(['old']);
    expect(await listed({ receivedBefore: ago(2 * DAY_MS), receivedFrom: ago(7 * DAY_MS), text: 'heartbeat' })).toEqual([]);
  });

  it('that a filter leaves out are not missed by the next page', async () => {
    const { stations } = csms.as('support', demo.tenantId);
    const filter = { stationId: station.stationId, result: 'not-ok' };
    const first = await stations.listMessages({ ...filter, page: { limit: 1 } });
    const second = await stations.listMessages({ ...filter, page: { limit: 1, cursor: first.page?.nextCursor ?? '' } });
    expect([...first.messages, ...second.messages].map(({ messageId }) => messageId)).toEqual(['bad', 'malformed']);
    expect(second.page?.nextCursor).toBe('');
  });
});

describe('meter values of a session', () => {
  it('are shown to staff, to whose session it is, and to nobody else', async () => {
    const card = [uuidv7(), demo.tenantId, OWNER.driverId, OWNER.organisationId];
    await csms.admin.query(
      `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, allow_concurrent, driver_id, organisation_id, version)
       VALUES ($1, $2, 'CARD', 'active', true, $3, $4, 1)`,
      card,
    );
    const ocppId = await station.begin();
    await station.meter(ocppId, 2_000);
    const { rows } = await csms.admin.query<{ id: string }>('SELECT transaction_id AS id FROM ocpp_transaction WHERE ocpp_id = $1', [
      ocppId,
    ]);
    const sessionId = rows[0]?.id ?? '';
    const asked = async (caller: Omit<Caller, 'subject' | 'tenantId'>, tenantId = demo.tenantId) => {
      const { stations } = csms.asCaller({ subject: 'someone', tenantId, ...caller });
      return codeOf(stations.listMeterValues({ sessionId }));
    };
    const stranger = { driverId: uuidv7(), organisationId: uuidv7() };
    expect(await asked({ roles: ['support'] })).toBe('answered');
    expect(await asked({ roles: ['driver'], driverId: OWNER.driverId })).toBe('answered');
    expect(await asked({ roles: ['fleet-manager'], organisationId: OWNER.organisationId })).toBe('answered');
    expect(await asked({ roles: ['guest'], kind: 'guest', resource: `session:${sessionId}` })).toBe('answered');
    expect(await asked({ roles: [], kind: 'api-key', scopes: ['sessions:read'] })).toBe('answered');
    expect(await asked({ roles: ['operator', 'driver'], ...stranger })).toBe('answered');
    const unknown = 'csms.session-unknown';
    expect(await asked({ roles: ['driver', 'fleet-manager'], ...stranger })).toBe(unknown);
    expect(await asked({ roles: ['driver'] })).toBe(unknown);
    // A role gives its own rows, and not those of another role.
    expect(await asked({ roles: ['driver'], organisationId: OWNER.organisationId })).toBe(unknown);
    expect(await asked({ roles: ['fleet-manager'], driverId: OWNER.driverId })).toBe(unknown);
    expect(await asked({ roles: ['guest'], kind: 'guest', resource: `session:${uuidv7()}` })).toBe(unknown);
    expect(await asked({ roles: ['driver'], driverId: OWNER.driverId }, uuidv7())).toBe(unknown);
    expect(await asked({ roles: [], kind: 'api-key', scopes: ['stations:read'] })).toBe('grpc.role-missing');
  });
});
