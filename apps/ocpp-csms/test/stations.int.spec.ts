import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RegistrationStatus, StationPathSubject, StationStateSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { matchesStationPassword } from '../src/stations/station-password.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
let operator: Clients;

beforeAll(async () => {
  csms = await RunningCsms.start();
  demo = await csms.tenant('demo');
  operator = csms.as('operator', demo.tenantId);
});
afterAll(() => csms.stop());

const address = { address: 'Hafenstr. 1', postalCode: '20457', city: 'Hamburg', countryCode: 'DEU' };

describe('sites and locations', () => {
  it('are created and listed page by page', async () => {
    const own = await csms.tenant('places');
    const { stations } = csms.as('operator', own.tenantId);
    for (const name of ['Airport', 'Depot', 'Zoo']) await stations.createSite({ name, timeZone: 'Europe/Vienna' });
    const first = await stations.listSites({ page: { limit: 3 } });
    const rest = await stations.listSites({ page: { limit: 3, cursor: first.page?.nextCursor ?? '' } });
    expect([...first.sites, ...rest.sites].map((site) => site.name)).toEqual(['Airport', 'Depot', 'Harbour', 'Zoo']);
    expect(rest.page?.nextCursor).toBe('');
    const position = { latitude: '53.5438', longitude: '-9.9768123' };
    const { location } = await stations.createLocation({ siteId: own.siteId, name: 'Quay', ...address, ...position });
    expect(location).toMatchObject({ siteId: own.siteId, name: 'Quay', ...address, ...position });
    const ofSite = await stations.listLocations({ siteId: own.siteId, page: { limit: 1 } });
    const next = await stations.listLocations({ siteId: own.siteId, page: { limit: 1, cursor: ofSite.page?.nextCursor ?? '' } });
    expect([...ofSite.locations, ...next.locations].map(({ name }) => name)).toEqual(['Yard', 'Quay']);
    expect((await stations.listLocations({ siteId: first.sites[0]?.siteId ?? '' })).locations).toEqual([]);
  });

  it('are refused with a code', async () => {
    const { stations } = operator;
    expect(await codeOf(stations.createSite({ name: 'Harbour', timeZone: 'Europe/Berlin' }))).toBe('csms.site-name-taken');
    expect(await codeOf(stations.createSite({ name: 'New', timeZone: 'Europe/Atlantis' }))).toBe('csms.invalid-field');
    expect(await codeOf(stations.createLocation({ siteId: uuidv7(), name: 'Quay', ...address }))).toBe('csms.site-unknown');
    expect(await codeOf(stations.createLocation({ siteId: 'x', name: 'Quay', ...address }))).toBe('csms.invalid-field');
    expect(await codeOf(stations.listSites({ page: { limit: 501 } }))).toBe('database.bad-page-limit');
    expect(await codeOf(stations.listSites({ page: { cursor: 'none of ours' } }))).toBe('database.bad-cursor');
  });
});

describe('stations', () => {
  it('are told with their whole state in the transaction that creates them', async () => {
    const evses = [
      { code: 'DE*AMP*E0001*1', connectors: [{ type: 'cCCS2', maxPowerW: 150_000n }, { type: 'cChaoJi' }] },
      { connectors: [{}] },
    ];
    const request = { locationId: demo.locationId, identity: 'Harbour-01', evses, vendor: 'Acme', model: 'X1' };
    const { station } = await operator.stations.createStation(request);
    expect(station).toMatchObject({
      version: 1n,
      tenantId: demo.tenantId,
      identity: 'Harbour-01',
      siteId: demo.siteId,
      locationId: demo.locationId,
      registration: RegistrationStatus.ACCEPTED,
      online: false,
      vendor: 'Acme',
      model: 'X1',
      evses: [
        {
          number: 1,
          code: 'DE*AMP*E0001*1',
          connectors: [
            { number: 1, type: 'cCCS2', maxPowerW: 150_000n, status: 'Unknown', errorCode: 'NoError', operative: true },
            { number: 2, type: 'cChaoJi', maxPowerW: 0n },
          ],
        },
        { number: 2, code: '', connectors: [{ number: 1, type: 'Unknown' }] },
      ],
    });
    const stationId = station?.stationId ?? '';
    const facts = await csms.facts(stationId);
    expect(facts).toMatchObject([{ subject: `fact.csms.station.changed.v1.demo.${stationId}`, tenant_id: demo.tenantId, version: '1' }]);
    expect(fromJson(StationStateSchema, facts[0]?.payload as JsonValue)).toEqual(station);
    expect((await operator.stations.getStation({ stationId })).station).toEqual(station);
    expect((await operator.stations.getStation({ identity: 'hARBOUR-01' })).station).toEqual(station);
  });

  it('are refused with a code', async () => {
    const { stations } = operator;
    const evses = [{ connectors: [{}] }];
    await stations.createStation({ locationId: demo.locationId, identity: 'Taken', evses: [{ code: 'DE*AMP*E7', connectors: [{}] }] });
    const create = (o: object) => codeOf(stations.createStation({ locationId: demo.locationId, identity: 'Fresh', evses, ...o }));
    expect(await create({ identity: 'TAKEN' })).toBe('csms.station-identity-taken');
    expect(await create({ evses: [{ code: 'de*amp*e7', connectors: [{}] }] })).toBe('csms.evse-code-taken');
    expect(await create({ locationId: uuidv7() })).toBe('csms.location-unknown');
    expect(await create({ password: 'short' })).toBe('csms.invalid-field');
    expect(await codeOf(stations.getStation({ identity: 'Fresh' }))).toBe('csms.station-unknown');
    expect(await codeOf(stations.getStation({ identity: 'a\u0000' }))).toBe('grpc.text-unstorable');
    expect(await codeOf(stations.listStations({ search: 'a\u0000' }))).toBe('grpc.text-unstorable');
    expect(await codeOf(stations.getStation({}))).toBe('csms.invalid-field');
    expect(await codeOf(stations.getStation({ stationId: uuidv7() }))).toBe('csms.station-unknown');
    expect(await codeOf(csms.as('operator', uuidv7()).stations.createStation({ locationId: demo.locationId, identity: 'A', evses }))).toBe(
      'csms.location-unknown',
    );
  });

  it('are listed by identity, filtered and page by page', async () => {
    const own = await csms.tenant('lists');
    const { stations } = csms.as('support', own.tenantId);
    const { site } = await csms.as('operator', own.tenantId).stations.createSite({ name: 'Elsewhere', timeZone: 'UTC' });
    for (const identity of ['b-2', 'A-1', 'c-3', 'a_4']) await csms.station(own, identity);
    await csms.admin.query(`UPDATE charging_station SET online = true WHERE identity = 'c-3'`);
    const identities = async (request: object): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor = ''; ;) {
        const answer = await stations.listStations({ ...request, page: { limit: 2, cursor } });
        found.push(...answer.stations.map((station) => station.identity));
        cursor = answer.page?.nextCursor ?? '';
        if (cursor === '') return found;
      }
    };
    expect(new Set(await identities({}))).toEqual(new Set(['A-1', 'a_4', 'b-2', 'c-3']));
    expect(await identities({ online: true })).toEqual(['c-3']);
    expect(new Set(await identities({ online: false }))).toEqual(new Set(['A-1', 'a_4', 'b-2']));
    expect(await identities({ search: 'A-' })).toEqual(['A-1']);
    expect(await identities({ search: '_' })).toEqual(['a_4']);
    expect(await identities({ search: '%' })).toEqual([]);
    expect((await identities({ siteId: own.siteId })).length).toBe(4);
    expect(await identities({ siteId: site?.siteId })).toEqual([]);
  });

  it('are found by what their connectors reported, their registration, maker and serial number', async () => {
    const own = await csms.tenant('filters');
    const { stations } = csms.as('support', own.tenantId);
    const [one, two, three] = [
      await csms.station(own, 'one', { evses: 2 }),
      await csms.station(own, 'two'),
      await csms.station(own, 'three'),
    ];
    await csms.admin.query(`UPDATE charging_station SET vendor = 'Acme', model = 'X1', serial_number = 'SN-77' WHERE station_id = $1`, [
      one.stationId,
    ]);
    await csms.admin.query(`UPDATE charging_station SET registration = 'pending' WHERE station_id = $1`, [two.stationId]);
    await csms.admin.query(`UPDATE charging_station SET online = true WHERE station_id IN ($1, $2)`, [one.stationId, three.stationId]);
    await csms.admin.query(`UPDATE connector SET status = 'Faulted' WHERE station_id IN ($1, $2)`, [one.stationId, two.stationId]);
    await csms.admin.query(`UPDATE connector SET status = 'Charging' WHERE station_id = $1`, [three.stationId]);
    const identities = async (request: object) => (await stations.listStations(request)).stations.map(({ identity }) => identity);
    for (const search of ['acme', 'X1', 'sn-7', 'ONE']) expect(await identities({ search })).toEqual(['one']);
    // What stands at the end of one field and the begin of the next is not a match.
    expect(await identities({ search: 'acmeX' })).toEqual([]);
    expect(await identities({ registration: RegistrationStatus.PENDING })).toEqual(['two']);
    expect(await identities({ connectorStatuses: ['Faulted'] })).toEqual(['one', 'two']);
    expect(await identities({ connectorStatuses: ['Faulted', 'Charging'], online: true })).toEqual(['one', 'three']);
    expect(await codeOf(stations.listStations({ connectorStatuses: ['Broken'] }))).toBe('csms.invalid-field');

    const { sites, total } = await stations.countStations({});
    const counts = { stations: 3n, online: 2n, pending: 1n, faulted: 1n };
    const connectors = [
      { status: 'Charging', connectors: 1n },
      { status: 'Faulted', connectors: 2n },
      { status: 'Offline', connectors: 1n },
    ];
    expect(total).toMatchObject({ ...counts, connectors });
    expect(sites).toMatchObject([{ siteId: own.siteId, counts: { ...counts, connectors } }]);
    const { site } = await csms.as('operator', own.tenantId).stations.createSite({ name: 'Empty', timeZone: 'UTC' });
    const ofSites = await stations.countStations({ siteIds: [site?.siteId ?? '', uuidv7()] });
    expect(ofSites).toMatchObject({ total: { stations: 0n, connectors: [] }, sites: [] });

    const batch = await stations.batchGetStations({ stationIds: [three.stationId, uuidv7(), one.stationId] });
    expect(batch.stations.map(({ identity }) => identity).sort()).toEqual(['one', 'three']);
    expect(batch.stations).toContainEqual((await stations.getStation({ stationId: one.stationId })).station);
    const places = await stations.batchGetPlaces({ siteIds: [own.siteId, uuidv7()], locationIds: [own.locationId] });
    expect(places).toMatchObject({
      sites: [{ siteId: own.siteId, name: 'Harbour' }],
      locations: [{ locationId: own.locationId, name: 'Yard' }],
    });
    const tooMany = Array.from({ length: 501 }, () => uuidv7());
    expect(await codeOf(stations.batchGetStations({ stationIds: tooMany }))).toBe('csms.invalid-field');
    expect(await codeOf(stations.batchGetPlaces({ locationIds: tooMany }))).toBe('csms.invalid-field');
    expect(await codeOf(stations.countStations({ siteIds: ['x'] }))).toBe('csms.invalid-field');
  });

  it('get a registration, and lose their connection when they are rejected', async () => {
    const { stationId } = await csms.station(demo, 'Reg/istration'.replace('/', '.'));
    const revoked: string[] = [];
    csms.bus.serve(StationPathSubject.revoke('demo', 'Reg.istration'), {}, (message) => Promise.resolve(void revoked.push(message.body)));
    await csms.bus.flush();
    const set = (registration: RegistrationStatus) => operator.stations.setRegistration({ stationId, registration });
    expect((await set(RegistrationStatus.PENDING)).station).toMatchObject({ registration: RegistrationStatus.PENDING, version: 2n });
    expect((await set(RegistrationStatus.REJECTED)).station).toMatchObject({ registration: RegistrationStatus.REJECTED, version: 3n });
    await eventually(() => revoked.length > 0);
    expect(revoked).toEqual(['{"disconnect":true}']);
    expect((await csms.facts(stationId)).map((fact) => [fact.version, fact.payload['registration']])).toEqual([
      ['1', 'REGISTRATION_STATUS_ACCEPTED'],
      ['2', 'REGISTRATION_STATUS_PENDING'],
      ['3', 'REGISTRATION_STATUS_REJECTED'],
    ]);
    expect(await codeOf(set(RegistrationStatus.UNSPECIFIED))).toBe('csms.invalid-field');
    const unknown = { stationId: uuidv7(), registration: RegistrationStatus.ACCEPTED };
    expect(await codeOf(operator.stations.setRegistration(unknown))).toBe('csms.station-unknown');
  });

  it('get a password that is stored as a verifier only, and gateways forget the old one', async () => {
    const { stationId } = await csms.station(demo, 'Secret', { password: 'the-first-password' });
    const revoked: string[] = [];
    csms.bus.serve(StationPathSubject.revoke('demo', 'Secret'), {}, (message) => Promise.resolve(void revoked.push(message.body)));
    await csms.bus.flush();
    await operator.stations.setStationPassword({ stationId, password: 'the-second-password' });
    await eventually(() => revoked.length > 0);
    const { rows } = await csms.admin.query<{ password_hash: string }>('SELECT password_hash FROM charging_station WHERE station_id = $1', [
      stationId,
    ]);
    const hash = rows[0]?.password_hash ?? '';
    expect(matchesStationPassword(hash, 'the-second-password')).toBe(true);
    expect(matchesStationPassword(hash, 'the-first-password')).toBe(false);
    expect(await codeOf(operator.stations.setStationPassword({ stationId, password: '' }))).toBe('csms.invalid-field');
    const unknown = { stationId: uuidv7(), password: 'the-second-password' };
    expect(await codeOf(operator.stations.setStationPassword(unknown))).toBe('csms.station-unknown');
    const logs = JSON.stringify(csms.replicas[0]?.telemetry.lines);
    expect(logs).not.toContain('the-second-password');
  });

  it('have gap-free versions when many change at once', async () => {
    const { stationId } = await csms.station(demo, 'Busy');
    const wanted = Array.from({ length: 20 }, (_, i) => (i % 2 ? RegistrationStatus.PENDING : RegistrationStatus.ACCEPTED));
    await Promise.all(wanted.map((registration) => operator.stations.setRegistration({ stationId, registration })));
    const versions = (await csms.facts(stationId)).map((fact) => Number(fact.version));
    expect(versions).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
  });
});

describe('who may', () => {
  it.each(['support', 'analyst'] as const)('%s reads and changes nothing', async (role) => {
    const { stations, commands } = csms.as(role, demo.tenantId);
    const { stationId } = (await stations.listStations({})).stations[0] ?? { stationId: '' };
    expect(stationId).not.toBe('');
    expect(await codeOf(stations.createSite({ name: 'New', timeZone: 'UTC' }))).toBe('grpc.role-missing');
    expect(await codeOf(stations.setStationPassword({ stationId, password: 'x'.repeat(20) }))).toBe('grpc.role-missing');
    expect(await codeOf(commands.sendCommand({ stationId, action: 'ClearCache' }))).toBe('grpc.role-missing');
    expect(await codeOf(commands.listCommands({ stationId }))).toBe('answered');
  });

  it('a driver does nothing, and only services and platform admins export', async () => {
    expect(await codeOf(csms.as('driver', demo.tenantId).stations.listStations({}))).toBe('grpc.role-missing');
    const first = (clients: Clients) => codeOf(clients.stations.exportStations({})[Symbol.asyncIterator]().next());
    expect(await first(csms.as('tenant-admin', demo.tenantId))).toBe('grpc.role-missing');
    expect(await first(csms.as('service'))).toBe('answered');
    expect(await first(csms.as('platform-admin'))).toBe('answered');
  });
});
