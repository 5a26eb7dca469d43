import { describe, expect, it } from '@jest/globals';
import type { AttentionStationsFragment, ConnectorStatus, Registration } from '../../generated/graphql.js';
import { attentionOf } from './attention.js';

type Station = AttentionStationsFragment['nodes'][number];

function station(
  id: string,
  over: { online?: boolean; since?: string; status?: ConnectorStatus; registration?: Registration } = {},
): Station {
  const { online = true, since = '2026-11-28T10:00:00Z', status = 'AVAILABLE', registration = 'ACCEPTED' } = over;
  const connector = { __typename: 'Connector' as const, id: `${id}-1`, number: 1, status, errorCode: 'GroundFailure', statusAt: since };
  return {
    __typename: 'Station',
    id,
    identity: id,
    version: 1,
    registration,
    online,
    onlineChangedAt: since,
    site: { __typename: 'Site', id: 's', name: 'Depot' },
    evses: [{ __typename: 'Evse', id: `${id}-e`, number: 1, connectors: [connector] }],
  };
}
function lists(of: { faulted?: Station[]; offline?: Station[]; pending?: Station[] }) {
  const list = (nodes: Station[] = []): AttentionStationsFragment => ({
    __typename: 'StationConnection',
    nodes,
    pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
  });
  return { __typename: 'Query' as const, faulted: list(of.faulted), offline: list(of.offline), pending: list(of.pending) };
}
const ids = (found: ReturnType<typeof attentionOf>) => found.map(({ station: { id }, because }) => `${id} ${because}`);

describe('stations that need attention', () => {
  it('are told by what is worst, the newest first', () => {
    const found = attentionOf(
      lists({
        offline: [station('old', { online: false }), station('new', { online: false, since: '2026-11-28T11:00:00Z' })],
        faulted: [station('broken', { status: 'FAULTED' })],
        pending: [station('waiting', { registration: 'PENDING' })],
      }),
      9,
    );
    expect(ids(found)).toEqual(['broken faulted', 'new offline', 'old offline', 'waiting pending']);
  });

  it('are named once, and no more than asked for', () => {
    const both = station('both', { online: false, registration: 'PENDING' });
    expect(ids(attentionOf(lists({ offline: [both], pending: [both] }), 9))).toEqual(['both offline']);
    expect(attentionOf(lists({ offline: [both, station('more', { online: false })] }), 1)).toHaveLength(1);
  });

  it('are gone as soon as an event says that they are well, before the lists are asked for again', () => {
    const well = station('well');
    expect(attentionOf(lists({ faulted: [well], offline: [well], pending: [well] }), 9)).toEqual([]);
  });
});
