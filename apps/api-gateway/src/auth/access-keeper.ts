import { createHash } from 'node:crypto';
import type { CallerProfile, InternalToken } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Meter } from '@opentelemetry/api';
import type { Doors } from '../doors/doors.js';
import { apiErrors } from '../errors.js';
import { Lru } from '../lru.js';
import type { Access } from './access.js';
import type { Credential } from './credential.js';
import type { KeycloakAdapter } from './keycloak-adapter.js';

/**
 * An internal token is renewed so long before it ends, since a call under way must not meet its end; at most a fifth of its life before: one of
 * a credential that is about to end has not long to live.
 */
const MARGIN_MS = 20_000;
const MARGIN_SHARE = 0.2;
/** An access token that is refused so shortly before its end has ended on the way. */
const ON_THE_WAY_MS = 5_000;
/** A refused credential is refused again for so long without asking. */
const REFUSED_FOR_MS = 5_000;

type Kept = { readonly access: Access } | { readonly refusal: AppError; readonly until: number };

interface Exchanged {
  token?: InternalToken;
  caller?: CallerProfile;
}

/**
 * Who stands behind a credential: verified, exchanged at accounts for an internal token, and kept until shortly before that ends. Credentials
 * are kept as digests only.
 */
export class AccessKeeper {
  private readonly kept: Lru<Kept>;
  private readonly asking = new Map<string, Promise<Access>>();
  /** Rises when something is forgotten: what was asked before is not kept after. */
  private generation = 0;
  private readonly lookups;

  constructor(
    private readonly o: {
      exchange: Pick<Doors['access'], 'exchangeAccessToken' | 'exchangeApiKey' | 'exchangeGuestLink'>;
      /** Absent: there is no realm, so nobody logs in. */
      realm: KeycloakAdapter | undefined;
      clock: Clock;
      meter: Meter;
      capacity: number;
    },
  ) {
    this.kept = new Lru(o.capacity);
    this.lookups = o.meter.createCounter('api_access_lookups_total', { description: 'Credentials looked up, by whether they were known.' });
    o.meter
      .createObservableGauge('api_access_kept', { description: 'Exchanged credentials that are kept.' })
      .addCallback((gauge) => gauge.observe(this.kept.size));
  }

  /** Whether the answer is at hand, so that asking costs nothing. */
  knows(credential: Credential): boolean {
    return this.atHand(digestOf(credential)) !== undefined;
  }

  /**
   * Throws `api.unauthenticated` for a credential that does not hold, the refusal of accounts for one that is not to be used
   * (such as `accounts.tenant-suspended`), and `unavailable` errors when nobody can tell.
   */
  async of(credential: Credential): Promise<Access> {
    const digest = digestOf(credential);
    const kept = this.atHand(digest);
    this.lookups.add(1, { result: kept ? 'hit' : 'miss' });
    if (kept && 'refusal' in kept) throw kept.refusal;
    if (kept) return kept.access;
    let asking = this.asking.get(digest);
    if (!asking) {
      asking = this.ask(credential, digest);
      this.asking.set(digest, asking);
      const done = () => void (this.asking.get(digest) === asking && this.asking.delete(digest));
      asking.then(done, done);
    }
    return asking;
  }

  /** Forgets callers; the next use of their credentials is verified again. */
  forget(whose: (viewer: CallerProfile) => boolean): void {
    this.beginGeneration();
    this.kept.deleteWhere((kept) => 'access' in kept && whose(kept.access.viewer));
  }

  forgetAll(): void {
    this.beginGeneration();
    this.kept.clear();
  }

  private beginGeneration(): void {
    this.generation += 1;
    this.asking.clear();
  }

  private atHand(digest: string): Kept | undefined {
    const kept = this.kept.get(digest);
    if (!kept) return undefined;
    if (this.nowMs() < ('access' in kept ? kept.access.usableUntil : kept.until)) return kept;
    this.kept.delete(digest);
    return undefined;
  }

  private async ask(credential: Credential, digest: string): Promise<Access> {
    const { generation } = this;
    const keep = (kept: Kept) => void (generation === this.generation && this.kept.set(digest, kept));
    try {
      const access = await this.exchange(credential);
      keep({ access });
      return access;
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal.kind === 'unauthenticated' || refusal.kind === 'forbidden') {
        keep({ refusal, until: this.nowMs() + REFUSED_FOR_MS });
      }
      throw refusal;
    }
  }

  private async exchange({ kind, secret }: Credential): Promise<Access> {
    const { exchange, realm } = this.o;
    if (kind === 'api-key') return this.accessOf(await exchange.exchangeApiKey({ apiKey: secret }));
    if (kind === 'guest-link') return this.accessOf(await exchange.exchangeGuestLink({ secret }));
    if (!realm) throw apiErrors.unauthenticated({ reason: 'no-realm' });
    const { expiresAt } = await realm.verify(secret);
    const exchanged = await exchange.exchangeAccessToken({ accessToken: secret }).catch((error: unknown) => {
      if (AppError.is(error, 'grpc.token-invalid') && expiresAt - this.nowMs() < ON_THE_WAY_MS) {
        throw apiErrors.unauthenticated({ reason: 'token-invalid' }, error);
      }
      throw error;
    });
    return this.accessOf(exchanged, expiresAt);
  }

  private accessOf({ token, caller }: Exchanged, endsAt = Infinity): Access {
    if (!token?.expiresAt || !caller) throw apiErrors.failed({ reason: 'exchange-incomplete' });
    const tokenEndsAt = timestampMs(token.expiresAt);
    const margin = Math.min(MARGIN_MS, (tokenEndsAt - this.nowMs()) * MARGIN_SHARE);
    return { viewer: caller, token: token.token, usableUntil: Math.min(tokenEndsAt - margin, endsAt), endsAt };
  }

  private nowMs(): number {
    return this.o.clock.now().getTime();
  }
}

/** What the caller is told. That accounts refuses the gateway itself is no fault of the caller's. */
function refusalOf(error: unknown): AppError {
  if (!AppError.is(error)) return apiErrors.failed(undefined, error);
  const refused = error.kind === 'unauthenticated' || error.kind === 'not-found';
  if (error.code.startsWith('api.') || !(refused || error.kind === 'forbidden')) return error;
  if (error.code.startsWith('grpc.')) return apiErrors.failed({ code: error.code }, error);
  return refused ? apiErrors.unauthenticated({ reason: error.code }, error) : error;
}

function digestOf({ kind, secret }: Credential): string {
  return createHash('sha256').update(`${kind}:${secret}`).digest('base64url');
}
