import { describe, expect, it } from '@jest/globals';
import { Newest } from './newest.js';

const station = (version: number, online: boolean, status: string) => ({
  __typename: 'Station',
  id: 's1',
  version,
  online,
  evses: [{ __typename: 'Evse', id: 'e1', connectors: [{ __typename: 'Connector', id: 'c1', status }] }],
});

describe('Newest', () => {
  it('lets newer states pass', () => {
    const newest = new Newest();
    newest.settle({ station: station(1, false, 'UNKNOWN') });
    expect(newest.settle({ station: station(2, true, 'AVAILABLE') })).toEqual({ station: station(2, true, 'AVAILABLE') });
  });

  it('puts the newer state in the place of an older one, down to its connectors', () => {
    const newest = new Newest();
    newest.settle({ stationChanged: station(3, true, 'CHARGING') });
    expect(newest.settle({ stations: { nodes: [station(2, false, 'AVAILABLE')] } })).toEqual({
      stations: { nodes: [station(3, true, 'CHARGING')] },
    });
  });

  it('keeps what only the older answer knows', () => {
    const newest = new Newest();
    newest.settle(station(3, true, 'CHARGING'));
    expect(newest.settle({ ...station(2, false, 'AVAILABLE'), vendor: 'Acme' })).toEqual({
      ...station(3, true, 'CHARGING'),
      vendor: 'Acme',
    });
  });

  it('leaves pages of lists and things with a version of their own as they came', () => {
    const newest = new Newest();
    const sessions = (id: string) => ({ nodes: [{ __typename: 'Session', id, version: 1 }], pageInfo: { hasNextPage: false } });
    newest.settle({ ...station(3, true, 'CHARGING'), sessions: sessions('x1') });
    expect(newest.settle({ ...station(2, true, 'CHARGING'), sessions: sessions('x2') })).toMatchObject({
      version: 3,
      sessions: sessions('x2'),
    });
  });

  it('takes the same version again: another selection of the same state', () => {
    const newest = new Newest();
    newest.settle(station(3, true, 'CHARGING'));
    expect(newest.settle({ __typename: 'Station', id: 's1', version: 3, vendor: 'Acme' })).toMatchObject({ vendor: 'Acme' });
  });

  it('does not confuse things of other types, and forgets', () => {
    const newest = new Newest();
    newest.settle(station(3, true, 'CHARGING'));
    expect(newest.settle({ __typename: 'Site', id: 's1', version: 1, name: 'A' })).toMatchObject({ version: 1, name: 'A' });
    newest.forget();
    expect(newest.settle(station(1, false, 'UNKNOWN'))).toEqual(station(1, false, 'UNKNOWN'));
  });
});
