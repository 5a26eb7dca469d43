import { createHash } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';

interface StoredRecord {
  payload: AdapterPayload;
  consumed_at: Date | null;
}

/** Where the provider keeps one of its models: rows that every replica sees. Whoever reads the table cannot log in with it: ids are hashes. */
export class ProviderAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { jti: _, ...kept } = payload;
    // A login under way names the session that it belongs to; its id opens it.
    const session = payload.session === undefined ? {} : { session: { ...payload.session, cookie: undefined } };
    await this.database.query(
      `INSERT INTO provider_record (model, id, payload, uid, grant_id, account_id, session_uid, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (model, id) DO UPDATE SET payload = $3, uid = $4, grant_id = $5, account_id = $6, session_uid = $7, expires_at = $8`,
      [
        this.model,
        hashed(id),
        { ...kept, ...session },
        payload.uid ?? null,
        payload.grantId ?? (this.model === 'Grant' ? id : null),
        payload.accountId ?? payload.session?.accountId ?? null,
        payload.sessionUid ?? payload.session?.uid ?? (this.model === 'Session' ? payload.uid : null) ?? null,
        new Date(this.clock.now().getTime() + expiresIn * 1_000),
      ],
    );
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const record = await this.read('id = $2', hashed(id));
    return record && { ...record, jti: id };
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read('uid = $2', uid);
  }

  /** Nothing has a user code: the device flow is off. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  /** Once only, whatever several replicas do at the same time: who comes second has a copy, so that the whole login ends. */
  async consume(id: string): Promise<void> {
    const taken = await this.database.asWorker(async (tx) => {
      const row = await tx.one<{ grant_id: string | null; consumed_at: Date | null }>(
        'SELECT grant_id, consumed_at FROM provider_record WHERE model = $1 AND id = $2 FOR UPDATE',
        [this.model, hashed(id)],
      );
      if (row?.consumed_at) await tx.query('DELETE FROM provider_record WHERE grant_id = $1', [row.grant_id]);
      if (!row || row.consumed_at) return false;
      await tx.query('UPDATE provider_record SET consumed_at = $3 WHERE model = $1 AND id = $2', [
        this.model,
        hashed(id),
        this.clock.now(),
      ]);
      return true;
    });
    if (!taken) throw new errors.InvalidGrant('already used');
  }

  async destroy(id: string): Promise<void> {
    await this.database.query('DELETE FROM provider_record WHERE model = $1 AND id = $2', [this.model, hashed(id)]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.database.query('DELETE FROM provider_record WHERE model = $1 AND grant_id = $2', [this.model, grantId]);
  }

  private async read(condition: string, value: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.database.query<StoredRecord>(
      `SELECT payload, consumed_at FROM provider_record WHERE model = $1 AND ${condition} AND expires_at > $3`,
      [this.model, value, this.clock.now()],
    );
    return row && { ...row.payload, ...(row.consumed_at && { consumed: Math.floor(row.consumed_at.getTime() / 1_000) }) };
  }
}

function hashed(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}
