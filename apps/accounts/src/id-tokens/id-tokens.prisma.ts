import type { IdTokenState } from '@ampline/contracts';
import type { AccountsPrisma } from '../accounts.prisma.js';
import { accountsErrors } from '../errors.js';
import { literally } from '../fields.js';
import type { IdToken } from '../generated/prisma/client.js';
import type { Reach } from '../reach.js';
import { idTokenKey } from './id-token-rules.js';
import { idTokenState, type StoredIdTokenStatus, type StoredIdTokenType } from './id-tokens.mapping.js';

/** Which id tokens; what is left out does not limit. */
export interface IdTokenFilter {
  /** Left out: active and blocked ones. */
  status?: StoredIdTokenStatus;
  /** Part of the text. */
  search?: string;
  driverId?: string;
  organisationId?: string;
  groupId?: string;
}

const LISTED: StoredIdTokenStatus[] = ['active', 'blocked'];

/** Id tokens as they are looked up and listed. */
export class IdTokenReads {
  constructor(private readonly prisma: AccountsPrisma) {}

  /** Throws `accounts.id-token-unknown`, also for one out of reach. */
  get(tenantId: string, reach: Reach, idToken: string): Promise<IdTokenState> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const row = await client.idToken.findFirst({ where: { idTokenKey: idTokenKey(idToken), ...within(reach) } });
      if (!row) throw accountsErrors.idTokenUnknown();
      return stateOf(row);
    });
  }

  /** Id tokens behind `after` (an id; undefined for the first), by id. */
  page(tenantId: string, reach: Reach, filter: IdTokenFilter, after: string | undefined, limit: number): Promise<IdTokenState[]> {
    const { status, search, ...same } = filter;
    return this.prisma.asTenant(tenantId, async (client) => {
      const rows = await client.idToken.findMany({
        where: {
          ...same,
          status: status ?? { in: LISTED },
          ...(search && { idTokenKey: { contains: literally(idTokenKey(search)) } }),
          ...(after !== undefined && { idTokenId: { gt: after } }),
          ...within(reach),
        },
        orderBy: { idTokenId: 'asc' },
        take: limit,
      });
      return rows.map(stateOf);
    });
  }
}

/** Prisma takes null for "has none": who is no driver must not reach the tokens without one. */
function within(reach: Reach): { OR?: ({ driverId: string } | { organisationId: string })[] } {
  if (reach === 'all') return {};
  const { driverId, organisationId } = reach;
  return { OR: [...(driverId === null ? [] : [{ driverId }]), ...(organisationId === null ? [] : [{ organisationId }])] };
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
    driver_id: row.driverId,
    organisation_id: row.organisationId,
    version: row.version,
  });
}
