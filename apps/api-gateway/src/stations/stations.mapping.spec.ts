import { MessageDirection, OcppMessageSchema, StationCountsSchema, type MessageTelemetry } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from '@jest/globals';
import type { ConnectorStatus } from '../generated/graphql.js';
import { connectorStatus, liveMessage, ocppMessage, stationCounts, statusText } from './stations.mapping.js';

const STATUSES: [ConnectorStatus, string][] = [
  ['AVAILABLE', 'Available'],
  ['PREPARING', 'Preparing'],
  ['CHARGING', 'Charging'],
  ['SUSPENDED_EV', 'SuspendedEV'],
  ['SUSPENDED_EVSE', 'SuspendedEVSE'],
  ['FINISHING', 'Finishing'],
  ['RESERVED', 'Reserved'],
  ['UNAVAILABLE', 'Unavailable'],
  ['FAULTED', 'Faulted'],
  ['UNKNOWN', 'Unknown'],
];

describe('the status of a connector', () => {
  it.each(STATUSES)('%s is %s in OCPP 1.6', (status, text) => {
    expect([statusText(status), connectorStatus(text)]).toEqual([text, status]);
  });

  it('is unknown where OCPP does not have it', () => {
    expect(connectorStatus('OnFire')).toBe('UNKNOWN');
  });
});

describe('counts of stations', () => {
  it('tell connectors of stations that are not connected apart', () => {
    const connectors = [
      { status: 'Charging', connectors: 5n },
      { status: 'Offline', connectors: 3n },
    ];
    expect(stationCounts(create(StationCountsSchema, { stations: 4n, online: 3n, pending: 1n, faulted: 2n, connectors }))).toEqual({
      stations: 4,
      online: 3,
      pending: 1,
      faulted: 2,
      connectors: [{ status: 'CHARGING', count: 5 }],
      connectorsOffline: 3,
    });
  });

  it('of a site without stations are zero', () => {
    const nothing = { stations: 0, online: 0, pending: 0, faulted: 0, connectors: [], connectorsOffline: 0 };
    expect(stationCounts(undefined)).toEqual(nothing);
  });
});

describe('a message', () => {
  const at = '2026-03-01T10:00:00.000Z';
  const same = { action: 'Heartbeat', messageId: '1', requestFrame: '[2,"1","Heartbeat",{}]', result: 'ok', deviations: ['upper-case'] };
  const shown = { ...same, id: 'm1', stationId: 's1', receivedAt: at, responseFrame: null };

  it.each([
    [MessageDirection.FROM_STATION, 'from-station', 'FROM_STATION'],
    [MessageDirection.TO_STATION, 'to-station', 'TO_STATION'],
  ] as const)('looks the same when it is listed as when it is live (%#)', (listed, live, direction) => {
    const receivedAt = timestampFromDate(new Date(at));
    const archived = create(OcppMessageSchema, { ...same, messageUuid: 'm1', receivedAt, direction: listed });
    const telemetry: MessageTelemetry = { ...same, messageUuid: 'm1', stationId: 's1', receivedAt: at, direction: live, responseFrame: '' };
    expect(ocppMessage('s1', archived)).toEqual({ ...shown, direction });
    expect(liveMessage(telemetry)).toEqual({ ...shown, direction });
  });
});
