import type { GroupId, IdTokenId } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import { Tokens } from '../transactions/application/ports.js';
import type { TokenRecord } from './domain/decision.js';

interface Row {
  id_token_id: IdTokenId;
  id_token: string;
  status: TokenRecord['status'];
  expires_at: Date | null;
  group_id: GroupId | null;
  group_token: string | null;
  allow_concurrent: boolean;
  driver_id: string | null;
  organisation_id: string | null;
}

const FIND = `
  SELECT id_token_id, id_token, status, expires_at, group_id, group_token, allow_concurrent, driver_id, organisation_id
    FROM id_token WHERE tenant_id = $1 AND id_token_key = lower($2)`;
/**
 * Of two stations at which the same token is shown at once, the second sees what the first began. A token that may be used at many
 * places at once has nothing to wait for: thousands of stations of a fleet would start one after the other.
 */
const FIND_FOR_START = `${FIND} AND NOT allow_concurrent FOR NO KEY UPDATE`;

/** Id tokens of a tenant from the projection of accounts. */
export class PgTokens extends Tokens {
  constructor(
    private readonly tx: Tx,
    private readonly tenantId: string,
  ) {
    super();
  }

  find(idToken: string): Promise<TokenRecord | undefined> {
    return this.read(FIND, idToken);
  }

  async findForStart(idToken: string): Promise<TokenRecord | undefined> {
    return (await this.read(FIND_FOR_START, idToken)) ?? this.find(idToken);
  }

  private async read(sql: string, idToken: string): Promise<TokenRecord | undefined> {
    const [row] = await this.tx.prepared<Row>(sql, [this.tenantId, idToken.trim()]);
    if (row === undefined) return undefined;
    return {
      idTokenId: row.id_token_id,
      idToken: row.id_token,
      status: row.status,
      ...(row.expires_at !== null && { expiresAt: row.expires_at }),
      ...(row.group_id !== null && { groupId: row.group_id }),
      ...(row.group_token !== null && { groupToken: row.group_token }),
      allowConcurrent: row.allow_concurrent,
      ...(row.driver_id !== null && { driverId: row.driver_id }),
      ...(row.organisation_id !== null && { organisationId: row.organisation_id }),
    };
  }
}
