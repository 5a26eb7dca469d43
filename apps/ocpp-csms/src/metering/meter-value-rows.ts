import { judgeStationTime } from '@ampline/kernel-time';
import type { Tx } from '@ampline/platform-postgres';
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
const UNNEST = `unnest($1::timestamptz[], $2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::integer[], $7::uuid[], $8::timestamptz[],
  $9::text[], $10::text[], $11::bigint[], $12::bigint[], $13::integer[], $14::jsonb[])`;

const INSERT = `INSERT INTO meter_value (${COLUMNS}) SELECT ${COLUMNS} FROM ${UNNEST} AS v (${COLUMNS}) ON CONFLICT DO NOTHING`;

/**
 * What a station has sent before is left out. Fingerprints are taken in the order of their key, so that two replicas that got the
 * same messages wait for each other and do not deadlock.
 */
const INSERT_NEW = `
  WITH message AS (
    SELECT * FROM unnest($15::uuid[], $16::uuid[], $17::bytea[], $18::uuid[], $19::timestamptz[])
      AS m (message_uuid, station_id, fingerprint, tenant_id, received_at)
  ), taken AS (
    INSERT INTO meter_fingerprint (station_id, fingerprint, tenant_id, received_at)
    SELECT station_id, fingerprint, tenant_id, received_at FROM message ORDER BY station_id, fingerprint
    ON CONFLICT DO NOTHING RETURNING station_id, fingerprint
  ), fresh AS (
    SELECT DISTINCT ON (station_id, fingerprint) message_uuid FROM message JOIN taken USING (station_id, fingerprint)
  )
  INSERT INTO meter_value (${COLUMNS}) SELECT ${COLUMNS} FROM ${UNNEST} AS v (${COLUMNS}) WHERE message_uuid IN (SELECT message_uuid FROM fresh)
  ON CONFLICT DO NOTHING`;

/** Meter values that came with something that is told apart in another way. */
export async function writeMeterValues(tx: Tx, rows: readonly MeterValueRow[]): Promise<void> {
  if (rows.length > 0) await tx.prepared(INSERT, valueColumns(rows));
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
  await tx.prepared(INSERT_NEW, [
    ...valueColumns(rows),
    messages.map((m) => m.call.callId),
    messages.map((m) => m.call.stationId),
    messages.map((m) => m.fingerprint),
    messages.map((m) => m.call.tenantId),
    messages.map((m) => m.call.receivedAt.toISOString()),
  ]);
}

function valueColumns(rows: readonly MeterValueRow[]): unknown[] {
  return [
    rows.map((r) => r.call.receivedAt.toISOString()),
    rows.map((r) => r.call.callId),
    rows.map((r) => r.ordinal),
    rows.map((r) => r.call.tenantId),
    rows.map((r) => r.call.stationId),
    rows.map((r) => r.connectorNumber),
    rows.map((r) => r.transactionId),
    rows.map((r) => r.takenAt?.toISOString() ?? null),
    rows.map((r) => r.takenRaw),
    rows.map((r) => r.context),
    rows.map((r) => r.registerWh?.toString() ?? null),
    rows.map((r) => r.powerW),
    rows.map((r) => r.socPercent),
    rows.map((r) => r.samples),
  ];
}
