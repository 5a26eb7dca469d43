import type { IdTagInfo } from '@ampline/protocol-ocpp';
import type { StationConfiguration } from './configuration.js';

const MOST_ENTRIES = 200;

/** Id tokens as the central system last judged them (OCPP 1.6 §3.5.1); kept only with `AuthorizationCacheEnabled`. */
export class AuthorizationCache {
  private entries: Map<string, IdTagInfo> | undefined;

  constructor(private readonly configuration: StationConfiguration) {}

  find(idToken: string): IdTagInfo | undefined {
    return this.enabled ? this.entries?.get(idToken.toLowerCase()) : undefined;
  }

  /** The oldest entry makes room. */
  learn(idToken: string, info: IdTagInfo | undefined): void {
    if (!this.enabled || info === undefined) return;
    this.entries ??= new Map();
    this.entries.delete(idToken.toLowerCase());
    this.entries.set(idToken.toLowerCase(), info);
    if (this.entries.size <= MOST_ENTRIES) return;
    for (const oldest of this.entries.keys()) return void this.entries.delete(oldest);
  }

  /** ClearCache (§5.4): Rejected by a station that keeps none. */
  clear(): boolean {
    this.entries = undefined;
    return this.enabled;
  }

  private get enabled(): boolean {
    return this.configuration.isOn('AuthorizationCacheEnabled');
  }
}
