import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionOrigin, SessionStateSchema, SessionStatus, type SessionState, type SignedValues } from '@ampline/contracts';
import type { Tx } from '@ampline/platform-postgres';
import { toldSignedValues } from '../signed-values/told-values.js';
import type { TransactionRow } from './adapters/transaction-row.js';
import { thin, type PowerReading } from './readings.js';

const STATUS: Record<TransactionRow['state'], SessionStatus> = {
  active: SessionStatus.ACTIVE,
  ended: SessionStatus.COMPLETED,
  invalid: SessionStatus.INVALID,
};

/** OCPP 1.6 Reason → OCPP 2.0.1 ReasonEnumType, where the word differs. Words without a counterpart stay. */
const REASON_201: Readonly<Record<string, string>> = { HardReset: 'ImmediateReset', SoftReset: 'ImmediateReset' };

/** What a session looks like to everybody else: the one assembly for facts and the export. Readings belong to an ended one. */
export function sessionState(row: TransactionRow, readings: readonly PowerReading[] = [], signedValues?: SignedValues): SessionState {
  const { place } = row;
  return create(SessionStateSchema, {
    sessionId: row.transaction_id,
    version: row.version,
    status: STATUS[row.state],
    origin: SessionOrigin.OWN_STATION,
    station: {
      stationId: row.station_id,
      identity: place.identity,
      siteId: place.siteId,
      siteName: place.siteName,
      locationId: place.locationId,
      locationName: place.locationName,
      evseId: place.evseId ?? '',
      evseCode: place.evseCode ?? '',
      evseNumber: place.evseNumber,
      connectorNumber: place.connectorNumber,
      timeZone: place.timeZone,
    },
    authorization: {
      idToken: row.id_token,
      idTokenId: row.id_token_id ?? '',
      groupId: row.group_id ?? '',
      decision: row.decision,
      driverId: row.driver_id ?? '',
      organisationId: row.organisation_id ?? '',
    },
    startedAt: timestampFromDate(row.started_at),
    ...(row.ended_at !== null && { endedAt: timestampFromDate(row.ended_at) }),
    receivedAt: timestampFromDate(row.started_received_at),
    meterStartWh: row.meter_start_wh,
    meterLastWh: row.meter_stop_wh ?? row.meter_last_wh,
    energyWh: row.energy_wh,
    ...(row.power_w !== null && row.state === 'active' && { powerW: row.power_w }),
    ...(row.soc_percent !== null && { socPercent: row.soc_percent }),
    stopReason: row.stop_reason === null ? '' : (REASON_201[row.stop_reason] ?? row.stop_reason),
    doubts: row.doubts,
    readings: readings.map(({ at, registerWh, powerW }) => ({
      at: timestampFromDate(at),
      registerWh,
      ...(powerW !== null && { powerW }),
    })),
    ocppTransactionId: String(row.ocpp_id),
    estimated: row.estimated,
    ...(signedValues && { signedValues }),
  });
}

/** Sessions as they are told, ended ones with their readings. */
export async function sessionStates(tx: Tx, rows: readonly TransactionRow[]): Promise<SessionState[]> {
  const ended = rows.filter((row) => row.state !== 'active');
  const readings = await readingsOf(tx, ended);
  const signed = await toldSignedValues(tx, ended);
  return rows.map((row) => sessionState(row, readings.get(row.transaction_id), signed.get(row.transaction_id)));
}

interface ReadingRow {
  transaction_id: string;
  received_at: Date;
  at: Date;
  register_wh: bigint;
  power_w: bigint | null;
}

/** Bounded on both sides: partitions of other days are passed over, which spares their planning. */
const READINGS = `
  SELECT transaction_id, received_at, coalesce(taken_at, received_at) AS at, register_wh, power_w
    FROM meter_value
   WHERE transaction_id = ANY($1) AND received_at BETWEEN $2 AND $3 AND register_wh IS NOT NULL
   ORDER BY transaction_id, at, ordinal`;

/** A meter value may seem to have come before the begin of its transaction: clocks of two gateways differ. */
const CLOCK_SLACK_MS = 3_600_000;

/**
 * The register of ended sessions: begin, readings between, end. Readings that came after the session was last told are left out, so
 * that the export tells what the fact told.
 */
async function readingsOf(tx: Tx, rows: readonly TransactionRow[]): Promise<Map<string, PowerReading[]>> {
  if (rows.length === 0) return new Map();
  const earliest = Math.min(...rows.map((row) => row.started_received_at.getTime())) - CLOCK_SLACK_MS;
  const latest = Math.max(...rows.map(toldUntil));
  const ids = rows.map((row) => row.transaction_id);
  const found = await tx.query<ReadingRow>(READINGS, [ids, new Date(earliest), new Date(latest)]);
  const byTransaction = new Map<string, ReadingRow[]>(ids.map((id) => [id, []]));
  for (const reading of found) byTransaction.get(reading.transaction_id)?.push(reading);
  return new Map(rows.map((row) => [row.transaction_id, withEnds(row, byTransaction.get(row.transaction_id) ?? [])]));
}

function toldUntil({ told_at: toldAt, ended_received_at: endedReceivedAt }: TransactionRow): number {
  return Math.max(toldAt.getTime(), endedReceivedAt?.getTime() ?? 0);
}

function withEnds(row: TransactionRow, found: readonly ReadingRow[]): PowerReading[] {
  const told = found.filter((reading) => reading.received_at.getTime() <= toldUntil(row));
  const between = told.map(({ at, register_wh: registerWh, power_w: powerW }) => ({ at, registerWh, powerW }));
  const begin = { at: row.started_at, registerWh: row.meter_start_wh, powerW: null };
  if (row.ended_at === null || row.meter_stop_wh === null) return thin([begin, ...between]);
  const end = { at: row.ended_at, registerWh: row.meter_stop_wh, powerW: null };
  const inside = between.filter(({ at }) => at > begin.at && at < end.at);
  return thin([begin, ...inside, end]);
}
