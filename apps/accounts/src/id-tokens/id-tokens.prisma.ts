import type { IdTokenState } from '@ampline/contracts';
import type { AccountsPrisma } from '../accounts.prisma.js';
import { accountsErrors } from '../errors.js';
import type { IdToken } from '../generated/prisma/client.js';
import { idTokenKey } from './id-token-rules.js';
import { idTokenState, type StoredIdTokenStatus, type StoredIdTokenType } from './id-tokens.mapping.js';

/** Id tokens as they are looked up and listed. */
export class IdTokenReads {
  constructor(private readonly prisma: AccountsPrisma) {}

  /** Throws `accounts.id-token-unknown`. */
  get(tenantId: string, idToken: string): Promise<IdTokenState> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const row = await client.idToken.findFirst({ where: { idTokenKey: idTokenKey(idToken) } });
      if (!row) throw accountsErrors.idTokenUnknown();
      return stateOf(row);
    });
  }

  /** Id tokens behind `after` (an id; undefined for the first), by id; all of them or those of one status. */
  page(tenantId: string, status: StoredIdTokenStatus | undefined, after: string | undefined, limit: number): Promise<IdTokenState[]> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const rows = await client.idToken.findMany({
        where: { ...(status && { status }), ...(after !== undefined && { idTokenId: { gt: after } }) },
        orderBy: { idTokenId: 'asc' },
        take: limit,
      });
      return rows.map(stateOf);
    });
  }
}

function stateOf(row: IdToken): IdTokenState {
  return idTokenState({
    id_token_id: row.idTokenId,
    tenant_id: row.tenantId,
    id_token: row.idToken,
    // Check constraints of the table keep both to these words.
    type: row.type as StoredIdTokenType,
    status: row.status as StoredIdTokenStatus,
    expires_at: row.expiresAt,
    group_id: row.groupId,
    group_token: row.groupToken,
    allow_concurrent: row.allowConcurrent,
    version: row.version,
  });
}
