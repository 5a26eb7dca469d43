import type { TokenGroup } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import type { IdTokenStore } from '../id-tokens/id-tokens.store.js';
import { slugOf } from '../tenants/tenants.store.js';
import { tokenGroup, type TokenGroupRow } from './token-groups.mapping.js';

const COLUMNS = 'group_id, name, group_token';

/** Groups of id tokens. A group tells no fact of its own: its members' facts carry what stations need of it. */
export class TokenGroupStore {
  constructor(
    private readonly database: Database,
    private readonly idTokens: IdTokenStore,
    private readonly changes: Changes,
  ) {}

  /** Throws `accounts.group-token-taken`. */
  create(asking: Asking, name: string, groupToken: string): Promise<TokenGroup> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const row = await tx.one<TokenGroupRow>(
        `INSERT INTO token_group (group_id, tenant_id, name, group_token) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, group_token_key) DO NOTHING RETURNING ${COLUMNS}`,
        [uuidv7(), tenantId, name, groupToken],
      );
      if (!row) throw accountsErrors.groupTokenTaken();
      await this.changes.record(tx, asking, slug, { action: 'token-group.created', entity: entityOf(row) });
      return tokenGroup(row);
    });
  }

  /** Changes a group, and tells its members when what stations know it by has changed. Throws `accounts.group-unknown`, `accounts.group-token-taken`. */
  update(asking: Asking, groupId: string, name: string, groupToken: string): Promise<TokenGroup> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      const row = await rename(tx, groupId, name, groupToken);
      if (!row) return found(tx, groupId);
      await this.idTokens.renameGroupToken(tx, slug, groupId, groupToken);
      await this.changes.record(tx, asking, slug, { action: 'token-group.changed', entity: entityOf(row) });
      return tokenGroup(row);
    });
  }
}

function entityOf({ group_id: id, name }: TokenGroupRow) {
  return { type: 'token-group', id, name };
}

async function rename(tx: Tx, groupId: string, name: string, groupToken: string): Promise<TokenGroupRow | undefined> {
  try {
    return await tx.one<TokenGroupRow>(
      `UPDATE token_group SET name = $2, group_token = $3
        WHERE group_id = $1 AND (name, group_token) IS DISTINCT FROM ($2, $3) RETURNING ${COLUMNS}`,
      [groupId, name, groupToken],
    );
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error;
    throw accountsErrors.groupTokenTaken(undefined, error);
  }
}

async function found(tx: Tx, groupId: string): Promise<TokenGroup> {
  const row = await tx.one<TokenGroupRow>(`SELECT ${COLUMNS} FROM token_group WHERE group_id = $1`, [groupId]);
  if (!row) throw accountsErrors.groupUnknown({ groupId });
  return tokenGroup(row);
}
