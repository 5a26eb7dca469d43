import { judgeStationTime } from '@ampline/kernel-time';
import { binaryArray, type Tx } from '@ampline/platform-postgres';
import { readingsAsMeant, readSampledValues, registerAsMeant, type Loose, type MeterValue } from '@ampline/protocol-ocpp';
import type { StationCall } from '../intake/station-call.js';
import type { Manners } from '../intake/station-manners.js';

/** One meter value as the table has it: everything that a station measured at one moment. */
export interface MeterValueRow {
  call: Pick<StationCall, 'callId' | 'receivedAt' | 'tenantId' | 'stationId'>;
  /** Position in the message, from 0. */
  ordinal: number;
  connectorNumber: number;
  transactionId: string | null;
  /** Null when the station's clock cannot be believed. */
  takenAt: Date | null;
  takenRaw: string;
  context: string | null;
  registerWh: bigint | null;
  powerW: number | null;
  socPercent: number | null;
  /** The sampled values in the units that the station means, JSON. Signed data byte for byte. */
  samples: string;
  /** Those that the meter signed. */
  signed: readonly SignedSample[];
}

/** A sample of format SignedData. */
export interface SignedSample {
  context: string;
  /** Byte for byte. */
  value: string;
}

export interface MeterValueSource {
  call: MeterValueRow['call'];
  connectorNumber: number;
  session: { transactionId: string; meterStartWh: bigint } | null;
  readings: readonly Loose<MeterValue>[];
  manners: Manners;
}

export function meterValueRows({ call, connectorNumber, session, readings: sent, manners }: MeterValueSource): MeterValueRow[] {
  const { quirks, meantZone } = manners;
  const readings = readingsAsMeant(sent, quirks);
  return readSampledValues(readings, meantZone).map(({ time, samples, columns }, ordinal) => ({
    call,
    ordinal,
    connectorNumber,
    transactionId: session?.transactionId ?? null,
    takenAt: judgeStationTime(time, call.receivedAt) === 'plausible' ? time.at : null,
    takenRaw: time.raw,
    context: samples[0]?.context ?? null,
    registerWh:
      session && columns.registerWh !== null ? registerAsMeant(columns.registerWh, session.meterStartWh, quirks) : columns.registerWh,
    powerW: columns.powerW,
    socPercent: columns.socPercent,
    samples: JSON.stringify(readings[ordinal]?.sampledValue ?? []),
    signed: columns.signed ? samples.filter(({ format }) => format === 'SignedData').map(({ context, value }) => ({ context, value })) : [],
  }));
}

const COLUMNS = `received_at, message_uuid, ordinal, tenant_id, station_id, connector_number, transaction_id, taken_at, taken_raw, context,
  register_wh, power_w, soc_percent, samples`;
/** Of the message: `m`. Of the row: `v`, by the number of its message. */
const VALUES = `m.received_at, m.message_uuid, v.ordinal, m.tenant_id, m.station_id, v.connector_number, v.transaction_id, v.taken_at,
  v.taken_raw, v.context, v.register_wh, v.power_w, v.soc_percent, v.samples`;
const MESSAGES = `unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[])`;
const ROWS = `
  unnest($5::integer[], $6::integer[], $7::integer[], $8::uuid[], $9::timestamptz[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
    $14::integer[], $15::jsonb[])
  AS v (n, ordinal, connector_number, transaction_id, taken_at, taken_raw, context, register_wh, power_w, soc_percent, samples)`;

const INSERT = `
  INSERT INTO meter_value (${COLUMNS})
  SELECT ${VALUES} FROM ${ROWS}
    JOIN ${MESSAGES} WITH ORDINALITY AS m (message_uuid, received_at, tenant_id, station_id, n) USING (n)
  ON CONFLICT DO NOTHING`;

/**
 * What a station has sent before is left out. Fingerprints are taken in the order of their key, so that two replicas that got the
 * same messages wait for each other and do not deadlock.
 */
const INSERT_NEW = `
  WITH message AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $16::bytea[]) WITH ORDINALITY
      AS m (message_uuid, received_at, tenant_id, station_id, fingerprint, n)
  ), taken AS (
    INSERT INTO meter_fingerprint (station_id, fingerprint, tenant_id, received_at)
    SELECT station_id, fingerprint, tenant_id, received_at FROM message ORDER BY station_id, fingerprint
    ON CONFLICT DO NOTHING RETURNING station_id, fingerprint
  ), m AS (
    SELECT DISTINCT ON (station_id, fingerprint) message.* FROM message JOIN taken USING (station_id, fingerprint)
  )
  INSERT INTO meter_value (${COLUMNS}) SELECT ${VALUES} FROM ${ROWS} JOIN m USING (n) ON CONFLICT DO NOTHING`;

/** Meter values that came with something that is told apart in another way. */
export async function writeMeterValues(tx: Tx, rows: readonly MeterValueRow[]): Promise<void> {
  const calls = [...new Set(rows.map(({ call }) => call))];
  if (calls.length > 0) await tx.prepared(INSERT, [...callColumns(calls), ...valueColumns(calls, rows)]);
}

/** A message of meter values and what the station repeats when it sends it again. */
export interface FingerprintedMessage {
  call: MeterValueRow['call'];
  fingerprint: Buffer;
}

/** Meter values of many messages, those left out that were stored before. */
export async function writeNewMeterValues(
  tx: Tx,
  messages: readonly FingerprintedMessage[],
  rows: readonly MeterValueRow[],
): Promise<void> {
  const calls = messages.map(({ call }) => call);
  const fingerprints = binaryArray.bytea(messages.map(({ fingerprint }) => fingerprint));
  await tx.prepared(INSERT_NEW, [...callColumns(calls), ...valueColumns(calls, rows), fingerprints]);
}

function callColumns(calls: readonly MeterValueRow['call'][]): Buffer[] {
  return [
    binaryArray.uuid(calls.map((call) => call.callId)),
    binaryArray.timestamptz(calls.map((call) => call.receivedAt)),
    binaryArray.uuid(calls.map((call) => call.tenantId)),
    binaryArray.uuid(calls.map((call) => call.stationId)),
  ];
}

/** @param calls those of the rows, by identity */
function valueColumns(calls: readonly MeterValueRow['call'][], rows: readonly MeterValueRow[]): Buffer[] {
  const numbers = new Map(calls.map((call, i) => [call, i + 1]));
  return [
    binaryArray.int4(rows.map((r) => numbers.get(r.call) ?? null)),
    binaryArray.int4(rows.map((r) => r.ordinal)),
    binaryArray.int4(rows.map((r) => r.connectorNumber)),
    binaryArray.uuid(rows.map((r) => r.transactionId)),
    binaryArray.timestamptz(rows.map((r) => r.takenAt)),
    binaryArray.text(rows.map((r) => r.takenRaw)),
    binaryArray.text(rows.map((r) => r.context)),
    binaryArray.int8(rows.map((r) => r.registerWh)),
    binaryArray.int8(rows.map((r) => r.powerW)),
    binaryArray.int4(rows.map((r) => r.socPercent)),
    binaryArray.jsonb(rows.map((r) => r.samples)),
  ];
}
