import { createPrivateKey } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { KeyCipher } from '@ampline/platform-runner';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, type JWK } from 'jose';
import { identityErrors } from '../errors.js';

const DAY_MS = 86_400_000;
/** A new key signs only when every service and replica has had the time to see it. */
const PUBLISHED_AHEAD_MS = 3_600_000;
/** Longer than anything lives that was signed with a key which no longer signs. */
const KEPT_AFTER_MS = 31 * DAY_MS;

interface KeyRow {
  kid: string;
  public_jwk: JWK;
  private_key: Buffer;
  active_at: Date;
}

/** Keys of the realm, the one that signs first: RS256, shared by all replicas through the database. */
export class SigningKeys {
  constructor(
    private readonly database: Database,
    private readonly cipher: KeyCipher,
    private readonly clock: Clock,
    private readonly renewDays: number,
  ) {}

  /** Makes the first key, and a new one when the newest is old; drops those that nothing was signed with any more. Returns what is in force. */
  keep(): Promise<JWK[]> {
    return this.database.asWorker(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('ampline.identity.keys', 0))`);
      const now = this.clock.now().getTime();
      const newest = await tx.one<{ created_at: Date }>('SELECT created_at FROM signing_key ORDER BY created_at DESC LIMIT 1');
      if (!newest) await this.make(tx, now);
      else if (newest.created_at.getTime() < now - this.renewDays * DAY_MS) await this.make(tx, now + PUBLISHED_AHEAD_MS);
      await tx.query(
        `DELETE FROM signing_key k WHERE EXISTS (SELECT FROM signing_key later WHERE later.active_at > k.active_at AND later.active_at < $1)`,
        [new Date(now - KEPT_AFTER_MS)],
      );
      const rows = await tx.query<KeyRow>(
        'SELECT kid, public_jwk, private_key, active_at FROM signing_key ORDER BY active_at <= $1 DESC, active_at DESC',
        [new Date(now)],
      );
      return rows.map((row) => this.jwkOf(row));
    });
  }

  private async make(tx: Tx, activeAtMs: number): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    await tx.query('INSERT INTO signing_key (kid, public_jwk, private_key, created_at, active_at) VALUES ($1, $2, $3, $4, $5)', [
      kid,
      { ...jwk, kid, use: 'sig', alg: 'RS256' },
      this.cipher.seal(await exportPKCS8(privateKey), kid),
      this.clock.now(),
      new Date(activeAtMs),
    ]);
  }

  private jwkOf(row: KeyRow): JWK {
    try {
      const key = createPrivateKey(this.cipher.open(row.private_key, row.kid));
      return { ...row.public_jwk, ...(key.export({ format: 'jwk' }) as JWK) };
    } catch (cause) {
      throw identityErrors.keysUnreadable({ kid: row.kid }, cause);
    }
  }
}
