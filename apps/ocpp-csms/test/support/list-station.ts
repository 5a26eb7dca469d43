import type { Behaviour } from './fake-gateway.js';
import { answers, refuses } from './fake-gateway.js';

interface Change {
  idTag: string;
  idTagInfo?: Record<string, unknown>;
}

/** A station's local authorization list as OCPP 1.6 §5.10 and §5.15 have it, and what may be wrong with it. */
export class ListStation {
  version = 0;
  readonly entries = new Map<string, Record<string, unknown>>();
  /** As the station reads it out; null: it refuses to. */
  configuration: Record<string, string> | null = {
    LocalAuthListEnabled: 'true',
    SendLocalListMaxLength: '100',
    LocalAuthListMaxLength: '100',
  };
  /** Answers to the next SendLocalLists, without anything being done; then it behaves again. */
  readonly refusals: string[] = [];

  readonly behaviour: Behaviour = (command) => {
    switch (command.action) {
      case 'GetConfiguration': {
        if (this.configuration === null) return refuses('InternalError', 'not now')(command);
        const configurationKey = Object.entries(this.configuration).map(([key, value]) => ({ key, readonly: true, value }));
        return answers({ configurationKey })(command);
      }
      case 'GetLocalListVersion':
        return answers({ listVersion: this.version })(command);
      case 'SendLocalList':
        return answers({ status: this.refusals.shift() ?? this.take(command.payload as never) })(command);
      default:
        return answers({ status: 'Accepted' })(command);
    }
  };

  get idTags(): string[] {
    return [...this.entries.keys()].sort();
  }

  take(update: { listVersion: number; updateType: 'Full' | 'Differential'; localAuthorizationList: Change[] }): string {
    if (update.updateType === 'Differential' && update.listVersion <= this.version) return 'VersionMismatch';
    if (update.updateType === 'Full') this.entries.clear();
    for (const { idTag, idTagInfo } of update.localAuthorizationList) {
      if (idTagInfo) this.entries.set(idTag, idTagInfo);
      else this.entries.delete(idTag);
    }
    this.version = update.listVersion;
    return 'Accepted';
  }
}
