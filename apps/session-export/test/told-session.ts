import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionOrigin, SessionStateSchema, SessionStatus, type SessionState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';

const HOUR_MS = 3_600_000;

export interface SessionShape {
  sessionId?: string;
  receivedAt?: Date;
  station?: string;
  idToken?: string;
  siteId?: string;
  stationId?: string;
  driverId?: string;
  organisationId?: string;
  doubts?: string[];
}

/** One session as csms would tell it, step by step: version 1 begins it, the last of `steps` ends it. */
export function sessionStory(shape: SessionShape = {}, steps = 4): SessionState[] {
  const receivedAt = shape.receivedAt ?? new Date();
  const sessionId = shape.sessionId ?? uuidv7(receivedAt.getTime());
  const stationId = shape.stationId ?? uuidv7();
  return Array.from({ length: steps }, (_, i) => {
    const ended = i === steps - 1 && steps > 1;
    const at = new Date(receivedAt.getTime() + (i * HOUR_MS) / steps);
    const energyWh = BigInt(i * 1_250);
    return create(SessionStateSchema, {
      sessionId,
      version: BigInt(i + 1),
      status: ended ? SessionStatus.COMPLETED : SessionStatus.ACTIVE,
      origin: SessionOrigin.OWN_STATION,
      station: {
        stationId,
        identity: shape.station ?? 'EXT-001',
        siteId: shape.siteId ?? 'site-1',
        siteName: 'Depot North',
        locationId: uuidv7(),
        locationName: 'Gate 3',
        evseId: uuidv7(),
        evseCode: 'DE*AMP*E0001',
        evseNumber: 1,
        connectorNumber: 2,
        timeZone: 'Europe/Berlin',
      },
      authorization: {
        idToken: shape.idToken ?? 'DEMO-OK-1',
        idTokenId: uuidv7(),
        groupId: '',
        decision: 'Accepted',
        driverId: shape.driverId ?? '',
        organisationId: shape.organisationId ?? '',
      },
      startedAt: timestampFromDate(receivedAt),
      ...(ended && { endedAt: timestampFromDate(at) }),
      receivedAt: timestampFromDate(receivedAt),
      meterStartWh: 9_007_199_254_740_993n,
      meterLastWh: 9_007_199_254_740_993n + energyWh,
      energyWh,
      ...(i > 0 && !ended && { powerW: 11_000n, socPercent: 40 + i }),
      stopReason: ended ? 'EVDisconnected' : '',
      doubts: shape.doubts ?? [],
      readings: ended
        ? [
            { at: timestampFromDate(receivedAt), registerWh: 9_007_199_254_740_993n, powerW: 0n },
            { at: timestampFromDate(at), registerWh: 9_007_199_254_740_993n + energyWh },
          ]
        : [],
      ocppTransactionId: '4711',
      estimated: false,
    });
  });
}
