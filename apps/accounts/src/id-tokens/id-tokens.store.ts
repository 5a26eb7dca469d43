import { idTokenChanged, type IdTokenState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { accountsErrors } from '../errors.js';
import { slugOf } from '../tenants/tenants.store.js';
import { idTokenKey } from './id-token-rules.js';
import { idTokenState, type IdTokenRow, type StoredIdTokenStatus, type StoredIdTokenType } from './id-tokens.mapping.js';

const COLUMNS = 'id_token_id, tenant_id, id_token, type, status, expires_at, group_id, group_token, allow_concurrent, version';

/** What an id token shall be. */
export interface WantedIdToken {
  idToken: string;
  type: StoredIdTokenType;
  expiresAt: Date | null;
  groupId: string | null;
  allowConcurrent: boolean;
}

/** Id tokens of a tenant; each change and its fact are one transaction. */
export class IdTokenStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates the id token or brings the one of the same text to what is wanted; a blocked one stays blocked. What it is already
   * changes nothing and tells nothing. Throws `accounts.group-unknown`.
   */
  put(tenantId: string, wanted: WantedIdToken): Promise<IdTokenState> {
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const groupToken = wanted.groupId === null ? null : await holdGroup(tx, wanted.groupId);
      const changed = await tx.one<IdTokenRow>(
        `INSERT INTO id_token AS t (id_token_id, tenant_id, id_token, type, expires_at, group_id, group_token, allow_concurrent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant_id, id_token_key) DO UPDATE
         SET id_token = excluded.id_token, type = excluded.type, expires_at = excluded.expires_at, group_id = excluded.group_id,
             group_token = excluded.group_token, allow_concurrent = excluded.allow_concurrent, version = t.version + 1
         WHERE (t.id_token, t.type, t.expires_at, t.group_id, t.group_token, t.allow_concurrent) IS DISTINCT FROM
               (excluded.id_token, excluded.type, excluded.expires_at, excluded.group_id, excluded.group_token, excluded.allow_concurrent)
         RETURNING ${COLUMNS}`,
        [uuidv7(), tenantId, wanted.idToken, wanted.type, wanted.expiresAt, wanted.groupId, groupToken, wanted.allowConcurrent],
      );
      if (!changed) return found(tx, wanted.idToken);
      return this.tell(tx, slug, changed);
    });
  }

  /** Throws `accounts.id-token-unknown`. The status it has already changes nothing and tells nothing. */
  setStatus(tenantId: string, idToken: string, status: StoredIdTokenStatus): Promise<IdTokenState> {
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const changed = await tx.one<IdTokenRow>(
        `UPDATE id_token SET status = $2, version = version + 1 WHERE id_token_key = $1 AND status <> $2 RETURNING ${COLUMNS}`,
        [idTokenKey(idToken), status],
      );
      if (!changed) return found(tx, idToken);
      return this.tell(tx, slug, changed);
    });
  }

  /** Id tokens of all tenants behind `after` (an id; undefined for the first), by id. */
  exportPage(after: string | undefined, limit: number): Promise<IdTokenState[]> {
    return this.database.asReader(async (tx) => {
      const rows = await tx.query<IdTokenRow>(
        `SELECT ${COLUMNS} FROM id_token WHERE $1::uuid IS NULL OR id_token_id > $1 ORDER BY id_token_id LIMIT $2`,
        [after ?? null, limit],
      );
      return rows.map(idTokenState);
    });
  }

  /** Gives the members of a group its new token, and tells each of them. Part of the transaction that changes the group. */
  async renameGroupToken(tx: Tx, slug: string, groupId: string, groupToken: string): Promise<void> {
    const members = await tx.query<IdTokenRow>(
      `UPDATE id_token SET group_token = $2, version = version + 1 WHERE group_id = $1 AND group_token <> $2 RETURNING ${COLUMNS}`,
      [groupId, groupToken],
    );
    await this.outbox.write(tx, ...members.map((row) => this.fact(slug, idTokenState(row))));
  }

  private async tell(tx: Tx, slug: string, row: IdTokenRow): Promise<IdTokenState> {
    const state = idTokenState(row);
    await this.outbox.write(tx, this.fact(slug, state));
    return state;
  }

  private fact(tenant: string, payload: IdTokenState) {
    const { tenantId, idTokenId: key, version } = payload;
    return { type: idTokenChanged, tenantId, tenant, key, version, occurredAt: this.clock.now(), payload };
  }
}

async function found(tx: Tx, idToken: string): Promise<IdTokenState> {
  const row = await tx.one<IdTokenRow>(`SELECT ${COLUMNS} FROM id_token WHERE id_token_key = $1`, [idTokenKey(idToken)]);
  if (!row) throw accountsErrors.idTokenUnknown();
  return idTokenState(row);
}

/** The group's token. Holds the group's row until the transaction ends: a change of the group waits, and then finds the new member. */
async function holdGroup(tx: Tx, groupId: string): Promise<string> {
  const row = await tx.one<{ group_token: string }>('SELECT group_token FROM token_group WHERE group_id = $1 FOR SHARE', [groupId]);
  if (!row) throw accountsErrors.groupUnknown({ groupId });
  return row.group_token;
}
