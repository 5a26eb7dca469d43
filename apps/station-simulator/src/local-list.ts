import type { IdTagInfo, RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { StationConfiguration } from './configuration.js';

type Update = RequestOf<'SendLocalList'>;

/** The local authorization list of one station (OCPP 1.6 §3.5.2). It survives a reset. */
export class LocalList {
  private version = 0;
  /** By folded id token; none while the list is empty, since most stations never get one. */
  private entries: Map<string, IdTagInfo> | undefined;

  constructor(private readonly configuration: StationConfiguration) {}

  /** GetLocalListVersion (§5.10): 0 for an empty list, -1 for a station that keeps none. */
  get reportedVersion(): number {
    if (!this.enabled) return -1;
    return this.entries === undefined ? 0 : this.version;
  }

  get size(): number {
    return this.entries?.size ?? 0;
  }

  find(idToken: string): IdTagInfo | undefined {
    return this.enabled ? this.entries?.get(idToken.toLowerCase()) : undefined;
  }

  /** SendLocalList (§5.15): all of it or nothing. */
  take(update: Update): ResponseOf<'SendLocalList'>['status'] {
    if (!this.enabled) return 'NotSupported';
    const sent = update.localAuthorizationList ?? [];
    if (sent.length > this.configuration.count('SendLocalListMaxLength')) return 'Failed';
    const full = update.updateType === 'Full';
    if (full ? update.listVersion < 0 : update.listVersion <= this.version) return full ? 'Failed' : 'VersionMismatch';
    const entries = new Map(full ? [] : this.entries);
    for (const { idTag, idTagInfo } of sent) {
      if (idTagInfo !== undefined) entries.set(idTag.toLowerCase(), idTagInfo);
      else if (full) return 'Failed';
      else entries.delete(idTag.toLowerCase());
    }
    if (entries.size > this.configuration.count('LocalAuthListMaxLength')) return 'Failed';
    this.entries = entries.size === 0 ? undefined : entries;
    this.version = full && entries.size === 0 ? 0 : update.listVersion;
    return 'Accepted';
  }

  private get enabled(): boolean {
    return this.configuration.isOn('LocalAuthListEnabled');
  }
}
