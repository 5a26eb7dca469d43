import type { CallerProfile } from '@ampline/contracts';

/** Somebody whose credential accounts has exchanged. */
export interface Access {
  readonly viewer: CallerProfile;
  /** What other services are called with. */
  readonly token: string;
  /** The credential is verified again at this time at the latest, ms since 1970. */
  readonly usableUntil: number;
  /** When the credential itself ends, ms since 1970; Infinity where accounts alone knows. */
  readonly endsAt: number;
}
