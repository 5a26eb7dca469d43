import type { StationConfiguration } from '../configuration.js';
import type { StationSecurity } from './station-security.js';

const KEYS = ['SecurityProfile', 'AuthorizationKey'] as const;
/** Connections that fail with new settings before the old ones come back (security whitepaper, use case A05). */
const MOST_FAILURES = 3;

/** Which security profile the station connects with, and what it falls back to when a new one does not work. */
export class ConnectionSecurity {
  private before: Readonly<Record<(typeof KEYS)[number], string>> | undefined;
  private failures = 0;

  constructor(
    private readonly configuration: StationConfiguration,
    private readonly security: StationSecurity,
    private readonly hasTlsAddress: boolean,
  ) {}

  get profile(): number {
    return this.configuration.count('SecurityProfile');
  }

  /** Basic password; none with a certificate of its own. */
  get password(): string | undefined {
    const key = this.configuration.text('AuthorizationKey');
    return key === '' || this.profile === 3 ? undefined : key;
  }

  /** A profile is only raised, and only to one the station has everything for. */
  canChangeTo(profile: number): boolean {
    if (profile <= this.profile) return false;
    const tls = profile < 2 || (this.hasTlsAddress && this.security.trusted.length > 0);
    return tls && (profile === 3 ? this.security.certificate !== undefined : this.configuration.text('AuthorizationKey') !== '');
  }

  /** Called before a change, which then stays only if the station gets in with it. */
  remember(): void {
    this.before ??= {
      SecurityProfile: this.configuration.text('SecurityProfile'),
      AuthorizationKey: this.configuration.text('AuthorizationKey'),
    };
    this.failures = 0;
  }

  connected(): void {
    this.before = undefined;
  }

  failed(): void {
    if (this.before === undefined) return;
    this.failures += 1;
    if (this.failures < MOST_FAILURES) return;
    for (const key of KEYS) this.configuration.set(key, this.before[key]);
    this.before = undefined;
  }
}

export function isAboutConnections(key: string): boolean {
  return KEYS.some((name) => name === key);
}
