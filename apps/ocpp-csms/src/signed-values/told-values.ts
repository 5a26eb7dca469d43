import { SignedValuesSchema, SignedVerdict, type SignedValues } from '@ampline/contracts';
import type { Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import type { TransactionRow } from '../transactions/adapters/transaction-row.js';

const VERDICT: Record<NonNullable<TransactionRow['signed_verdict']>, SignedVerdict> = {
  verified: SignedVerdict.VERIFIED,
  unverifiable: SignedVerdict.UNVERIFIABLE,
  wrong: SignedVerdict.WRONG,
};

/** A fact holds at most 256 KiB; of a session with more signed values than this the first and the last are told. */
const MOST_BYTES = 65_536;

interface ValueRow {
  transaction_id: string;
  values: string[] | null;
  algorithm: string | null;
  spki: Buffer | null;
}

const VALUES = `
  SELECT t.transaction_id, k.algorithm, k.spki,
         (SELECT CASE WHEN coalesce(sum(octet_length(v.value)), 0) <= ${MOST_BYTES} THEN array_agg(v.value ORDER BY v.received_at, v.context)
                 ELSE ARRAY[min(v.value) FILTER (WHERE v.digest = edge.first), min(v.value) FILTER (WHERE v.digest = edge.last)] END
            FROM signed_value v WHERE v.transaction_id = t.transaction_id) AS values
    FROM ocpp_transaction t LEFT JOIN meter_key k USING (meter_key_id)
    LEFT JOIN LATERAL (
      SELECT (array_agg(digest ORDER BY received_at, context))[1] AS first, (array_agg(digest ORDER BY received_at DESC, context DESC))[1] AS last
        FROM signed_value WHERE transaction_id = t.transaction_id) AS edge ON true
   WHERE t.transaction_id = ANY($1)`;

/** The signed values of ended sessions as their facts tell them, by transaction. */
export async function toldSignedValues(tx: Tx, rows: readonly TransactionRow[]): Promise<Map<string, SignedValues>> {
  const judged = rows.filter((row) => row.signed_verdict !== null);
  if (judged.length === 0) return new Map();
  const found = await tx.query<ValueRow>(VALUES, [judged.map((row) => row.transaction_id)]);
  const byId = new Map(found.map((row) => [row.transaction_id, row]));
  return new Map(judged.map((row) => [row.transaction_id, told(row, byId.get(row.transaction_id))]));
}

function told({ signed_verdict: verdict, signed_reason: reason }: TransactionRow, found: ValueRow | undefined): SignedValues {
  return create(SignedValuesSchema, {
    verdict: verdict === null ? SignedVerdict.UNSPECIFIED : VERDICT[verdict],
    reason: reason ?? '',
    publicKey: found?.spki?.toString('base64') ?? '',
    algorithm: found?.algorithm ?? '',
    values: (found?.values ?? []).filter((value) => value.length <= MOST_BYTES),
  });
}
