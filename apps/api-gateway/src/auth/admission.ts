import { CallerKind } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import { apiErrors } from '../errors.js';
import type { AccessKeeper } from './access-keeper.js';
import type { Access } from './access.js';
import type { Credential } from './credential.js';
import { TokenBuckets } from './token-bucket.js';

/** Lets callers in as often as they may: API keys by their own limit, whoever has no valid log-in by the address they come from. */
export class Admission {
  private readonly keys: TokenBuckets;
  private readonly addresses: TokenBuckets;

  constructor(
    private readonly keeper: AccessKeeper,
    clock: Clock,
    private readonly anonymousPerMinute: number,
  ) {
    this.keys = new TokenBuckets(clock);
    this.addresses = new TokenBuckets(clock);
  }

  /**
   * Who asks; undefined without a credential. Throws as {@link AccessKeeper.of}, `api.key-rate-exceeded` and `api.address-rate-exceeded`
   * with `retryAfterS` in the details.
   */
  async admit(credential: Credential | undefined, address: string): Promise<Access | undefined> {
    if (!credential) {
      refuseFor(this.addresses.take(address, this.anonymousPerMinute), apiErrors.addressRateExceeded);
      return undefined;
    }
    // Guesses cost their address: without this, whoever tries out keys makes accounts look each of them up.
    if (!this.keeper.knows(credential)) {
      refuseFor(this.addresses.waitS(address, this.anonymousPerMinute), apiErrors.addressRateExceeded);
    }
    const access = await this.keeper.of(credential).catch((error: unknown) => {
      if (AppError.is(error) && error.kind === 'unauthenticated') this.addresses.take(address, this.anonymousPerMinute);
      throw error;
    });
    const { viewer } = access;
    if (viewer.kind === CallerKind.API_KEY && viewer.requestsPerMinute > 0) {
      refuseFor(this.keys.take(viewer.subject, viewer.requestsPerMinute), apiErrors.keyRateExceeded);
    }
    return access;
  }
}

function refuseFor(retryAfterS: number, refusal: (details: Record<string, unknown>) => AppError): void {
  if (retryAfterS > 0) throw refusal({ retryAfterS });
}
