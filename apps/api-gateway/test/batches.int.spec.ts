import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IntakeIssueStatus } from '@ampline/contracts';
import { Api } from './support/api.js';
import { idOf, issue, worldOf } from './support/world.js';

const STATIONS = 200;

describe('lists of 200', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    api.standIns.answers = worldOf(STATIONS);
  });
  afterAll(() => api.stop());

  const nodesOf = async (field: string, selection: string) => {
    const data = await api.data(`{ ${field} { nodes { ${selection} } } }`);
    return Object.values(data as Record<string, { nodes: Record<string, unknown>[] }>)[0]?.nodes ?? [];
  };

  it('stations with their places, live sessions, drivers and open issues cost one call each', async () => {
    const nodes = await nodesOf(
      'stations(first: 200)',
      `id site { name } location { city site { name } } liveSessions { id driver { name organisation { name } } }
       openIssues { id resolvedByName session { id } }`,
    );
    expect(api.standIns.counts()).toEqual({
      'stations.listStations': 1,
      'stations.batchGetPlaces': 2,
      'sessions.listLiveSessions': 1,
      'sessions.batchGetSessions': 1,
      'intake.listIntakeIssues': 1,
      'people.batchGetDrivers': 1,
      'people.listOrganisations': 1,
    });
    expect(nodes).toHaveLength(STATIONS);
    expect(nodes[42]).toEqual({
      id: idOf('station', 42),
      site: { name: 'Site 4' },
      location: { city: 'Town', site: { name: 'Site 4' } },
      liveSessions: [{ id: idOf('session', 42), driver: { name: 'Driver 2', organisation: { name: 'Fleet 2' } } }],
      openIssues: [{ id: idOf('issue', 42), resolvedByName: null, session: { id: idOf('session', 42) } }],
    });
  });

  it('asks for each thing once', async () => {
    await nodesOf('stations(first: 200)', 'site { name }');
    expect(api.standIns.only('stations.batchGetPlaces').request['siteIds']).toHaveLength(STATIONS / 10);
  });

  it('sites with their counts cost two calls', async () => {
    const nodes = await nodesOf('sites(first: 200)', 'name counts { stations online connectorsOffline }');
    expect(api.standIns.counts()).toEqual({ 'stations.listSites': 1, 'stations.countStations': 1 });
    expect(nodes[7]).toEqual({ name: 'Site 7', counts: { stations: 10, online: 8, connectorsOffline: 3 } });
  });

  it('sessions with station, site, driver and issues cost one call each', async () => {
    await nodesOf('sessions(first: 200)', 'id station { identity site { name } } driver { name } issues { reason }');
    expect(api.standIns.counts()).toEqual({
      'sessions.listSessions': 1,
      'stations.batchGetStations': 1,
      'stations.batchGetPlaces': 1,
      'people.batchGetDrivers': 1,
      'intake.listIntakeIssues': 1,
    });
  });

  it('issues with station, session and who resolved them cost one call each', async () => {
    const nodes = await nodesOf('intakeIssues(first: 200)', 'station { identity } session { energyWh } resolvedByName');
    expect(api.standIns.counts()).toEqual({
      'intake.listIntakeIssues': 1,
      'stations.batchGetStations': 1,
      'sessions.batchGetSessions': 1,
      'people.batchGetUsers': 1,
    });
    expect(nodes[11]).toEqual({ station: { identity: 'ST-11' }, session: { energyWh: 4000 }, resolvedByName: 'User 1' });
  });

  it('commands with who asked for them cost two calls', async () => {
    const nodes = await nodesOf('commands(first: 200)', 'requestedByName');
    expect(api.standIns.counts()).toEqual({ 'commands.listCommands': 1, 'people.batchGetUsers': 1 });
    expect(api.standIns.only('people.batchGetUsers').request['userIds']).toHaveLength(5);
    expect(nodes[4]).toEqual({ requestedByName: 'User 4' });
  });

  it('id tokens with driver and organisation cost one call each', async () => {
    await nodesOf('idTokens(first: 200)', 'idToken driver { name } organisation { name }');
    expect(api.standIns.counts()).toEqual({ 'accounts.listIdTokens': 1, 'people.batchGetDrivers': 1, 'people.listOrganisations': 1 });
  });

  it('users with driver and organisation cost one call each', async () => {
    await nodesOf('users(first: 200)', 'name roles driver { name } organisation { name }');
    expect(api.standIns.counts()).toEqual({ 'people.listUsers': 1, 'people.batchGetDrivers': 1, 'people.listOrganisations': 1 });
  });

  it('asks as whoever asks', async () => {
    await nodesOf('stations(first: 200)', 'site { name }');
    expect(api.standIns.calls.filter(({ token }) => !api.asViewer(token))).toEqual([]);
  });
});

describe('batches', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  afterAll(() => api.stop());

  it('take at most 500 keys at once, and answer `undefined` for what is unknown', async () => {
    const { stations } = worldOf(0);
    api.standIns.answers = {
      stations: { batchGetStations: (request) => ({ stations: (stations?.batchGetStations?.(request).stations ?? []).slice(1) }) },
    };
    const { loaders } = api.context();
    const found = await loaders.station.loadMany(Array.from({ length: 501 }, (_, n) => idOf('station', n)));
    expect(api.standIns.calls.map(({ request }) => (request['stationIds'] as string[]).length)).toEqual([500, 1]);
    expect(found.flatMap((station, n) => (station === undefined ? [n] : []))).toEqual([0, 500]);
  });

  it('read all pages of the issues, and refuse where there are too many to show', async () => {
    const pages = (last: number) => {
      let page = 0;
      api.standIns.answers = {
        intake: {
          listIntakeIssues: () => {
            page += 1;
            return { issues: [issue(page, IntakeIssueStatus.OPEN)], page: { nextCursor: page < last ? `p${page}` : '' } };
          },
        },
      };
    };
    pages(3);
    expect(await api.context().loaders.openIssues.load(idOf('station', 3))).toHaveLength(1);
    expect(api.standIns.calls.slice(-3).map(({ request }) => (request['page'] as { cursor: string }).cursor)).toEqual(['', 'p1', 'p2']);
    pages(5);
    await expect(api.context().loaders.openIssues.load(idOf('station', 3))).rejects.toMatchObject({ code: 'api.too-many-issues' });
  });
});
