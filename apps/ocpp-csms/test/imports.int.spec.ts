import { DataFindingKind, ImportEffect, ImportKind, ImportState } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applied, checked, counts, reached, rowsOf, stationsFile } from './support/imported.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;
let me: Clients;

beforeAll(async () => {
  csms = await RunningCsms.start();
  demo = await csms.tenant('demo');
  me = csms.as('operator', demo.tenantId);
});
afterAll(() => csms.stop());

async function stationCount(tenantId = demo.tenantId): Promise<number> {
  const { rows } = await csms.admin.query<{ n: string }>('SELECT count(*) AS n FROM charging_station WHERE tenant_id = $1', [tenantId]);
  return Number(rows[0]?.n);
}

describe('an import', () => {
  it('of sites and locations is compared first, and written when it is asked for', async () => {
    const sites = await checked(me, ImportKind.SITES, 'Name,Time zone\nHarbour,Europe/Berlin\nAirport,Europe/Vienna\n');
    expect(counts(sites)).toEqual([1, 0, 1, 0]);
    const nameOf = async () => (await me.stations.listSites({})).sites.map(({ name }) => name).sort();
    expect(await nameOf()).toEqual(['Harbour']);
    await me.imports.applyImport({ importId: sites.importId });
    expect(await reached(me, sites.importId, ImportState.APPLIED)).toMatchObject({ settled: 2, rows: 2 });
    expect(await nameOf()).toEqual(['Airport', 'Harbour']);

    const file = 'Standort;Name;Adresse;PLZ;Stadt;Land;Breitengrad;Längengrad\nAirport;P4;Weg 1;1300;Schwechat;AT;48,1188;16,5650\n';
    await applied(me, ImportKind.LOCATIONS, file);
    const { locations } = await me.stations.listLocations({});
    expect(locations.find(({ name }) => name === 'P4')).toMatchObject({ countryCode: 'AUT', latitude: '48.1188', longitude: '16.565' });
    const again = await checked(me, ImportKind.LOCATIONS, file.replace('Schwechat', 'Wien'));
    expect((await rowsOf(me, again.importId))[0]).toMatchObject({ effect: ImportEffect.CHANGE, changes: ['city'], settled: false });
  });

  it('of stations writes them with facts and an audit trail; the same file again changes nothing', async () => {
    const done = await applied(me, ImportKind.STATIONS, stationsFile(250));
    expect([...counts(done), done.settled]).toEqual([250, 0, 0, 0, 250]);
    const { station } = await me.stations.getStation({ identity: 'cp-7' });
    expect(station).toMatchObject({ version: 1n, vendor: 'V', evses: [{ code: 'DE*AMP*ECP7', connectors: [{ maxPowerW: 22_500n }] }] });
    expect((await csms.facts(station?.stationId ?? '')).map(({ version }) => version)).toEqual(['1']);
    const { rows } = await csms.admin.query(`SELECT 1 FROM outbox WHERE payload::jsonb->>'action' = 'charging-station.created'`);
    expect(rows).toHaveLength(250);

    expect(counts(await checked(me, ImportKind.STATIONS, stationsFile(250)))).toEqual([0, 0, 250, 0]);
    const changed = stationsFile(2).replace('22,5', '11');
    const { importId } = await applied(me, ImportKind.STATIONS, changed);
    expect((await rowsOf(me, importId)).map(({ effect, changes }) => [effect, changes])).toEqual([
      [ImportEffect.CHANGE, ['maxPowerKw']],
      [ImportEffect.KEEP, []],
    ]);
  });

  it('with errors says what is wrong in which row, and writes the good rows only when told so', async () => {
    const file = [
      'identity,site,location,evse id,max power kw',
      'NEW-1,Harbour,Yard,DE*AMP*ENEW1,11',
      'NEW-2,Nowhere,Yard,,11',
      'NEW 3,Harbour,Yard,,much',
      'NEW-4,Harbour,Cellar,,11',
      'NEW-5,Harbour,Yard,DE*AMP*ECP1,11',
    ].join('\n');
    const { importId, ...found } = await checked(me, ImportKind.STATIONS, file);
    expect(counts(found as never)).toEqual([1, 0, 0, 4]);
    const problems = (await rowsOf(me, importId)).flatMap((row) => row.problems.map((p) => [row.number, p.field, p.code, p.value]));
    expect(problems).toEqual([
      [3, 'site', 'site-unknown', 'Nowhere'],
      [4, 'identity', 'invalid', 'NEW 3'],
      [4, 'maxPowerKw', 'invalid', 'much'],
      [5, 'location', 'location-unknown', 'Cellar'],
      [6, 'evseId', 'evse-code-taken', 'DE*AMP*ECP1'],
    ]);
    const before = await stationCount();
    expect(await codeOf(me.imports.applyImport({ importId }))).toBe('csms.import.has-errors');
    expect(await stationCount()).toBe(before);
    await me.imports.applyImport({ importId, onlyGood: true });
    await reached(me, importId, ImportState.APPLIED);
    expect(await stationCount()).toBe(before + 1);
    expect(await codeOf(me.imports.applyImport({ importId, onlyGood: true }))).toBe('csms.import.not-checked');
  });

  it('of a file that is no table fails with the reason', async () => {
    expect(await checked(me, ImportKind.SITES, 'Name\nX')).toMatchObject({
      state: ImportState.FAILED,
      failure: 'columns-missing',
      failureDetail: 'Time zone',
    });
    const begin = { kind: ImportKind.SITES, fileName: 'f.csv' };
    expect(await codeOf(me.imports.beginImport({ ...begin, sizeBytes: 10_485_761n }))).toBe('csms.import.too-large');
    const { importId } = await me.imports.beginImport({ ...begin, sizeBytes: 10n });
    await me.imports.appendImport({ importId, part: 0, content: Buffer.from('short') });
    expect(await codeOf(me.imports.checkImport({ importId }))).toBe('csms.import.incomplete');
  });

  it('of a tenant is not seen by another, and writes at its own alone', async () => {
    const other = await csms.tenant('other');
    const they = csms.as('operator', other.tenantId);
    const { importId } = await checked(they, ImportKind.STATIONS, stationsFile(3));
    expect((await they.imports.getImport({ importId })).import).toMatchObject({ toCreate: 3 });
    expect(await codeOf(me.imports.getImport({ importId }))).toBe('csms.import.unknown');
    expect(await codeOf(me.imports.applyImport({ importId }))).toBe('csms.import.unknown');
    expect(await codeOf(me.imports.listImportRows({ importId }))).toBe('csms.import.unknown');
    await they.imports.applyImport({ importId });
    await reached(they, importId, ImportState.APPLIED);
    expect(await stationCount(other.tenantId)).toBe(3);
  });

  it('of id tokens waits for their owner to write the rows', async () => {
    const { importId, toCreate } = await checked(me, ImportKind.ID_TOKENS, 'Ladekarte;Gültig bis\nCARD1;31.12.2027\nCARD2;\n');
    expect(toCreate).toBe(2);
    await me.imports.applyImport({ importId });
    const open = await me.imports.listImportRows({ importId, openOnly: true });
    expect(open.rows.map(({ cells }) => cells)).toEqual([
      { idToken: 'CARD1', expiresAt: '2027-12-31T23:59:59.000Z' },
      { idToken: 'CARD2' },
    ]);
    const settled = await me.imports.settleImportRows({
      importId,
      rows: [
        { number: 2, effect: ImportEffect.CREATE },
        { number: 3, effect: ImportEffect.ERROR, code: 'group-unknown' },
      ],
    });
    expect(settled.import).toMatchObject({ state: ImportState.APPLIED, toCreate: 1, withErrors: 1 });
  });
});

describe('data quality', () => {
  it('finds what is doubtful, and scores sites by it', async () => {
    const tenant = await csms.tenant('doubts');
    const they = csms.as('operator', tenant.tenantId);
    const locations = 'site,name,address,postal code,city,country,lat,lon\n';
    await applied(
      they,
      ImportKind.LOCATIONS,
      `${locations}Harbour,Zero,A 1,20457,Hamburg,DE,0,0\nHarbour,Vienna,B 2,20457,Hamburg,DE,48.2,16.4\n`,
    );
    const stations = [
      'identity,site,location,vendor,serial number,evse,evse id,connector type,power kw',
      'ST-1,Harbour,Zero,V,S1,1,DE*AMP*E1,cType2,22',
      'ST-1,Harbour,Zero,V,S1,2,DE*AMP*E2,cType2,60',
      'ST1,Harbour,Vienna,V,S2,1,DE*AMP*E3,cCCS2,5',
      'ST-2,Harbour,Vienna,V,S3,1,AT*XYZ*E4,cType2,22',
      'ST-2,Harbour,Vienna,V,S3,2,,cType2,0',
      'ST-3,Harbour,Yard,V,S4,1,DEAMPE1,cType2,22',
    ];
    await applied(they, ImportKind.STATIONS, stations.join('\n'));
    await csms.admin.query(
      `UPDATE charging_station SET last_boot_at = now(), serial_number = 'SX', clock_offset_ms = -300000 WHERE tenant_id = $1 AND identity IN ('ST-2', 'ST-3')`,
      [tenant.tenantId],
    );
    await csms.admin.query(
      `INSERT INTO station_seen SELECT station_id, tenant_id, now() - interval '40 days' FROM charging_station WHERE tenant_id = $1 AND identity = 'ST-3'`,
      [tenant.tenantId],
    );
    const { findings } = await they.imports.listDataFindings({ page: { limit: 500, cursor: '' } });
    const found = findings.map((f) => `${DataFindingKind[f.kind]} ${f.stationIdentity || f.locationName} ${f.evseNumber}`).sort();
    expect(found).toEqual(
      [
        'CLOCK_OFF ST-2 0',
        'CLOCK_OFF ST-3 0',
        'CONNECTOR_SILENT ST-2 1',
        'CONNECTOR_SILENT ST-2 2',
        'CONNECTOR_SILENT ST-3 1',
        'EVSE_CODE_MISSING ST-2 2',
        'EVSE_CODE_STRANGE ST-2 1',
        'EVSE_CODE_TWICE ST-1 1',
        'EVSE_CODE_TWICE ST-3 1',
        'IDENTITY_ALIKE ST-1 0',
        'IDENTITY_ALIKE ST1 0',
        'NEVER_SEEN ST-1 0',
        'NEVER_SEEN ST1 0',
        'NOT_SEEN ST-3 0',
        'OTHER_DEVICE ST-2 0',
        'OTHER_DEVICE ST-3 0',
        'POSITION_FAR Vienna 0',
        'POSITION_FAR Zero 0',
        'POSITION_MISSING Yard 0',
        'POSITION_OUTSIDE_COUNTRY Vienna 0',
        'POSITION_ZERO Zero 0',
        'POWER_IMPLAUSIBLE ST-1 2',
        'POWER_IMPLAUSIBLE ST-2 2',
        'POWER_IMPLAUSIBLE ST1 1',
        'SERIAL_TWICE ST-2 0',
        'SERIAL_TWICE ST-3 0',
      ].sort(),
    );
    const one = await they.imports.listDataFindings({
      kinds: [DataFindingKind.CLOCK_OFF],
      siteId: tenant.siteId,
      page: { limit: 1, cursor: '' },
    });
    const two = await they.imports.listDataFindings({
      kinds: [DataFindingKind.CLOCK_OFF],
      siteId: tenant.siteId,
      page: { limit: 1, cursor: one.page?.nextCursor ?? '' },
    });
    expect([one, two].map((page) => page.findings.map(({ stationIdentity, value }) => [stationIdentity, value]))).toEqual([
      [['ST-2', '-300 s']],
      [['ST-3', '-300 s']],
    ]);
    expect(two.page?.nextCursor).toBe('');
    const { sites } = await they.imports.listSiteScores({});
    // Points lost: ST-1 85, ST1 65, ST-2 95, ST-3 90.
    expect(sites).toMatchObject([{ siteName: 'Harbour', stations: 4, findings: 26, score: 16 }]);
    expect((await me.imports.listDataFindings({ siteId: tenant.siteId })).findings).toEqual([]);
  });
});

describe('two imports at once, of which one replica is killed in the middle', () => {
  it('write each station once', async () => {
    const process = await csms.startProcess();
    await Promise.all(csms.replicas.map(({ service }) => service.stop()));
    csms.replicas.length = 0;
    const tenant = await csms.tenant('twice', (tenantId) => process.as('tenant-admin', tenantId));
    const they = process.as('operator', tenant.tenantId);
    const [one, two] = [
      await checked(they, ImportKind.STATIONS, stationsFile(800)),
      await checked(they, ImportKind.STATIONS, stationsFile(800)),
    ];
    await they.imports.applyImport({ importId: one.importId });
    await they.imports.applyImport({ importId: two.importId });
    await eventually(async () => (await stationCount(tenant.tenantId)) > 0, { everyMs: 5 });
    await process.kill();
    const written = await stationCount(tenant.tenantId);
    expect(written).toBeLessThan(800);
    await Promise.all([csms.startReplica(), csms.startReplica()]);
    await csms.admin.query('UPDATE bulk_import SET claimed_until = NULL');
    const after = csms.as('operator', tenant.tenantId);
    const [first, second] = [
      await reached(after, one.importId, ImportState.APPLIED),
      await reached(after, two.importId, ImportState.APPLIED),
    ];
    expect([first.settled, second.settled]).toEqual([800, 800]);
    expect(first.toCreate + second.toCreate).toBe(800);
    expect(await stationCount(tenant.tenantId)).toBe(800);
    const { rows } = await csms.admin.query('SELECT 1 FROM charging_station WHERE tenant_id = $1 AND version <> 1', [tenant.tenantId]);
    expect(rows).toEqual([]);
  });
});
