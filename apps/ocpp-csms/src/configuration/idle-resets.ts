import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../commands/commands.js';
import type { DueWork } from '../due-loop.js';

interface Idle {
  station_id: string;
  tenant_id: string;
}

/** Once for each setting that waits: a station that comes back without having restarted is not reset over and over. */
const CLAIM = `
  WITH idle AS (
    SELECT s.station_id, s.tenant_id FROM charging_station s
     WHERE s.online AND s.registration = 'accepted'
       AND s.station_id IN (SELECT station_id FROM station_setting WHERE status = 'reboot-required' AND reset_wanted)
       AND NOT EXISTS (SELECT FROM ocpp_transaction x WHERE x.station_id = s.station_id AND x.state = 'active')
     LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED),
  claimed AS (
    UPDATE station_setting t SET reset_wanted = false FROM idle
     WHERE t.station_id = idle.station_id AND t.status = 'reboot-required' AND t.reset_wanted RETURNING t.station_id)
  SELECT DISTINCT idle.station_id, idle.tenant_id FROM idle JOIN claimed USING (station_id)`;
const AGAIN = `UPDATE station_setting SET reset_wanted = true WHERE station_id = $1 AND status = 'reboot-required'`;

/** Restarts stations on which no session runs, for settings of templates that say so and that the station takes at its next start. */
export class IdleResets implements DueWork<Idle> {
  readonly name = 'idle-resets';

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly timeoutMs: number,
    private readonly telemetry: Telemetry,
  ) {}

  claim(limit: number): Promise<Idle[]> {
    return this.database.asWorker((tx) => tx.query<Idle>(CLAIM, [limit]));
  }

  /** Soft: should a session begin in this very moment, the station ends it properly (OCPP 1.6 §5.14). */
  async carryOut({ station_id: stationId, tenant_id: tenantId }: Idle): Promise<void> {
    const { commands, database, telemetry, timeoutMs } = this;
    const command = { action: 'Reset', payload: { type: 'Soft' } } as const;
    const row = await commands.execute({ tenantId, stationId, command, requestedBy: telemetry.service, timeoutMs, idempotencyKey: '' });
    telemetry.logger.info('idle-resets.asked', { stationId, outcome: row.outcome });
    if (row.outcome === 'station-offline') await database.query(AGAIN, [stationId]);
  }

  about({ station_id: stationId }: Idle): object {
    return { stationId };
  }
}
