import type { Tx } from '@ampline/platform-postgres';

/** What a message of meter values says about where it belongs. */
export interface Claim {
  stationId: string;
  connectorNumber: number;
  /** OCPP 1.6: transactionId; 0 and negative numbers name none (stations that began offline, and some that never learn). */
  ocppId: number | undefined;
}

export type Resolved =
  | { kind: 'transaction'; transactionId: string }
  /** Of no transaction. */
  | { kind: 'none' }
  | { kind: 'unknown' | 'foreign' };

interface Known {
  transactionId: string;
  stationId: string;
}

const BY_OCPP_ID = `SELECT ocpp_id, transaction_id, station_id FROM ocpp_transaction WHERE ocpp_id = ANY($1::integer[])`;
const ONLY_ACTIVE = `
  SELECT t.station_id, t.connector_number, min(t.transaction_id::text) AS transaction_id
    FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::integer[]) AS c (station_id, connector_number)) AS c
    JOIN ocpp_transaction t ON t.station_id = c.station_id AND t.connector_number = c.connector_number AND t.state = 'active'
   GROUP BY t.station_id, t.connector_number HAVING count(*) = 1`;

const MOST_REMEMBERED = 50_000;
const LARGEST_INTEGER = 2 ** 31 - 1;

/** Finds the transactions of meter values. What an OCPP id means never changes, so it is remembered. */
export class TransactionResolver {
  private readonly remembered = new Map<number, Known>();

  /** Answers in the order of the claims. */
  async resolve(tx: Tx, claims: readonly Claim[]): Promise<Resolved[]> {
    await this.learn(tx, claims);
    const active = await this.active(
      tx,
      claims.filter((claim) => !namesOne(claim)),
    );
    return claims.map((claim) => {
      if (namesOne(claim)) return this.named(claim);
      const transactionId = active.get(`${claim.stationId} ${claim.connectorNumber}`);
      return transactionId === undefined ? { kind: 'none' } : { kind: 'transaction', transactionId };
    });
  }

  private named({ ocppId, stationId }: NamingClaim): Resolved {
    const known = this.remembered.get(ocppId);
    if (known === undefined) return { kind: 'unknown' };
    return known.stationId === stationId ? { kind: 'transaction', transactionId: known.transactionId } : { kind: 'foreign' };
  }

  private async learn(tx: Tx, claims: readonly Claim[]): Promise<void> {
    const named = claims.filter(namesOne).map(({ ocppId }) => ocppId);
    const missing = [...new Set(named)].filter((ocppId) => ocppId <= LARGEST_INTEGER && !this.remembered.has(ocppId));
    if (missing.length === 0) return;
    const rows = await tx.prepared<{ ocpp_id: number; transaction_id: string; station_id: string }>(BY_OCPP_ID, [missing]);
    if (this.remembered.size + rows.length > MOST_REMEMBERED) this.remembered.clear();
    for (const row of rows) this.remembered.set(row.ocpp_id, { transactionId: row.transaction_id, stationId: row.station_id });
  }

  private async active(tx: Tx, claims: readonly Claim[]): Promise<Map<string, string>> {
    if (claims.length === 0) return new Map();
    const params = [claims.map(({ stationId }) => stationId), claims.map(({ connectorNumber }) => connectorNumber)];
    const rows = await tx.prepared<{ station_id: string; connector_number: number; transaction_id: string }>(ONLY_ACTIVE, params);
    return new Map(rows.map((row) => [`${row.station_id} ${row.connector_number}`, row.transaction_id]));
  }
}

type NamingClaim = Claim & { ocppId: number };

function namesOne(claim: Claim): claim is NamingClaim {
  return claim.ocppId !== undefined && claim.ocppId > 0;
}
