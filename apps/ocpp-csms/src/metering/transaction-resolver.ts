import type { Tx } from '@ampline/platform-postgres';

/** What a message of meter values says about where it belongs. */
export interface Claim {
  stationId: string;
  connectorNumber: number;
  /** OCPP 1.6: transactionId; 0 and negative numbers name none (stations that began offline, and some that never learn). */
  ocppId: number | undefined;
  /** It says nothing unless it is one of the station's own (quirk `stop_with_random_transaction_id`). */
  idIsChance: boolean;
}

export type Resolved =
  | { kind: 'transaction'; transactionId: string; meterStartWh: bigint }
  /** Of no transaction. */
  | { kind: 'none' }
  | { kind: 'unknown' | 'foreign' };

interface Session {
  transactionId: string;
  meterStartWh: bigint;
}

interface Known extends Session {
  stationId: string;
}

const BY_OCPP_ID = `SELECT ocpp_id, transaction_id, station_id, meter_start_wh FROM ocpp_transaction WHERE ocpp_id = ANY($1::integer[])`;
const ONLY_ACTIVE = `
  SELECT t.station_id, t.connector_number, min(t.transaction_id::text) AS transaction_id, min(t.meter_start_wh) AS meter_start_wh
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
      claims.filter((claim) => !this.isTold(claim)),
    );
    return claims.map((claim) => {
      if (this.isTold(claim)) return this.named(claim);
      const session = active.get(`${claim.stationId} ${claim.connectorNumber}`);
      return session === undefined ? { kind: 'none' } : { kind: 'transaction', ...session };
    });
  }

  /** Whether the id that it names is to be believed. */
  private isTold(claim: Claim): claim is NamingClaim {
    return namesOne(claim) && (!claim.idIsChance || this.remembered.get(claim.ocppId)?.stationId === claim.stationId);
  }

  private named({ ocppId, stationId }: NamingClaim): Resolved {
    const known = this.remembered.get(ocppId);
    if (known === undefined) return { kind: 'unknown' };
    const { transactionId, meterStartWh } = known;
    return known.stationId === stationId ? { kind: 'transaction', transactionId, meterStartWh } : { kind: 'foreign' };
  }

  private async learn(tx: Tx, claims: readonly Claim[]): Promise<void> {
    const named = claims.filter(namesOne).map(({ ocppId }) => ocppId);
    const missing = [...new Set(named)].filter((ocppId) => ocppId <= LARGEST_INTEGER && !this.remembered.has(ocppId));
    if (missing.length === 0) return;
    const rows = await tx.prepared<SessionRow & { ocpp_id: number }>(BY_OCPP_ID, [missing]);
    if (this.remembered.size + rows.length > MOST_REMEMBERED) this.remembered.clear();
    for (const row of rows) this.remembered.set(row.ocpp_id, { ...sessionOf(row), stationId: row.station_id });
  }

  private async active(tx: Tx, claims: readonly Claim[]): Promise<Map<string, Session>> {
    if (claims.length === 0) return new Map();
    const params = [claims.map(({ stationId }) => stationId), claims.map(({ connectorNumber }) => connectorNumber)];
    const rows = await tx.prepared<SessionRow & { connector_number: number }>(ONLY_ACTIVE, params);
    return new Map(rows.map((row) => [`${row.station_id} ${row.connector_number}`, sessionOf(row)]));
  }
}

interface SessionRow {
  station_id: string;
  transaction_id: string;
  meter_start_wh: bigint;
}

function sessionOf(row: SessionRow): Session {
  return { transactionId: row.transaction_id, meterStartWh: row.meter_start_wh };
}

type NamingClaim = Claim & { ocppId: number };

function namesOne(claim: Claim): claim is NamingClaim {
  return claim.ocppId !== undefined && claim.ocppId > 0;
}
