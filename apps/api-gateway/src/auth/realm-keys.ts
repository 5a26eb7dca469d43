import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { Clock } from '@ampline/kernel-time';
import { grpcErrors } from '@ampline/platform-grpc';

const TIMEOUT_MS = 5_000;
/** A token that names an unknown key makes us ask again, at most this often: keys rotate, and made-up names must not become requests. */
const COOLDOWN_MS = 10_000;

interface Jwk extends JsonWebKey {
  kid?: string;
  use?: string;
}

/** The keys that the realm signs with, by their ids; asked for when they are needed. */
export class RealmKeys {
  private keys: ReadonlyMap<string, KeyObject> = new Map();
  private askedAt = -Infinity;
  private asking: Promise<void> | undefined;

  /** `url`: of the realm's key set. */
  constructor(
    private readonly url: string,
    private readonly clock: Clock,
  ) {}

  /** The key of this id among those that are known. */
  known(id: string): KeyObject | undefined {
    return this.keys.get(id);
  }

  /** The key of this id; undefined when the realm has none. Throws `grpc.realm-unavailable` when it cannot be asked. */
  async find(id: string): Promise<KeyObject | undefined> {
    const key = this.keys.get(id);
    if (key || this.clock.monotonicMs() - this.askedAt < COOLDOWN_MS) return key;
    await this.load();
    return this.keys.get(id);
  }

  /** Returns once there are keys. Throws `grpc.realm-unavailable`. */
  async ready(): Promise<void> {
    if (this.keys.size === 0) await this.load();
  }

  private load(): Promise<void> {
    return (this.asking ??= this.ask().finally(() => (this.asking = undefined)));
  }

  private async ask(): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw grpcErrors.realmUnavailable({ status: response.status });
      const { keys } = (await response.json()) as { keys: Jwk[] };
      const signing = keys.filter((key) => key.kty === 'RSA' && key.kid !== undefined && (key.use ?? 'sig') === 'sig');
      this.keys = new Map(signing.map((key) => [key.kid as string, createPublicKey({ key, format: 'jwk' })]));
      this.askedAt = this.clock.monotonicMs();
    } catch (cause) {
      throw grpcErrors.realmUnavailable(undefined, cause);
    }
  }
}
