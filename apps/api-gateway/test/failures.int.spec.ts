import { AppError } from '@ampline/kernel-errors';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { idOf, worldOf } from './support/world.js';

const failing = (kind: 'not-found' | 'forbidden' | 'unavailable', code: string) => () => {
  throw new AppError({ kind, code, message: 'Refused.' });
};

describe('what goes wrong behind a field', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
  });
  beforeEach(() => {
    api.standIns.answers = worldOf(3);
  });
  afterAll(() => api.stop());

  it('keeps its code', async () => {
    api.standIns.answers = { ...worldOf(1), stations: { getStation: failing('not-found', 'csms.station-unknown') } };
    expect(await api.codes(`{ station(id: "${idOf('station', 1)}") { id } }`)).toEqual({ station: 'csms.station-unknown' });
  });

  it('is refused where it stands when it is of the API itself', async () => {
    api.standIns.answers = { stations: { batchGetPlaces: () => ({}) } };
    const pages = '{ stations(first: 501) { nodes { id } } }';
    expect(await api.codes(pages)).toEqual({ stations: 'api.bad-page' });
    expect(api.standIns.counts()).toEqual({});
    expect(await api.codes(`{ site(id: "${idOf('site', 1)}") { id } }`)).toEqual({ site: 'api.site-unknown' });
    expect(
      await api.codes(`mutation { resolveIntakeIssue(id: "${idOf('issue', 1)}", resolution: { kind: CLOSE_SESSION }) { id } }`),
    ).toEqual({
      resolveIntakeIssue: 'api.bad-resolution',
    });
  });

  it('leaves the rest: what another service tells is null', async () => {
    const down = failing('unavailable', 'grpc.unavailable');
    const world = worldOf(2);
    api.standIns.answers = { ...world, sessions: { listLiveSessions: down, listSessions: down }, people: { batchGetDrivers: down } };
    const query = '{ stations { nodes { identity site { name } liveSessions { id } sessions { nodes { id } } } } }';
    const { data, errors } = await api.run(query);
    const node = (n: number) => ({ identity: `ST-${n}`, site: { name: 'Site 0' }, liveSessions: null, sessions: null });
    expect(data).toEqual({ stations: { nodes: [node(0), node(1)] } });
    expect(errors).toHaveLength(4);
    expect(await api.codes('{ idTokens { nodes { idToken driver { name } } } }')).toEqual({
      'idTokens.nodes.0.driver': 'grpc.unavailable',
      'idTokens.nodes.1.driver': 'grpc.unavailable',
    });
  });

  it('is what the connection says when a service is gone', async () => {
    await api.standIns.take('session-export');
    expect(await api.codes('{ stations { nodes { identity liveSessions { id } } } }')).toEqual({
      'stations.nodes.0.liveSessions': 'grpc.unavailable',
      'stations.nodes.1.liveSessions': 'grpc.unavailable',
      'stations.nodes.2.liveSessions': 'grpc.unavailable',
    });
  });

  it('is no error for a name that the viewer may not read', async () => {
    api.standIns.answers = { ...worldOf(2), people: { batchGetUsers: failing('forbidden', 'grpc.role-missing') } };
    expect(await api.data('{ commands { nodes { action requestedByName } } }')).toEqual({
      commands: {
        nodes: [
          { action: 'Reset', requestedByName: null },
          { action: 'Reset', requestedByName: null },
        ],
      },
    });
  });
});
