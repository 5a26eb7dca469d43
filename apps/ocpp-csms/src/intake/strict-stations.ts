import type { TimerHandle, Timers } from '@ampline/kernel-time';
import { sqlState, type Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

const LOOK_EVERY_MS = 2_000;

/**
 * Stations whose messages are held to their schemas. They are few and looked up on every call, so each replica knows them by heart; a
 * change counts within two seconds.
 */
export class StrictStations {
  private stations: ReadonlySet<string> = new Set();
  private timer: TimerHandle | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly db: Database,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  has(stationId: string): boolean {
    return this.stations.has(stationId);
  }

  start(): Promise<void> {
    return (this.looking = this.look());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== undefined) this.timers.clear(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      const rows = await this.db.query<{ station_id: string }>('SELECT station_id FROM charging_station WHERE strict_inbound');
      this.stations = new Set(rows.map((row) => row.station_id));
    } catch (error) {
      this.telemetry.logger.debug('intake.strict-stations-not-read', { sqlState: sqlState(error) });
    }
    if (!this.stopped) this.timer = this.timers.setTimeout(() => void (this.looking = this.look()), LOOK_EVERY_MS);
  }
}
