import type { GatewayConfig } from '../config.js';
import type { Time } from '../time.js';

type Settings = Pick<GatewayConfig, 'admissionsPerSecond' | 'admissionWaitMs' | 'retryAfterS' | 'retryAfterMostS'>;

/** Upgrades that may come together although they are paced, as a share of a second's. */
const BURST_S = 0.25;

/**
 * Lets upgrades through at a rate, in the order they came: after an outage ten thousand stations come at once, and whoever is connected
 * must not feel it. A short queue waits; who does not fit into it is told when there will be room, each a little later than the one
 * before, so that those sent away together come back at the same rate.
 */
export class Pacer {
  private readonly intervalMs: number;
  /** When the next place is free, monotonic ms. */
  private freeAtMs = -Infinity;
  /** Until when the places of those sent away reach, monotonic ms. */
  private promisedUntilMs = -Infinity;

  constructor(
    private readonly settings: Settings,
    private readonly time: Time,
  ) {
    this.intervalMs = settings.admissionsPerSecond === 0 ? 0 : 1_000 / settings.admissionsPerSecond;
  }

  /** Resolves with true when it is this one's turn; with false, at once, when too many are before it. */
  async turn(): Promise<boolean> {
    if (this.intervalMs === 0) return true;
    const nowMs = this.time.clock.monotonicMs();
    const atMs = Math.max(this.freeAtMs, nowMs - BURST_S * 1_000);
    if (atMs - nowMs > this.settings.admissionWaitMs) return false;
    this.freeAtMs = atMs + this.intervalMs;
    if (atMs > nowMs) await this.time.pause(atMs - nowMs);
    return true;
  }

  /** For who is sent away: seconds until there is room. */
  retryAfterS(chance = Math.random()): number {
    const { retryAfterS, retryAfterMostS, admissionWaitMs } = this.settings;
    const nowMs = this.time.clock.monotonicMs();
    const jitterS = Math.floor(chance * (retryAfterS + 1));
    if (this.intervalMs === 0 || this.freeAtMs - nowMs <= admissionWaitMs) return retryAfterS + jitterS;
    const latestMs = nowMs + retryAfterMostS * 1_000;
    this.promisedUntilMs = Math.min(Math.max(this.promisedUntilMs, this.freeAtMs) + this.intervalMs, latestMs);
    return Math.max(retryAfterS, Math.ceil((this.promisedUntilMs - nowMs) / 1_000)) + jitterS;
  }
}
