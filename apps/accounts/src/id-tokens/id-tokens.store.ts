import { idTokenChanged, IdTokenStatus, type IdTokenState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { holdDriver } from '../drivers/drivers.store.js';
import { accountsErrors } from '../errors.js';
import { holdOrganisation } from '../organisations/organisations.store.js';
import { reachOf, withinReach, type Reach } from '../reach.js';
import { slugOf } from '../tenants/tenants.store.js';
import { idTokenKey } from './id-token-rules.js';
import { idTokenState, type IdTokenRow, type StoredIdTokenStatus, type StoredIdTokenType } from './id-tokens.mapping.js';

const COLUMNS = `id_token_id, tenant_id, id_token, type, status, expires_at, group_id, group_token, allow_concurrent, driver_id,
  organisation_id, version`;

/** What an id token shall be. */
export interface WantedIdToken {
  idToken: string;
  type: StoredIdTokenType;
  expiresAt: Date | null;
  groupId: string | null;
  allowConcurrent: boolean;
  driverId: string | null;
  /** Null: the driver's answers for it. */
  organisationId: string | null;
}

/** Action of the audit log by the status that it leads to. */
const STATUS_ACTIONS: Record<StoredIdTokenStatus, string> = {
  active: 'id-token.unblocked',
  blocked: 'id-token.blocked',
  removed: 'id-token.removed',
};

/** Id tokens of a tenant; each change, its fact and its audit entry are one transaction. */
export class IdTokenStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  /**
   * Creates the id token or brings the one of the same text to what is wanted; a blocked one stays blocked, a removed one is active again.
   * What it is already changes nothing and tells nothing. Throws `accounts.group-unknown`, `accounts.driver-unknown`,
   * `accounts.organisation-unknown`.
   */
  put(asking: Asking, wanted: WantedIdToken): Promise<IdTokenState> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const groupToken = wanted.groupId === null ? null : await holdGroup(tx, wanted.groupId);
      const ofDriver = wanted.driverId === null ? null : await holdDriver(tx, wanted.driverId);
      if (wanted.organisationId !== null) await holdOrganisation(tx, wanted.organisationId);
      const changed = await tx.one<IdTokenRow>(
        `INSERT INTO id_token AS t (id_token_id, tenant_id, id_token, type, expires_at, group_id, group_token, allow_concurrent, driver_id,
           own_organisation_id, organisation_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tenant_id, id_token_key) DO UPDATE
         SET id_token = excluded.id_token, type = excluded.type, expires_at = excluded.expires_at, group_id = excluded.group_id,
             group_token = excluded.group_token, allow_concurrent = excluded.allow_concurrent, driver_id = excluded.driver_id,
             own_organisation_id = excluded.own_organisation_id, organisation_id = excluded.organisation_id,
             status = CASE t.status WHEN 'removed' THEN 'active' ELSE t.status END, version = t.version + 1
         WHERE t.status = 'removed'
            OR (t.id_token, t.type, t.expires_at, t.group_id, t.group_token, t.allow_concurrent, t.driver_id, t.own_organisation_id,
                t.organisation_id) IS DISTINCT FROM
               (excluded.id_token, excluded.type, excluded.expires_at, excluded.group_id, excluded.group_token, excluded.allow_concurrent,
                excluded.driver_id, excluded.own_organisation_id, excluded.organisation_id)
         RETURNING ${COLUMNS}`,
        [
          uuidv7(),
          tenantId,
          wanted.idToken,
          wanted.type,
          wanted.expiresAt,
          wanted.groupId,
          groupToken,
          wanted.allowConcurrent,
          wanted.driverId,
          wanted.organisationId,
          wanted.organisationId ?? ofDriver,
        ],
      );
      if (!changed) return found(tx, wanted.idToken, 'all');
      return this.changed(tx, asking, slug, 'id-token.put', changed);
    });
  }

  /**
   * Throws `accounts.id-token-unknown`, also for one out of the caller's reach, and `accounts.id-token-removed`. The status it has already
   * changes nothing and tells nothing.
   */
  setStatus(asking: Asking, idToken: string, status: StoredIdTokenStatus): Promise<IdTokenState> {
    const reach = reachOf(asking.caller);
    const within = withinReach(reach, 3);
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      const changed = await tx.one<IdTokenRow>(
        `UPDATE id_token SET status = $2, version = version + 1
          WHERE id_token_key = $1 AND status NOT IN ($2, 'removed') AND ${within.where} RETURNING ${COLUMNS}`,
        [idTokenKey(idToken), status, ...within.params],
      );
      if (changed) return this.changed(tx, asking, slug, STATUS_ACTIONS[status], changed);
      const state = await found(tx, idToken, reach);
      if (state.status === IdTokenStatus.REMOVED && status !== 'removed') throw accountsErrors.idTokenRemoved();
      return state;
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
    await this.tell(tx, slug, members);
  }

  /** Lets the driver's tokens that name no organisation of their own go along to the driver's, and tells each of them. As above. */
  async followDriver(tx: Tx, slug: string, driverId: string, organisationId: string | null): Promise<void> {
    const held = await tx.query<IdTokenRow>(
      `UPDATE id_token SET organisation_id = $2, version = version + 1
        WHERE driver_id = $1 AND own_organisation_id IS NULL AND organisation_id IS DISTINCT FROM $2 RETURNING ${COLUMNS}`,
      [driverId, organisationId],
    );
    await this.tell(tx, slug, held);
  }

  private async changed(tx: Tx, asking: Asking, slug: string, action: string, row: IdTokenRow): Promise<IdTokenState> {
    const [state] = await this.tell(tx, slug, [row] as const);
    const entity = { type: 'id-token', id: row.id_token_id, name: row.id_token };
    await this.changes.record(tx, asking, slug, { action, entity });
    return state;
  }

  private async tell<R extends readonly IdTokenRow[]>(tx: Tx, tenant: string, rows: R): Promise<{ [I in keyof R]: IdTokenState }> {
    const states = rows.map(idTokenState);
    await this.changes.tell(tx, ...states.map((payload) => ({ type: idTokenChanged, tenant, key: payload.idTokenId, payload })));
    return states as { [I in keyof R]: IdTokenState };
  }
}

async function found(tx: Tx, idToken: string, reach: Reach): Promise<IdTokenState> {
  const within = withinReach(reach, 2);
  const row = await tx.one<IdTokenRow>(`SELECT ${COLUMNS} FROM id_token WHERE id_token_key = $1 AND ${within.where}`, [
    idTokenKey(idToken),
    ...within.params,
  ]);
  if (!row) throw accountsErrors.idTokenUnknown();
  return idTokenState(row);
}

/** The group's token. Holds the group's row until the transaction ends: a change of the group waits, and then finds the new member. */
async function holdGroup(tx: Tx, groupId: string): Promise<string> {
  const row = await tx.one<{ group_token: string }>('SELECT group_token FROM token_group WHERE group_id = $1 FOR SHARE', [groupId]);
  if (!row) throw accountsErrors.groupUnknown({ groupId });
  return row.group_token;
}
