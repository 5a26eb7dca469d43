import type { Clock } from '@ampline/kernel-time';
import type { Quirks, StationClockFault } from './profile.js';

const ZONE_MS = 2 * 3_600_000;

/** What the station writes when it is asked for the time. */
export class StationClock {
  private readonly poweredAtMs: number;

  constructor(
    private readonly clock: Clock,
    private readonly fault: StationClockFault,
    private readonly zone: Quirks['zone'],
  ) {
    this.poweredAtMs = clock.monotonicMs();
  }

  /** ISO 8601. */
  timestamp(): string {
    const shown = this.shownMs();
    if (this.zone === 'utc') return new Date(shown).toISOString();
    if (this.zone === 'none') return new Date(shown).toISOString().slice(0, -1);
    return `${new Date(shown + ZONE_MS).toISOString().slice(0, -1)}+02:00`;
  }

  private shownMs(): number {
    switch (this.fault.kind) {
      case 'exact':
        return this.clock.now().getTime();
      case 'offset':
        return this.clock.now().getTime() + this.fault.offsetMs;
      case 'stuck':
        return Date.parse(this.fault.at);
      case 'since-1970':
        return Math.round(this.clock.monotonicMs() - this.poweredAtMs);
    }
  }
}
