import { idTokenChanged, IdTokenStatus, tenantChanged, TenantStatus, type IdTokenState, type TenantState } from '@ampline/contracts';
import { onFact, type FactHandler } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { csmsErrors } from '../errors.js';
import { noteTokenChanges } from '../local-lists/token-changes.js';

const TENANT_STATUS: Record<TenantStatus, string | undefined> = {
  [TenantStatus.UNSPECIFIED]: undefined,
  [TenantStatus.ACTIVE]: 'active',
  [TenantStatus.SUSPENDED]: 'suspended',
};
const ID_TOKEN_STATUS: Record<IdTokenStatus, string | undefined> = {
  [IdTokenStatus.UNSPECIFIED]: undefined,
  [IdTokenStatus.ACTIVE]: 'active',
  [IdTokenStatus.BLOCKED]: 'blocked',
  [IdTokenStatus.REMOVED]: 'removed',
};

const PUT_TENANTS = `
  INSERT INTO tenant AS t (tenant_id, slug, name, status, version)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[])
  ON CONFLICT (tenant_id) DO UPDATE SET name = excluded.name, status = excluded.status, version = excluded.version
  WHERE t.version < excluded.version
     OR $6 AND t.version = excluded.version AND (t.name, t.status) IS DISTINCT FROM (excluded.name, excluded.status)
  RETURNING t.tenant_id`;

const PUT_ID_TOKENS = `
  INSERT INTO id_token AS t (id_token_id, tenant_id, id_token, status, expires_at, group_id, group_token, allow_concurrent, driver_id,
    organisation_id, version)
  SELECT id, tenant_id, id_token, status, expires_at, nullif(group_id, '')::uuid, nullif(group_token, ''), allow_concurrent,
    nullif(driver_id, '')::uuid, nullif(organisation_id, '')::uuid, version
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::boolean[], $9::text[],
      $10::text[], $11::bigint[])
    AS told (id, tenant_id, id_token, status, expires_at, group_id, group_token, allow_concurrent, driver_id, organisation_id, version)
  ON CONFLICT (id_token_id) DO UPDATE SET id_token = excluded.id_token, status = excluded.status, expires_at = excluded.expires_at,
    group_id = excluded.group_id, group_token = excluded.group_token, allow_concurrent = excluded.allow_concurrent,
    driver_id = excluded.driver_id, organisation_id = excluded.organisation_id, version = excluded.version
  WHERE t.version < excluded.version
     OR $12 AND t.version = excluded.version
        AND (t.id_token, t.status, t.expires_at, t.group_id, t.group_token, t.allow_concurrent, t.driver_id, t.organisation_id)
            IS DISTINCT FROM (excluded.id_token, excluded.status, excluded.expires_at, excluded.group_id, excluded.group_token,
              excluded.allow_concurrent, excluded.driver_id, excluded.organisation_id)
  RETURNING t.tenant_id`;

export interface PutOptions {
  /** Rows of the same version that differ from what is told are mended too. */
  mend?: boolean;
}

/**
 * Tenants and id tokens as accounts tells them: what stations are admitted and authorised by. A state is applied when its version is
 * newer than ours, so that order and repetition do not matter.
 */
export class AccountsProjection {
  /** Handlers of the facts of accounts. */
  readonly handlers: FactHandler[] = [
    onFact(tenantChanged, (tx, fact) => this.putTenants(tx, [fact.payload])),
    onFact(idTokenChanged, (tx, fact) => this.putIdTokens(tx, [fact.payload])),
  ];

  /** No tenant twice. Returns how many rows changed; see {@link PutOptions}. */
  async putTenants(tx: Tx, tenants: readonly TenantState[], o: PutOptions = {}): Promise<number> {
    const changed = await tx.query<{ tenant_id: string }>(PUT_TENANTS, [
      tenants.map((t) => t.tenantId),
      tenants.map((t) => t.slug),
      tenants.map((t) => t.name),
      tenants.map((t) => known(TENANT_STATUS[t.status])),
      tenants.map((t) => t.version),
      o.mend ?? false,
    ]);
    await noteTokenChanges(
      tx,
      changed.map(({ tenant_id: tenantId }) => tenantId),
    );
    return changed.length;
  }

  /** No id token twice. Returns how many rows changed; see {@link PutOptions}. */
  async putIdTokens(tx: Tx, tokens: readonly IdTokenState[], o: PutOptions = {}): Promise<number> {
    const changed = await tx.query<{ tenant_id: string }>(PUT_ID_TOKENS, [
      tokens.map((t) => t.idTokenId),
      tokens.map((t) => t.tenantId),
      tokens.map((t) => t.idToken),
      tokens.map((t) => known(ID_TOKEN_STATUS[t.status])),
      tokens.map((t) => (t.expiresAt ? timestampDate(t.expiresAt) : null)),
      tokens.map((t) => t.groupId),
      tokens.map((t) => t.groupToken),
      tokens.map((t) => t.allowConcurrent),
      tokens.map((t) => t.driverId),
      tokens.map((t) => t.organisationId),
      tokens.map((t) => t.version),
      o.mend ?? false,
    ]);
    await noteTokenChanges(
      tx,
      changed.map(({ tenant_id: tenantId }) => tenantId),
    );
    return changed.length;
  }
}

/** A status that we do not know would be guessed at: the fact is parked instead. */
function known(status: string | undefined): string {
  if (status === undefined) throw csmsErrors.factUnreadable();
  return status;
}
