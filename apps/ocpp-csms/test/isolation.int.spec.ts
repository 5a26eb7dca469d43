import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CommandRunService,
  CommandService,
  IntakeService,
  RegistrationStatus,
  StationService,
  type StationState,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import { LEASE_SQL } from '@ampline/platform-lease';
import { INBOX_SQL, OUTBOX_SQL } from '@ampline/platform-outbox';
import { rlsReport, roleReport, schemaDrift } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { commandBinding, commandRunBinding, intakeBinding, stationBinding } from '../src/access.js';
import { dmmf } from '../src/generated/dmmf.js';
import { answers, FakeSocket } from './support/fake-gateway.js';
import { RunningCsms, SECRET, type Clients, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let mine: TestTenant;
let theirs: TestTenant;
let theirStation: StationState;
let theirSession: string;
let theirCommand: string;
let theirRun: string;
let theirIssue: string;
let theirSocket: FakeSocket;
let me: Clients;

const SECRET_NAME = 'Their-Secret-Station';
const CLEAR_CACHE = { action: 'ClearCache' };

beforeAll(async () => {
  csms = await RunningCsms.start();
  mine = await csms.tenant('meins');
  theirs = await csms.tenant('fremd');
  me = csms.as('tenant-admin', mine.tenantId);
  theirStation = await csms.station(theirs, SECRET_NAME, { password: 'their-own-password' });
  theirSocket = await FakeSocket.open(csms.bus, theirs.slug, SECRET_NAME, 0, answers({ status: 'Accepted' }));
  const { stationId } = theirStation;
  const { commands, runs } = csms.as('operator', theirs.tenantId);
  theirCommand = (await commands.sendCommand({ stationId, action: 'ClearCache' })).command?.commandId ?? '';
  theirRun = (await runs.startCommandRun({ selection: {}, command: CLEAR_CACHE })).run?.runId ?? '';
  theirSession = uuidv7();
  await csms.admin.query(
    `INSERT INTO ocpp_transaction (transaction_id, tenant_id, station_id, connector_number, ocpp_id, start_key, id_token, decision, state,
       started_at, started_clock, started_received_at, meter_start_wh, meter_last_wh, place, told_at)
     VALUES ($1, $2, $3, 1, nextval('ocpp_transaction_number'), '\\x00', 'A', 'Accepted', 'active', now(), 'plausible', now(), 0, 0, '{}', now())`,
    [theirSession, theirs.tenantId, stationId],
  );
  await csms.admin.query(
    `INSERT INTO meter_value (received_at, message_uuid, ordinal, tenant_id, station_id, connector_number, transaction_id, taken_raw, samples)
     VALUES (now(), $1, 0, $2, $3, 1, $4, '', '[]')`,
    [uuidv7(), theirs.tenantId, stationId, theirSession],
  );
  theirIssue = uuidv7();
  await csms.admin.query(
    `INSERT INTO intake_issue (issue_id, tenant_id, station_id, reason, finding_key, explanation, frame, message_uuid, message_received_at, raised_at)
     VALUES ($1, $2, $3, 'stop-unknown-transaction', 'x', '', '[2,"m","StopTransaction",{}]', $1, now(), now())`,
    [theirIssue, theirs.tenantId, stationId],
  );
});
afterAll(async () => {
  await theirSocket.close();
  await csms.stop();
});

/** Every method of the management API, asked by a tenant admin for what is another tenant's: the answer must be this. */
const WALK: Record<string, { ask: () => Promise<unknown>; expects: string | 'nothing of theirs' }> = {
  createSite: { ask: () => me.stations.createSite({ name: 'Harbour 2', timeZone: 'UTC' }), expects: 'nothing of theirs' },
  listSites: { ask: () => me.stations.listSites({}), expects: 'nothing of theirs' },
  createLocation: {
    ask: () =>
      me.stations.createLocation({
        siteId: theirs.siteId,
        name: 'Mine now',
        address: 'a',
        postalCode: 'b',
        city: 'c',
        countryCode: 'DEU',
      }),
    expects: 'csms.site-unknown',
  },
  listLocations: { ask: () => me.stations.listLocations({ siteId: theirs.siteId }), expects: 'nothing of theirs' },
  createStation: {
    ask: () => me.stations.createStation({ locationId: theirs.locationId, identity: 'Mine', evses: [{ connectors: [{}] }] }),
    expects: 'csms.location-unknown',
  },
  getStation: { ask: () => me.stations.getStation({ stationId: theirStation.stationId }), expects: 'csms.station-unknown' },
  'getStation by identity': { ask: () => me.stations.getStation({ identity: SECRET_NAME }), expects: 'csms.station-unknown' },
  listStations: { ask: () => me.stations.listStations({}), expects: 'nothing of theirs' },
  batchGetStations: { ask: () => me.stations.batchGetStations({ stationIds: [theirStation.stationId] }), expects: 'nothing of theirs' },
  batchGetPlaces: {
    ask: () => me.stations.batchGetPlaces({ siteIds: [theirs.siteId], locationIds: [theirs.locationId] }),
    expects: 'nothing of theirs',
  },
  countStations: { ask: () => me.stations.countStations({}), expects: 'nothing of theirs' },
  'countStations of a site': { ask: () => me.stations.countStations({ siteIds: [theirs.siteId] }), expects: 'nothing of theirs' },
  'listStations by connector': {
    ask: () => me.stations.listStations({ connectorStatuses: ['Unknown'], search: SECRET_NAME }),
    expects: 'nothing of theirs',
  },
  'listStations of a site': { ask: () => me.stations.listStations({ siteId: theirs.siteId }), expects: 'nothing of theirs' },
  setRegistration: {
    ask: () => me.stations.setRegistration({ stationId: theirStation.stationId, registration: RegistrationStatus.REJECTED }),
    expects: 'csms.station-unknown',
  },
  setStationPassword: {
    ask: () => me.stations.setStationPassword({ stationId: theirStation.stationId, password: 'my-new-password-here' }),
    expects: 'csms.station-unknown',
  },
  listMessages: { ask: () => me.stations.listMessages({ stationId: theirStation.stationId }), expects: 'csms.station-unknown' },
  exportMessages: {
    ask: () => me.stations.exportMessages({ stationId: theirStation.stationId })[Symbol.asyncIterator]().next(),
    expects: 'nothing of theirs',
  },
  getMessageRetention: { ask: () => me.stations.getMessageRetention({}), expects: 'nothing of theirs' },
  setMessageRetention: { ask: () => me.stations.setMessageRetention({ days: 30 }), expects: 'nothing of theirs' },
  listMeterValues: { ask: () => me.stations.listMeterValues({ sessionId: theirSession }), expects: 'csms.session-unknown' },
  exportStations: { ask: () => me.stations.exportStations({})[Symbol.asyncIterator]().next(), expects: 'grpc.role-missing' },
  exportSessions: { ask: () => me.stations.exportSessions({})[Symbol.asyncIterator]().next(), expects: 'grpc.role-missing' },
  sendCommand: {
    ask: () => me.commands.sendCommand({ stationId: theirStation.stationId, action: 'ClearCache' }),
    expects: 'csms.station-unknown',
  },
  requestStart: {
    ask: () => me.commands.requestStart({ stationId: theirStation.stationId, idToken: 'A' }),
    expects: 'csms.station-unknown',
  },
  'requestStart at an EVSE': {
    ask: () => me.commands.requestStart({ stationId: theirStation.stationId, evseNumber: 1, idToken: 'A' }),
    expects: 'csms.station-unknown',
  },
  requestStop: { ask: () => me.commands.requestStop({ sessionId: theirSession }), expects: 'csms.session-unknown' },
  getCommand: { ask: () => me.commands.getCommand({ commandId: theirCommand }), expects: 'csms.command-unknown' },
  cancelCommand: { ask: () => me.commands.cancelCommand({ commandId: theirCommand }), expects: 'csms.command-unknown' },
  getCommandCatalogue: { ask: () => me.commands.getCommandCatalogue({}), expects: 'nothing of theirs' },
  previewCommandRun: {
    ask: () => me.runs.previewCommandRun({ selection: { stationIds: [theirStation.stationId] }, command: CLEAR_CACHE }),
    expects: 'nothing of theirs',
  },
  startCommandRun: {
    ask: () => me.runs.startCommandRun({ selection: { stationIds: [theirStation.stationId] }, command: CLEAR_CACHE }),
    expects: 'csms.selection-empty',
  },
  'startCommandRun at a site': {
    ask: () => me.runs.startCommandRun({ selection: { siteId: theirs.siteId }, command: CLEAR_CACHE }),
    expects: 'csms.selection-empty',
  },
  getCommandRun: { ask: () => me.runs.getCommandRun({ runId: theirRun }), expects: 'csms.command-run-unknown' },
  listCommandRuns: { ask: () => me.runs.listCommandRuns({}), expects: 'nothing of theirs' },
  listCommandRunStations: { ask: () => me.runs.listCommandRunStations({ runId: theirRun }), expects: 'csms.command-run-unknown' },
  stopCommandRun: { ask: () => me.runs.stopCommandRun({ runId: theirRun }), expects: 'csms.command-run-unknown' },
  listIntakeIssues: { ask: () => me.issues.listIntakeIssues({}), expects: 'nothing of theirs' },
  'listIntakeIssues of a station': {
    ask: () => me.issues.listIntakeIssues({ stationId: theirStation.stationId }),
    expects: 'nothing of theirs',
  },
  'listIntakeIssues of stations and a session': {
    ask: () => me.issues.listIntakeIssues({ stationIds: [theirStation.stationId], sessionId: theirSession }),
    expects: 'nothing of theirs',
  },
  countIntakeIssues: { ask: () => me.issues.countIntakeIssues({}), expects: 'nothing of theirs' },
  getIntakeIssue: { ask: () => me.issues.getIntakeIssue({ issueId: theirIssue }), expects: 'csms.intake-issue.unknown' },
  resolveIntakeIssue: {
    ask: () => me.issues.resolveIntakeIssue({ issueId: theirIssue, resolution: { case: 'dismiss', value: {} } }),
    expects: 'csms.intake-issue.unknown',
  },
  'listCommands of all stations': { ask: () => me.commands.listCommands({}), expects: 'nothing of theirs' },
  listCommands: { ask: () => me.commands.listCommands({ stationId: theirStation.stationId }), expects: 'csms.station-unknown' },
};

const outcome = async (ask: () => Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify(await ask(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  } catch (error) {
    if (AppError.is(error)) return error.code;
    throw error;
  }
};

const STATE = `
  SELECT (SELECT jsonb_agg(to_jsonb(s) ORDER BY s) FROM site s WHERE tenant_id = $1) AS sites,
         (SELECT jsonb_agg(to_jsonb(l) ORDER BY l) FROM location l WHERE tenant_id = $1) AS locations,
         (SELECT jsonb_agg(to_jsonb(s) ORDER BY s) FROM charging_station s WHERE tenant_id = $1) AS stations,
         (SELECT jsonb_agg(to_jsonb(c) ORDER BY c) FROM command c WHERE tenant_id = $1) AS commands,
         (SELECT jsonb_agg(to_jsonb(r) ORDER BY r) FROM command_run_station r WHERE tenant_id = $1) AS runs,
         (SELECT jsonb_agg(to_jsonb(i) ORDER BY i) FROM intake_issue i WHERE tenant_id = $1) AS issues,
         (SELECT count(*) FROM outbox WHERE tenant_id = $1) AS facts`;

describe('tenants apart', () => {
  it('every method is walked', () => {
    const methods = [StationService, CommandService, CommandRunService, IntakeService]
      .flatMap((service) => service.methods)
      .map((method) => method.localName)
      .sort();
    expect([...new Set(Object.keys(WALK).map((name) => name.split(' ')[0]))].sort()).toEqual(methods);
    expect([stationBinding, commandBinding, commandRunBinding, intakeBinding].flatMap(({ access }) => Object.keys(access)).sort()).toEqual(
      methods,
    );
  });

  it.each(Object.keys(WALK))('%s shows and changes nothing of another tenant', async (name) => {
    const { ask, expects } = WALK[name] as (typeof WALK)[string];
    const before = await csms.admin.query(STATE, [theirs.tenantId]);
    const answer = await outcome(ask);
    if (expects === 'nothing of theirs') {
      const ids = [
        theirs.tenantId,
        theirs.siteId,
        theirs.locationId,
        theirStation.stationId,
        theirCommand,
        theirSession,
        theirIssue,
        SECRET_NAME,
      ];
      expect(ids.filter((id) => answer.includes(id))).toEqual([]);
      expect(answer).toContain('{');
    } else {
      expect(answer).toBe(expects);
    }
    expect((await csms.admin.query(STATE, [theirs.tenantId])).rows).toEqual(before.rows);
    expect(theirSocket.executed.length).toBe(1);
  });

  it('an idempotency key of another tenant is free', async () => {
    const theirClients = csms.as('operator', theirs.tenantId);
    const key = { action: 'ClearCache', idempotencyKey: 'same' };
    const first = await theirClients.commands.sendCommand({ stationId: theirStation.stationId, ...key });
    const own = await csms.station(mine, 'Own');
    const second = await me.commands.sendCommand({ stationId: own.stationId, ...key });
    expect(second.command?.commandId).not.toBe(first.command?.commandId);
    expect(second.command?.stationId).toBe(own.stationId);
  });

  it('the same identity may exist at both', async () => {
    const own = await csms.station(mine, SECRET_NAME.toLowerCase());
    expect((await me.stations.getStation({ identity: SECRET_NAME })).station?.stationId).toBe(own.stationId);
  });
});

describe('the database', () => {
  it('forces row security on every table of tenants, and the roles own nothing', async () => {
    expect(await rlsReport(csms.database.adminUrl, ['csms'])).toEqual([]);
    for (const role of ['app', 'worker']) {
      const password = derivedPassword(SECRET, `postgres:csms_${role}`);
      expect(await roleReport(csms.database.urlFor(`csms_${role}`, password))).toEqual([]);
    }
  });

  it('has the columns that Prisma believes in', async () => {
    const { rows } = await csms.admin.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'csms'::regnamespace AND relkind IN ('r', 'p')`,
    );
    const modelled = dmmf.models.map((model) => model.dbName ?? model.name);
    const ignoreTables = rows.map(({ name }) => name).filter((name) => !modelled.includes(name));
    expect(await schemaDrift(csms.admin, 'csms', dmmf, { ignoreTables })).toEqual([]);
  });

  it('has the tables of the outbox, the inbox and the leases as their libraries define them', () => {
    const migration = readFileSync(new URL('../migrations/0001_init.sql', import.meta.url), 'utf8');
    for (const part of [OUTBOX_SQL, INBOX_SQL, LEASE_SQL]) expect(migration).toContain(part.trim());
  });
});
