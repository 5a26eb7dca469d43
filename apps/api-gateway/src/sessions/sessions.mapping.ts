import {
  SessionOrigin as OriginValue,
  SessionStatus as StatusValue,
  TimeBucket as BucketValue,
  type AuthorizationRef,
  type MeterValue,
  type SessionFilterSchema,
  type SessionRecord,
  type SessionState,
  type StationRef,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Reading, SessionFilter, SessionOrigin, SessionStatus, TimeBucket } from '../generated/graphql.js';
import type { LiveReading } from '../live/live-feed.js';
import { enumPair } from '../mapping/enum-pair.js';
import { iso, present, textOf, timestampOf } from '../mapping/values.js';

export const sessionStatuses = enumPair<StatusValue, SessionStatus>()({
  [StatusValue.UNSPECIFIED]: undefined,
  [StatusValue.ACTIVE]: 'ACTIVE',
  [StatusValue.COMPLETED]: 'COMPLETED',
  [StatusValue.INVALID]: 'INVALID',
});

export const origins = enumPair<OriginValue, SessionOrigin>()({
  [OriginValue.UNSPECIFIED]: undefined,
  [OriginValue.OWN_STATION]: 'OWN_STATION',
  [OriginValue.OCPI]: 'OCPI',
  [OriginValue.OICP]: 'OICP',
});

export const buckets = enumPair<BucketValue, TimeBucket>()({
  [BucketValue.UNSPECIFIED]: undefined,
  [BucketValue.HOUR]: 'HOUR',
  [BucketValue.DAY]: 'DAY',
});

export function sessionOf(record: SessionRecord | undefined): SessionState {
  return present(record?.session);
}

export function stationRef(session: SessionState): StationRef {
  return present(session.station);
}

export function authorization(session: SessionState): AuthorizationRef {
  return present(session.authorization);
}

export function sessionFilter(filter: SessionFilter | null | undefined): MessageInitShape<typeof SessionFilterSchema> {
  return {
    status: sessionStatuses.value(filter?.status),
    stationIdentity: textOf(filter?.stationIdentity),
    stationId: textOf(filter?.stationId),
    siteId: textOf(filter?.siteId),
    startedFrom: timestampOf(filter?.startedFrom),
    startedBefore: timestampOf(filter?.startedBefore),
    idToken: textOf(filter?.idToken),
    driverId: textOf(filter?.driverId),
    organisationId: textOf(filter?.organisationId),
    ...(typeof filter?.doubtful === 'boolean' && { doubtful: filter.doubtful }),
  };
}

export function reading({ takenAt, registerWh, powerW, socPercent }: MeterValue): Reading {
  return { at: iso(takenAt), registerWh: registerWh ?? null, powerW: powerW ?? null, socPercent: socPercent ?? null };
}

export function liveReading({ at, registerWh, powerW, socPercent }: LiveReading): Reading {
  return { at, registerWh: registerWh === null ? null : BigInt(registerWh), powerW, socPercent };
}
