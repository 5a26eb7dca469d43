import { create, fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import {
  RegisterReadingSchema,
  SessionOrigin,
  SessionRecordSchema,
  SessionStatus,
  type SessionRecord,
  type SessionState,
} from '@ampline/contracts';
import { recordErrors } from '../errors.js';

export type StoredStatus = 'active' | 'completed' | 'invalid';
export type StoredOrigin = 'own-station' | 'ocpi' | 'oicp';

/** A row of table session_record. */
export interface SessionRow {
  session_id: string;
  tenant_id: string;
  version: bigint;
  status: StoredStatus;
  origin: StoredOrigin;
  station_id: string;
  station_identity: string;
  site_id: string;
  site_name: string;
  location_id: string;
  location_name: string;
  evse_id: string;
  evse_code: string;
  evse_number: number;
  connector_number: number;
  time_zone: string;
  id_token: string;
  id_token_id: string;
  group_id: string;
  decision: string;
  driver_id: string;
  organisation_id: string;
  started_at: Date;
  ended_at: Date | null;
  received_at: Date;
  meter_start_wh: bigint;
  meter_last_wh: bigint;
  energy_wh: bigint;
  power_w: bigint | null;
  soc_percent: number | null;
  stop_reason: string;
  doubts: string[];
  readings: JsonValue[];
  ocpp_transaction_id: string;
  estimated: boolean;
  updated_at: Date;
}

const STATUS_TO_STORED: Record<SessionStatus, StoredStatus | undefined> = {
  [SessionStatus.UNSPECIFIED]: undefined,
  [SessionStatus.ACTIVE]: 'active',
  [SessionStatus.COMPLETED]: 'completed',
  [SessionStatus.INVALID]: 'invalid',
};

const STATUS_TO_PROTO: Record<StoredStatus, SessionStatus> = {
  active: SessionStatus.ACTIVE,
  completed: SessionStatus.COMPLETED,
  invalid: SessionStatus.INVALID,
};

const ORIGIN_TO_STORED: Record<SessionOrigin, StoredOrigin | undefined> = {
  [SessionOrigin.UNSPECIFIED]: undefined,
  [SessionOrigin.OWN_STATION]: 'own-station',
  [SessionOrigin.OCPI]: 'ocpi',
  [SessionOrigin.OICP]: 'oicp',
};

const ORIGIN_TO_PROTO: Record<StoredOrigin, SessionOrigin> = {
  'own-station': SessionOrigin.OWN_STATION,
  ocpi: SessionOrigin.OCPI,
  oicp: SessionOrigin.OICP,
};

/** Undefined for UNSPECIFIED. */
export function storedStatus(status: SessionStatus): StoredStatus | undefined {
  return STATUS_TO_STORED[status];
}

/** The row that a session's state becomes. Throws `session-export.state-incomplete`: such a fact is parked, not guessed at. */
export function rowOf(tenantId: string, state: SessionState): Omit<SessionRow, 'updated_at'> {
  const missing = (field: string) => recordErrors.stateIncomplete({ sessionId: state.sessionId, field });
  const required = <T>(value: T | undefined, field: string): T => {
    if (value === undefined) throw missing(field);
    return value;
  };
  const at = (value: Timestamp | undefined, field: string) => timestampDate(required(value, field));
  const station = required(state.station, 'station');
  return {
    session_id: state.sessionId,
    tenant_id: tenantId,
    version: state.version,
    status: required(STATUS_TO_STORED[state.status], 'status'),
    origin: required(ORIGIN_TO_STORED[state.origin], 'origin'),
    station_id: station.stationId,
    station_identity: station.identity,
    site_id: station.siteId,
    site_name: station.siteName,
    location_id: station.locationId,
    location_name: station.locationName,
    evse_id: station.evseId,
    evse_code: station.evseCode,
    evse_number: station.evseNumber,
    connector_number: station.connectorNumber,
    time_zone: station.timeZone,
    id_token: state.authorization?.idToken ?? '',
    id_token_id: state.authorization?.idTokenId ?? '',
    group_id: state.authorization?.groupId ?? '',
    decision: state.authorization?.decision ?? '',
    driver_id: state.authorization?.driverId ?? '',
    organisation_id: state.authorization?.organisationId ?? '',
    started_at: at(state.startedAt, 'started_at'),
    ended_at: state.endedAt ? timestampDate(state.endedAt) : null,
    received_at: at(state.receivedAt, 'received_at'),
    meter_start_wh: state.meterStartWh,
    meter_last_wh: state.meterLastWh,
    energy_wh: state.energyWh,
    power_w: state.powerW ?? null,
    soc_percent: state.socPercent ?? null,
    stop_reason: state.stopReason,
    doubts: state.doubts,
    readings: state.readings.map((reading) => toJson(RegisterReadingSchema, reading)),
    ocpp_transaction_id: state.ocppTransactionId,
    estimated: state.estimated,
  };
}

export function sessionRecord(row: SessionRow): SessionRecord {
  return create(SessionRecordSchema, {
    session: {
      sessionId: row.session_id,
      version: row.version,
      status: STATUS_TO_PROTO[row.status],
      origin: ORIGIN_TO_PROTO[row.origin],
      station: {
        stationId: row.station_id,
        identity: row.station_identity,
        siteId: row.site_id,
        siteName: row.site_name,
        locationId: row.location_id,
        locationName: row.location_name,
        evseId: row.evse_id,
        evseCode: row.evse_code,
        evseNumber: row.evse_number,
        connectorNumber: row.connector_number,
        timeZone: row.time_zone,
      },
      authorization: {
        idToken: row.id_token,
        idTokenId: row.id_token_id,
        groupId: row.group_id,
        decision: row.decision,
        driverId: row.driver_id,
        organisationId: row.organisation_id,
      },
      startedAt: timestampFromDate(row.started_at),
      ...(row.ended_at && { endedAt: timestampFromDate(row.ended_at) }),
      receivedAt: timestampFromDate(row.received_at),
      meterStartWh: row.meter_start_wh,
      meterLastWh: row.meter_last_wh,
      energyWh: row.energy_wh,
      ...(row.power_w !== null && { powerW: row.power_w }),
      ...(row.soc_percent !== null && { socPercent: row.soc_percent }),
      stopReason: row.stop_reason,
      doubts: row.doubts,
      readings: row.readings.map((reading) => fromJson(RegisterReadingSchema, reading)),
      ocppTransactionId: row.ocpp_transaction_id,
      estimated: row.estimated,
    },
    updatedAt: timestampFromDate(row.updated_at),
  });
}
