import { AppError } from '@ampline/kernel-errors';
import type { Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../commands/commands.js';
import { pauseUntil } from '../pause.js';

interface Idle {
  station_id: string;
  tenant_id: string;
}

const LOOK_EVERY_MS = 5_000;
const AT_ONCE = 20;

/** Once for each setting that waits: a station that comes back without having restarted is not reset over and over. */
const CLAIM = `
  WITH idle AS (
    SELECT s.station_id, s.tenant_id FROM charging_station s
     WHERE s.online AND s.registration = 'accepted'
       AND s.station_id IN (SELECT station_id FROM station_setting WHERE status = 'reboot-required' AND reset_wanted)
       AND NOT EXISTS (SELECT FROM ocpp_transaction x WHERE x.station_id = s.station_id AND x.state = 'active')
     LIMIT ${AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE station_setting t SET reset_wanted = false FROM idle
     WHERE t.station_id = idle.station_id AND t.status = 'reboot-required' AND t.reset_wanted RETURNING t.station_id)
  SELECT DISTINCT idle.station_id, idle.tenant_id FROM idle JOIN claimed USING (station_id)`;
const AGAIN = `UPDATE station_setting SET reset_wanted = true WHERE station_id = $1 AND status = 'reboot-required'`;

/** Restarts stations on which no session runs, for settings of templates that say so and that the station takes at its next start. */
export class IdleResets {
  private readonly stopping = new AbortController();
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly timeoutMs: number,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    this.looking = this.look();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const idle = await this.database.asWorker((tx) => tx.query<Idle>(CLAIM));
        await Promise.all(idle.map((station) => this.reset(station)));
      } catch (error) {
        if (!AppError.is(error) || error.kind !== 'unavailable') this.telemetry.logger.error('idle-resets.round-failed', {}, error);
      }
      await pauseUntil(this.timers, LOOK_EVERY_MS, signal);
    }
  }

  /** Soft: should a session begin in this very moment, the station ends it properly (OCPP 1.6 §5.14). */
  private async reset({ station_id: stationId, tenant_id: tenantId }: Idle): Promise<void> {
    const { commands, database, telemetry, timeoutMs } = this;
    const command = { action: 'Reset', payload: { type: 'Soft' } } as const;
    const row = await commands.execute({ tenantId, stationId, command, requestedBy: telemetry.service, timeoutMs, idempotencyKey: '' });
    telemetry.logger.info('idle-resets.asked', { stationId, outcome: row.outcome });
    if (row.outcome === 'station-offline') await database.query(AGAIN, [stationId]);
  }
}
