import type { TimerHandle, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';

const NOTE_EVERY_MS = 30_000;
const WRITE_EVERY_MS = 1_000;
const MOST_REMEMBERED = 200_000;

/** Rows in the order of their key: two replicas that write the same stations wait for each other and do not deadlock. */
const WRITE = `
  INSERT INTO station_seen (station_id, tenant_id, last_seen_at)
  SELECT s.station_id, s.tenant_id, n.at FROM unnest($1::uuid[], $2::timestamptz[]) AS n (station_id, at) JOIN charging_station s USING (station_id)
   ORDER BY s.station_id
  ON CONFLICT (station_id) DO UPDATE SET last_seen_at = greatest(station_seen.last_seen_at, excluded.last_seen_at)`;

/** When each station last sent something, to half a minute. Kept apart from the calls: it may be lost. */
export class StationSeen {
  private readonly notedAt = new Map<string, number>();
  private pending = new Map<string, Date>();
  private timer: TimerHandle | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  note(stationId: string, at: Date): void {
    if (at.getTime() - (this.notedAt.get(stationId) ?? 0) < NOTE_EVERY_MS) return;
    if (this.notedAt.size > MOST_REMEMBERED) this.notedAt.clear();
    this.notedAt.set(stationId, at.getTime());
    this.pending.set(stationId, at);
    this.timer ??= this.timers.setTimeout(() => this.flush(), WRITE_EVERY_MS);
  }

  /** Writes what was noted; resolves when it is written. */
  async stop(): Promise<void> {
    if (this.timer !== undefined) this.timers.clear(this.timer);
    this.flush();
    await this.writing;
  }

  private flush(): void {
    this.timer = undefined;
    if (this.pending.size === 0) return;
    const noted = [...this.pending];
    this.pending = new Map();
    this.writing = this.writing.then(() => this.write(noted));
  }

  private async write(noted: [string, Date][]): Promise<void> {
    try {
      await this.db.query(WRITE, [noted.map(([stationId]) => stationId), noted.map(([, at]) => at.toISOString())]);
    } catch (e) {
      // Noted again with the next message of each station.
      for (const [stationId] of noted) this.notedAt.delete(stationId);
      this.telemetry.logger.warn('intake.seen-not-written', { stations: noted.length }, e);
    }
  }
}
