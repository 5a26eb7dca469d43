import { CallerKind, type CallerProfileSchema } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { Caller, Realm } from '@ampline/platform-grpc';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { prefixOf } from '../api-keys/api-key-rules.js';
import { accountsErrors } from '../errors.js';
import { hashOf, sameHash } from '../secrets.js';
import type { CredentialTenant, Credentials } from './exchange.store.js';

/** Of people's access tokens. */
const API_AUDIENCE = 'ampline-api';
/** Internal tokens live no longer: so soon does a change of roles reach everybody. */
const LONGEST_S = 300;

/** Who it is, and an internal token for it. */
export interface Exchanged {
  token: string;
  expiresAt: Date;
  caller: MessageInitShape<typeof CallerProfileSchema>;
}

export interface ExchangeOptions {
  credentials: Credentials;
  /** Undefined where the installation has none: then nobody logs in. */
  realm: Pick<Realm, 'verify'> | undefined;
  issueToken: (caller: Caller, ttlS: number) => Promise<string>;
  clock: Clock;
  telemetry: Telemetry;
}

/**
 * Exchanges what people, keys and guests show for internal tokens (after RFC 8693). What is not ours, forged, or nobody's is answered the
 * same; what is ours but void says why.
 */
export class Exchange {
  private readonly exchanges;

  constructor(private readonly o: ExchangeOptions) {
    this.exchanges = o.telemetry.meter.createCounter('accounts_exchanges', { description: 'Exchanged credentials by kind and outcome' });
  }

  /**
   * `actor`: the service that passes the caller on. Throws `grpc.token-invalid`, `grpc.realm-unavailable`, `accounts.user-unregistered`,
   * `accounts.tenant-claim-mismatch`, `accounts.user-disabled`, `accounts.tenant-suspended`.
   */
  accessToken(accessToken: string, actor: string): Promise<Exchanged> {
    return this.counted('person', async () => {
      const { realm, credentials } = this.o;
      if (!realm) throw accountsErrors.identityProviderUnavailable();
      const claims = await realm.verify(accessToken, API_AUDIENCE);
      const user = await credentials.user(claims.sub ?? '');
      if (!user) throw accountsErrors.userUnregistered({ subject: claims.sub });
      const { userId, tenantId, tenantSlug, name, roles, organisationId, driverId } = user;
      if (claims['tenant'] !== tenantSlug) throw accountsErrors.tenantClaimMismatch({ userId, tenant: tenantSlug });
      if (user.status !== 'active') throw accountsErrors.userDisabled({ userId });
      const scoped = { ...(organisationId !== null && { organisationId }), ...(driverId !== null && { driverId }) };
      const caller: Caller = { subject: userId, kind: 'person', name, roles, tenantId, ...scoped, actor };
      const { email, locale } = user;
      return this.issue(caller, user, restOf(claims.exp, this.o.clock.now()), { kind: CallerKind.PERSON, email, locale });
    });
  }

  /** Throws `accounts.credential-invalid`, `accounts.api-key-revoked`, `accounts.api-key-expired`, `accounts.tenant-suspended`. */
  apiKey(apiKey: string, actor: string): Promise<Exchanged> {
    return this.counted('api-key', async () => {
      const { credentials, clock } = this.o;
      const prefix = prefixOf(apiKey);
      const key = prefix === undefined ? undefined : await credentials.apiKey(prefix);
      if (!key || !sameHash(key.hash, hashOf(apiKey))) throw accountsErrors.credentialInvalid();
      const { apiKeyId, tenantId, name, scopes, requestsPerMinute, expiresAt } = key;
      if (key.revokedAt) throw accountsErrors.apiKeyRevoked({ apiKeyId });
      if (expiresAt && expiresAt <= clock.now()) throw accountsErrors.apiKeyExpired({ apiKeyId });
      const caller: Caller = { subject: apiKeyId, kind: 'api-key', name, roles: [], scopes, tenantId, actor };
      const exchanged = await this.issue(caller, key, restUntil(expiresAt, clock.now()), { kind: CallerKind.API_KEY, requestsPerMinute });
      await credentials.apiKeyUsed(apiKeyId, clock.now());
      return exchanged;
    });
  }

  /** Throws `accounts.credential-invalid`, `accounts.guest-link-revoked`, `accounts.guest-link-expired`, `accounts.tenant-suspended`. */
  guestLink(secret: string, actor: string): Promise<Exchanged> {
    return this.counted('guest', async () => {
      const link = await this.o.credentials.guestLink(hashOf(secret));
      if (!link) throw accountsErrors.credentialInvalid();
      const { guestLinkId, tenantId, resource, expiresAt } = link;
      const now = this.o.clock.now();
      if (link.revokedAt) throw accountsErrors.guestLinkRevoked({ guestLinkId });
      if (expiresAt <= now) throw accountsErrors.guestLinkExpired({ guestLinkId });
      const caller: Caller = { subject: guestLinkId, kind: 'guest', roles: ['guest'], resource, tenantId, actor };
      return this.issue(caller, link, restUntil(expiresAt, now), { kind: CallerKind.GUEST });
    });
  }

  private async issue(
    caller: Caller,
    tenant: CredentialTenant,
    restS: number,
    more: { kind: CallerKind; email?: string; locale?: string; requestsPerMinute?: number },
  ): Promise<Exchanged> {
    if (tenant.tenantStatus !== 'active') throw accountsErrors.tenantSuspended({ tenant: tenant.tenantSlug });
    const ttlS = Math.min(LONGEST_S, restS);
    const { subject, name, organisationId, driverId, roles, scopes, resource } = caller;
    const { tenantId, tenantSlug, tenantName, brandId } = tenant;
    return {
      token: await this.o.issueToken(caller, ttlS),
      expiresAt: new Date(this.o.clock.now().getTime() + ttlS * 1_000),
      caller: {
        subject,
        name: name ?? '',
        tenantId,
        tenantSlug,
        tenantName,
        brandId,
        organisationId: organisationId ?? '',
        driverId: driverId ?? '',
        roles,
        scopes: scopes ?? [],
        resource: resource ?? '',
        ...more,
      },
    };
  }

  private async counted(kind: string, exchange: () => Promise<Exchanged>): Promise<Exchanged> {
    let outcome = 'failed';
    try {
      const exchanged = await exchange();
      outcome = 'ok';
      return exchanged;
    } catch (error) {
      if (AppError.is(error)) outcome = error.code;
      throw error;
    } finally {
      this.exchanges.add(1, { kind, outcome });
    }
  }
}

/** Whole seconds that a token has still to live; at least one: it was just found alive. */
function restOf(exp: number | undefined, now: Date): number {
  return Math.max(1, Math.floor((exp ?? 0) - now.getTime() / 1_000));
}

function restUntil(expiresAt: Date | null, now: Date): number {
  return expiresAt === null ? LONGEST_S : restOf(expiresAt.getTime() / 1_000, now);
}
