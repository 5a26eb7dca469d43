import type { ApiScope, Role } from '@ampline/platform-grpc';
import type { Database } from '@ampline/platform-postgres';
import type { Locale } from '../fields.js';
import type { StoredTenantStatus } from '../tenants/tenants.mapping.js';
import type { StoredUserStatus } from '../users/users.mapping.js';

/** The tenant of a credential. */
export interface CredentialTenant {
  tenantId: string;
  tenantSlug: string;
  tenantName: string;
  tenantStatus: StoredTenantStatus;
  /** The tenant's default brand; of a user, the user's. */
  brandId: string;
}

export interface KnownUser extends CredentialTenant {
  userId: string;
  email: string;
  name: string;
  roles: Role[];
  status: StoredUserStatus;
  organisationId: string | null;
  driverId: string | null;
  locale: Locale;
}

export interface KnownApiKey extends CredentialTenant {
  apiKeyId: string;
  name: string;
  hash: Buffer;
  scopes: ApiScope[];
  requestsPerMinute: number;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface KnownGuestLink extends CredentialTenant {
  guestLinkId: string;
  resource: string;
  expiresAt: Date;
  revokedAt: Date | null;
}

const TENANT = `t.tenant_id AS "tenantId", t.slug AS "tenantSlug", t.name AS "tenantName", t.status AS "tenantStatus"`;
const DEFAULT_BRAND = 'JOIN brand b ON b.tenant_id = t.tenant_id AND b.is_default';

/** Who a credential belongs to. Asked before anybody's tenant is known: across tenants, one statement each. */
export class Credentials {
  constructor(private readonly database: Database) {}

  async user(subject: string): Promise<KnownUser | undefined> {
    const [row] = await this.database.query<KnownUser>(
      `SELECT user_id AS "userId", email, u.name, roles, u.status, organisation_id AS "organisationId", driver_id AS "driverId", locale,
              brand_id AS "brandId", ${TENANT}
         FROM app_user u JOIN tenant t ON t.tenant_id = u.tenant_id WHERE identity_subject = $1 AND u.status <> 'deleted'`,
      [subject],
    );
    return row;
  }

  async apiKey(prefix: string): Promise<KnownApiKey | undefined> {
    const [row] = await this.database.query<KnownApiKey>(
      `SELECT api_key_id AS "apiKeyId", k.name, secret_hash AS hash, scopes, requests_per_minute AS "requestsPerMinute",
              expires_at AS "expiresAt", revoked_at AS "revokedAt", brand_id AS "brandId", ${TENANT}
         FROM api_key k JOIN tenant t ON t.tenant_id = k.tenant_id ${DEFAULT_BRAND} WHERE k.prefix = $1`,
      [prefix],
    );
    return row;
  }

  async guestLink(hash: Buffer): Promise<KnownGuestLink | undefined> {
    const [row] = await this.database.query<KnownGuestLink>(
      `SELECT guest_link_id AS "guestLinkId", resource, expires_at AS "expiresAt", revoked_at AS "revokedAt", brand_id AS "brandId", ${TENANT}
         FROM guest_link g JOIN tenant t ON t.tenant_id = g.tenant_id ${DEFAULT_BRAND} WHERE g.secret_hash = $1`,
      [hash],
    );
    return row;
  }

  /** To the minute: most uses write nothing. */
  async apiKeyUsed(apiKeyId: string, at: Date): Promise<void> {
    await this.database.query(
      `UPDATE api_key SET last_used_at = date_trunc('minute', $2::timestamptz)
        WHERE api_key_id = $1 AND last_used_at IS DISTINCT FROM date_trunc('minute', $2::timestamptz)`,
      [apiKeyId, at],
    );
  }
}
