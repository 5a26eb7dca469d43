import type { GroupId, IdTokenId, StationId, TenantId, TransactionId } from '@ampline/kernel-ids';
import type { StationTimeVerdict } from '@ampline/kernel-time';
import type { Doubt } from '../../issues/reasons.js';
import type { ChargingTransaction, ToldStop, TransactionEnd } from '../domain/transaction.js';

/** Names of the place as they were at the begin. */
export interface Place {
  identity: string;
  siteId: string;
  siteName: string;
  locationId: string;
  locationName: string;
  /** Absent when the connector that the station named cannot be. */
  evseId?: string;
  evseCode?: string;
  /** OCPP 1.6: connectorId n is connector 1 of EVSE n. */
  evseNumber: number;
  connectorNumber: number;
  /** IANA. */
  timeZone: string;
}

/** A row of `ocpp_transaction` as {@link TRANSACTION_COLUMNS} select it. */
export interface TransactionRow {
  transaction_id: TransactionId;
  tenant_id: TenantId;
  station_id: StationId;
  connector_number: number;
  ocpp_id: number;
  start_ordinal: number;
  id_token: string;
  id_token_id: IdTokenId | null;
  group_id: GroupId | null;
  group_token: string | null;
  /** Who held the token at the begin. */
  driver_id: string | null;
  /** Who answered for it then. */
  organisation_id: string | null;
  decision: string;
  state: 'active' | 'ended' | 'invalid';
  started_at: Date;
  started_raw: string | null;
  started_clock: StationTimeVerdict;
  started_received_at: Date;
  meter_start_wh: bigint;
  ended_at: Date | null;
  ended_raw: string | null;
  ended_clock: StationTimeVerdict | null;
  ended_received_at: Date | null;
  meter_stop_wh: bigint | null;
  stop_reason: string | null;
  stop_id_token: string | null;
  stop_key: Buffer | null;
  meter_last_wh: bigint;
  meter_last_at: Date | null;
  power_w: bigint | null;
  soc_percent: number | null;
  energy_wh: bigint;
  doubts: Doubt[];
  estimated: boolean;
  place: Place;
  /** What the meter's signed values are worth; null when it signs none. */
  signed_verdict: 'verified' | 'unverifiable' | 'wrong' | null;
  signed_reason: string | null;
  meter_key_id: string | null;
  /** When a fact last told of it. */
  told_at: Date;
  version: bigint;
}

export const TRANSACTION_COLUMNS = [
  'transaction_id, tenant_id, station_id, connector_number, ocpp_id, start_ordinal, id_token, id_token_id, group_id, group_token',
  'driver_id, organisation_id, decision, state, started_at, started_raw, started_clock, started_received_at, meter_start_wh',
  'ended_at, ended_raw, ended_clock, ended_received_at, meter_stop_wh, stop_reason, stop_id_token, stop_key, meter_last_wh, meter_last_at, power_w, soc_percent',
  'energy_wh, doubts, estimated, place, signed_verdict, signed_reason, meter_key_id, told_at, version',
].join(', ');

export function readTransaction(row: TransactionRow): ChargingTransaction {
  const end = readEnd(row);
  return {
    transactionId: row.transaction_id,
    tenantId: row.tenant_id,
    stationId: row.station_id,
    ocppId: row.ocpp_id,
    connectorNumber: row.connector_number,
    startOrdinal: row.start_ordinal,
    idToken: row.id_token,
    ...(row.id_token_id !== null && { idTokenId: row.id_token_id }),
    ...(row.group_id !== null && { groupId: row.group_id }),
    ...(row.group_token !== null && { groupToken: row.group_token }),
    decision: row.decision,
    state: row.state,
    started: { at: row.started_at, raw: row.started_raw ?? '', clock: row.started_clock, receivedAt: row.started_received_at },
    meterStartWh: row.meter_start_wh,
    last: { at: row.meter_last_at ?? row.started_at, registerWh: row.meter_last_wh },
    energyWh: row.energy_wh,
    ...(end !== undefined && { end }),
    doubts: row.doubts,
  };
}

function readEnd(row: TransactionRow): TransactionEnd | undefined {
  if (row.ended_at === null || row.meter_stop_wh === null) return undefined;
  const told = readTold(row, row.meter_stop_wh);
  return { at: row.ended_at, meterStopWh: row.meter_stop_wh, estimated: row.estimated, ...(told !== undefined && { told }) };
}

function readTold(row: TransactionRow, meterStopWh: bigint): ToldStop | undefined {
  if (row.stop_key === null || row.ended_at === null || row.ended_received_at === null || row.ended_clock === null) return undefined;
  return {
    ended: { at: row.ended_at, raw: row.ended_raw ?? '', clock: row.ended_clock, receivedAt: row.ended_received_at },
    meterStopWh,
    reason: row.stop_reason ?? 'Local',
    ...(row.stop_id_token !== null && { idToken: row.stop_id_token }),
    key: row.stop_key.toString('hex'),
  };
}
