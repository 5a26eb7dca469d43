import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandStateSchema, type CommandState, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { StationSettings } from '../src/commands/station-settings.js';
import { answers, FakeSocket, refuses, type Behaviour } from './support/fake-gateway.js';
import { RunningCsms, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
const sockets: FakeSocket[] = [];

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_SETTINGS_DELAY_MS: '0' });
  demo = await csms.tenant('demo');
});
afterAll(() => csms.stop());
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

async function online(identity: string, behaviour: Behaviour): Promise<StationState> {
  const station = await csms.station(demo, identity);
  await csms.admin.query('UPDATE charging_station SET connection_epoch = 1, open_epoch = 1, online = true WHERE station_id = $1', [
    station.stationId,
  ]);
  sockets.push(await FakeSocket.open(csms.bus, demo.slug, identity, 1, behaviour));
  return station;
}

async function send({ stationId }: StationState, action: string, payload: object = {}): Promise<string> {
  const { commands } = csms.as('operator', demo.tenantId);
  const { command } = await commands.sendCommand({ stationId, action, payloadJson: JSON.stringify(payload) }, { timeoutMs: 20_000 });
  return command?.commandId ?? '';
}

async function told(commandId: string): Promise<CommandState[]> {
  return (await csms.facts(commandId)).map(({ payload }) => fromJson(CommandStateSchema, payload as JsonValue));
}

describe('a command is told', () => {
  it('when it is recorded, and with its outcome', async () => {
    const station = await online('Told', answers({ status: 'Accepted' }));
    const commandId = await send(station, 'Reset', { type: 'Soft' });
    const facts = await csms.facts(commandId);
    expect(facts.map(({ subject, tenant_id: tenantId, version }) => [subject, tenantId, version])).toEqual(
      ['1', '2'].map((version) => [`fact.csms.command.changed.v1.demo.${commandId}`, demo.tenantId, version]),
    );
    const of = { commandId, stationId: station.stationId, stationIdentity: 'Told', action: 'Reset', payloadJson: '{"type":"Soft"}' };
    expect(facts.map(({ payload }) => payload)).toMatchObject([
      { ...of, version: '1', tenantId: demo.tenantId, outcome: 'COMMAND_OUTCOME_PENDING', requestedBy: 'some-operator' },
      { ...of, version: '2', outcome: 'COMMAND_OUTCOME_ANSWERED', responseJson: '{"status":"Accepted"}' },
    ]);
  });

  it('without what is secret, and without what is too large', async () => {
    const secret = 'a-new-secret-password';
    const station = await online('Secrets', answers({ status: 'Accepted' }));
    const change = await send(station, 'ChangeConfiguration', { key: 'AuthorizationKey', value: secret });
    const location = `ftp://user:${secret}@files.example/log`;
    const diagnostics = await send(station, 'GetDiagnostics', { location });
    expect((await told(diagnostics))[0]?.payloadJson).toBe('{"location":"ftp://user:[hidden]@files.example/log"}');
    expect(JSON.stringify([await csms.facts(change), await csms.facts(diagnostics)])).not.toContain(secret);
    const large = await send(station, 'DataTransfer', { vendorId: 'x', data: 'x'.repeat(300_000) });
    expect(await told(large)).toMatchObject([{ payloadJson: '' }, { payloadJson: '', version: 2n }]);
  });

  it('when nobody could be reached, when the station refuses, and when the sender died', async () => {
    const offline = await send(await csms.station(demo, 'Nobody'), 'ClearCache');
    expect((await told(offline)).map(({ outcome }) => outcome)).toHaveLength(2);
    const refused = await send(await online('Refuses', refuses('NotSupported', 'x'.repeat(5_000))), 'ClearCache');
    expect((await told(refused))[1]).toMatchObject({ errorCode: 'NotSupported', errorDescription: 'x'.repeat(1_000) });
    const dead = uuidv7();
    const { stationId } = await csms.station(demo, 'Dead');
    await csms.admin.query(
      `INSERT INTO command (command_id, tenant_id, station_id, action, payload, outcome, requested_by, requested_at, deadline)
       VALUES ($1, $2, $3, 'ClearCache', '{}', 'pending', 'somebody', now(), now() - interval '1 minute')`,
      [dead, demo.tenantId, stationId],
    );
    const facts = await eventually(
      async () => {
        const found = await csms.facts(dead);
        return found.length > 0 && found;
      },
      { timeoutMs: 20_000 },
    );
    expect(facts).toMatchObject([{ version: '2', payload: { outcome: 'COMMAND_OUTCOME_TIMEOUT', stationIdentity: 'Dead' } }]);
  });

  it('also when csms sends it by itself, which is not audited', async () => {
    const station = await online('Settings', answers({ status: 'Accepted' }));
    csms.replicas[0]?.service.app.get(StationSettings).stationBooted({ tenantId: demo.tenantId, stationId: station.stationId });
    const ids = await eventually(
      async () => {
        const { rows } = await csms.admin.query<{ command_id: string }>(
          `SELECT command_id FROM command WHERE station_id = $1 AND outcome = 'answered'`,
          [station.stationId],
        );
        return rows.length === 4 && rows.map((row) => row.command_id);
      },
      { timeoutMs: 20_000 },
    );
    for (const id of ids) expect(await told(id)).toMatchObject([{ requestedBy: 'ocpp-csms' }, { version: 2n }]);
    expect(await deeds(station.stationId)).toEqual(['charging-station.created']);
  });
});

/** What the audit trail says of an entity, oldest first. */
async function entries(entityId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await csms.admin.query<{ payload: Record<string, unknown> }>(
    `SELECT payload::jsonb FROM outbox WHERE subject LIKE 'fact.csms.audit.recorded.v1.%' AND payload::jsonb ->> 'entityId' = $1
      ORDER BY created_at, id`,
    [entityId],
  );
  return rows.map(({ payload }) => payload);
}

async function deeds(entityId: string): Promise<unknown[]> {
  return (await entries(entityId)).map(({ action }) => action);
}

describe('the audit trail', () => {
  it('has who did what to a station, and no secret', async () => {
    const station = await csms.station(demo, 'Audited', { password: 'the-first-password' });
    const { stationId } = station;
    const { stations } = csms.as('tenant-admin', demo.tenantId);
    await stations.setRegistration({ stationId, registration: 2 });
    await stations.setRegistration({ stationId, registration: 2 });
    await stations.setRegistration({ stationId, registration: 1 });
    await stations.setStationPassword({ stationId, password: 'the-second-password' });
    const commandId = await send(station, 'Reset', { type: 'Hard' });
    const found = await entries(stationId);
    expect(
      found.map(({ action, actor, entityType, entityName, tenantId, context }) => ({
        action,
        actor,
        entityType,
        entityName,
        tenantId,
        context,
      })),
    ).toEqual(
      [
        ['charging-station.created', 'some-operator'],
        ['charging-station.registration-set', 'some-tenant-admin'],
        ['charging-station.registration-set', 'some-tenant-admin'],
        ['charging-station.password-set', 'some-tenant-admin'],
        ['command.sent', 'some-operator'],
      ].map(([action, id]) => ({
        action,
        actor: { kind: 'AUDIT_ACTOR_KIND_PERSON', id },
        entityType: 'charging-station',
        entityName: 'Audited',
        tenantId: demo.tenantId,
        context: 'csms',
      })),
    );
    const details = found.map(({ detailJson }) => (detailJson === undefined ? undefined : (JSON.parse(String(detailJson)) as unknown)));
    expect(details).toEqual([
      { locationId: demo.locationId },
      { registration: 'pending', before: 'accepted' },
      { registration: 'accepted', before: 'pending' },
      undefined,
      { commandId, command: 'Reset' },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/the-(first|second)-password/);
  });

  it('has who made a place, and nothing of what was refused', async () => {
    expect(await deeds(demo.siteId)).toEqual(['site.created']);
    expect(await entries(demo.locationId)).toMatchObject([{ action: 'location.created', entityName: 'Yard' }]);
    const { stations } = csms.as('operator', demo.tenantId);
    const audited = async () =>
      (await csms.admin.query(`SELECT FROM outbox WHERE subject LIKE 'fact.csms.audit.%' AND tenant_id = $1`, [demo.tenantId])).rowCount;
    const before = await audited();
    await expect(stations.createSite({ name: 'Harbour', timeZone: 'UTC' })).rejects.toMatchObject({ code: 'csms.site-name-taken' });
    const location = { locationId: uuidv7(), identity: 'X', evses: [{ connectors: [{}] }] };
    await expect(stations.createStation(location)).rejects.toMatchObject({ code: 'csms.location-unknown' });
    expect(await audited()).toBe(before);
  });
});
