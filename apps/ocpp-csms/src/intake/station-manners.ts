import type { TimerHandle, Timers } from '@ampline/kernel-time';
import { sqlState, type Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { NO_QUIRKS, quirkSet, zoneAsMeant, type QuirkSet } from '@ampline/protocol-ocpp';

const LOOK_EVERY_MS = 2_000;

/** How a station's messages are to be read. */
export interface Manners {
  quirks: QuirkSet;
  /** IANA zone of its times without one; undefined: not known. */
  meantZone: string | undefined;
}

export const PLAIN: Manners = { quirks: NO_QUIRKS, meantZone: undefined };

interface Row {
  station_id: string;
  strict_inbound: boolean;
  quirks: string[];
  time_zone: string;
}

const SELECT = `
  SELECT s.station_id, s.strict_inbound, s.quirks, site.time_zone
    FROM charging_station s JOIN location l USING (location_id) JOIN site USING (site_id)
   WHERE s.strict_inbound OR s.quirks <> '{}'`;

/**
 * Stations whose messages are read otherwise than those of the rest: held to their schemas, or with quirks. They are looked up on
 * every call, so each replica knows them by heart; a change counts within two seconds.
 */
export class StationManners {
  private strict: ReadonlySet<string> = new Set();
  private quirky: ReadonlyMap<string, Manners> = new Map();
  private timer: TimerHandle | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly db: Database,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  isStrict(stationId: string): boolean {
    return this.strict.has(stationId);
  }

  of(stationId: string): Manners {
    return this.quirky.get(stationId) ?? PLAIN;
  }

  start(): Promise<void> {
    return (this.looking = this.lookOn());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== undefined) this.timers.clear(this.timer);
    await this.looking;
  }

  /** Takes over what is stored now. */
  async look(): Promise<void> {
    try {
      const rows = await this.db.query<Row>(SELECT);
      this.strict = new Set(rows.filter((row) => row.strict_inbound).map((row) => row.station_id));
      this.quirky = new Map(rows.filter((row) => row.quirks.length > 0).map((row) => [row.station_id, mannersOf(row)]));
    } catch (error) {
      this.telemetry.logger.debug('intake.station-manners-not-read', { sqlState: sqlState(error) });
    }
  }

  private async lookOn(): Promise<void> {
    await this.look();
    if (!this.stopped) this.timer = this.timers.setTimeout(() => void (this.looking = this.lookOn()), LOOK_EVERY_MS);
  }
}

/** Of the columns that hold them. */
export function mannersOf({ quirks: names, time_zone: siteZone }: { quirks: readonly string[]; time_zone: string }): Manners {
  if (names.length === 0) return PLAIN;
  const quirks = quirkSet(names);
  return { quirks, meantZone: zoneAsMeant(quirks, siteZone) };
}
