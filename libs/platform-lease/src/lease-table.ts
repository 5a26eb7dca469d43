import type { Database, Tx } from '@ampline/platform-postgres';
import { leaseErrors } from './errors.js';

/** Text for a service's first migration. */
export const LEASE_SQL = `CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  -- Rises with every change of holder: what a write of the holder names (fencing).
  fencing_epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
SELECT ampline_worker_table('lease');
`;

// A free lease is locked FOR UPDATE before it is taken: that waits for nobody (SKIP LOCKED) and cannot pass a transaction which
// has proved its epoch with FOR KEY SHARE. A renewal changes no key column and passes such a transaction.
const TAKE = `
WITH free AS (SELECT name FROM lease WHERE name = $1 AND expires_at <= clock_timestamp() FOR UPDATE SKIP LOCKED)
UPDATE lease SET holder = $2, fencing_epoch = fencing_epoch + 1, expires_at = clock_timestamp() + $3 * interval '1 ms'
  FROM free WHERE lease.name = free.name RETURNING fencing_epoch AS epoch`;
const MAKE = `INSERT INTO lease (name, holder, fencing_epoch, expires_at) VALUES ($1, '', 0, '-infinity') ON CONFLICT DO NOTHING`;
const RENEW = `
UPDATE lease SET expires_at = clock_timestamp() + $4 * interval '1 ms' WHERE name = $1 AND holder = $2 AND fencing_epoch = $3 RETURNING name`;
const RELEASE = `UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND holder = $2 AND fencing_epoch = $3`;

/** The rows behind `Lease`. Times are the database's. */
export class LeaseTable {
  constructor(private readonly db: Database) {}

  /** Makes the row; it is free at first. */
  async make(name: string): Promise<void> {
    await this.db.query(MAKE, [name]);
  }

  /** The new epoch, or undefined while somebody else holds the lease or still writes under it. */
  async take(name: string, holder: string, ttlMs: number): Promise<bigint | undefined> {
    const [row] = await this.db.query<{ epoch: bigint }>(TAKE, [name, holder, ttlMs]);
    return row?.epoch;
  }

  /** False when another has taken it meanwhile. */
  async renew(name: string, holder: string, epoch: bigint, ttlMs: number): Promise<boolean> {
    return (await this.db.query(RENEW, [name, holder, epoch, ttlMs])).length === 1;
  }

  async release(name: string, holder: string, epoch: bigint): Promise<void> {
    await this.db.query(RELEASE, [name, holder, epoch]);
  }
}

/**
 * To be called in each transaction that writes under a lease: throws `lease.lost` when the epoch is no longer the lease's, and
 * otherwise keeps others from taking it until the transaction has ended. A holder that was frozen cannot write with it.
 */
export async function assertFence(tx: Tx, name: string, epoch: bigint): Promise<void> {
  const row = await tx.one('SELECT name FROM lease WHERE name = $1 AND fencing_epoch = $2 FOR KEY SHARE', [name, epoch]);
  if (!row) throw leaseErrors.lost({ lease: name });
}
