import { createHash } from 'node:crypto';
import type { Tx } from '@ampline/platform-postgres';
import type { SignatureAlgorithmName } from '@ampline/protocol-ocmf';
import type { MeterValueRow } from '../../metering/meter-value-rows.js';
import { SignedValues, type SignedFinding } from '../../transactions/application/ports.js';
import type { ChargingTransaction } from '../../transactions/domain/transaction.js';
import { doubtOf, isForPeople, judge, type Judgement, type RegisteredKey } from '../judgement.js';

/** One a minute over three days: with more, the last ones are left out, and the session counts as unverified. */
const MOST_VALUES = 5_000;

const INSERT = `
  INSERT INTO signed_value (transaction_id, digest, tenant_id, received_at, context, value)
  SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[]) ON CONFLICT DO NOTHING
  RETURNING transaction_id`;
const DUE = `UPDATE ocpp_transaction SET signed_due_at = now() WHERE transaction_id = ANY($1) AND state <> 'active'`;
const OF_TRANSACTION = `
  SELECT NULL::uuid AS meter_key_id, value AS text, NULL AS meter_serial, NULL::bytea AS spki, false AS of_evse
    FROM (SELECT value, received_at FROM signed_value WHERE transaction_id = $1 ORDER BY received_at LIMIT ${MOST_VALUES}) AS v
  UNION ALL
  SELECT meter_key_id, algorithm, meter_serial, spki, of_evse
    FROM (SELECT meter_key_id, algorithm, meter_serial, spki, evse_number IS NOT NULL AS of_evse FROM meter_key
           WHERE station_id = $2 AND (evse_number IS NULL OR evse_number = $3) AND revoked_at IS NULL AND valid_from <= $4
           ORDER BY evse_number NULLS LAST, valid_from DESC) AS k`;
const STORE = `
  UPDATE ocpp_transaction SET signed_verdict = $2, signed_reason = $3, signed_energy_mwh = $4, meter_key_id = $5, signed_due_at = NULL
   WHERE transaction_id = $1`;

interface ValueOrKey {
  meter_key_id: string | null;
  /** The value, or the algorithm of the key. */
  text: string;
  meter_serial: string | null;
  spki: Buffer | null;
  of_evse: boolean;
}

/** Stores what is signed among meter values, byte for byte. What comes for a session that has ended makes it due for another look. */
export async function writeSignedValues(tx: Tx, rows: readonly MeterValueRow[]): Promise<void> {
  const found = rows.flatMap(({ call, transactionId, signed }) =>
    transactionId === null ? [] : signed.map((value) => ({ ...value, call, transactionId })),
  );
  if (found.length === 0) return;
  const stored = await tx.prepared<{ transaction_id: string }>(INSERT, [
    found.map(({ transactionId }) => transactionId),
    found.map(({ value }) => createHash('sha256').update(value).digest()),
    found.map(({ call }) => call.tenantId),
    found.map(({ call }) => call.receivedAt),
    found.map(({ context }) => context),
    found.map(({ value }) => value),
  ]);
  if (stored.length > 0) await tx.prepared(DUE, [[...new Set(stored.map((row) => row.transaction_id))]]);
}

/** The signed values of sessions, in the database transaction that is open. */
export class PgSignedValues extends SignedValues {
  constructor(private readonly tx: Tx) {
    super();
  }

  async judge(transaction: ChargingTransaction, energyWh: bigint, endedAt: Date): Promise<SignedFinding | undefined> {
    const judgement = await this.look(transaction, energyWh, endedAt);
    if (judgement === undefined) return undefined;
    const { verdict, reason, energyMilliWh, meterKeyId } = judgement;
    const { transactionId } = transaction;
    await this.tx.prepared(STORE, [transactionId, verdict, reason ?? null, energyMilliWh ?? null, meterKeyId ?? null]);
    const doubt = doubtOf(judgement);
    if (doubt === undefined) return undefined;
    const findingKey = `signed:${transactionId}:${reason}`;
    return { doubt, findingKey, inWorkList: isForPeople(judgement), detail: { verdict, reason, recordedWh: energyWh.toString() } };
  }

  private async look(transaction: ChargingTransaction, energyWh: bigint, endedAt: Date): Promise<Judgement | undefined> {
    const { transactionId, stationId, connectorNumber, idToken } = transaction;
    const rows = await this.tx.prepared<ValueOrKey>(OF_TRANSACTION, [transactionId, stationId, connectorNumber, endedAt]);
    const values = rows.filter(({ meter_key_id }) => meter_key_id === null).map(({ text }) => text);
    return judge(values, rows.flatMap(keyOf), { energyWh, idToken });
  }
}

function keyOf({ meter_key_id: meterKeyId, text, meter_serial: meterSerial, spki, of_evse: ofEvse }: ValueOrKey): RegisteredKey[] {
  if (meterKeyId === null || spki === null) return [];
  const key = { algorithm: text as SignatureAlgorithmName, spki };
  return [{ meterKeyId, key, ...(meterSerial !== null && { meterSerial }), ofEvse }];
}
