import type { RefusalReason } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Counter } from '@opentelemetry/api';

/** Counts on while the reason stays the same. */
const NOTE = `
  INSERT INTO admission_refusal AS r (station_id, tenant_id, reason, times, remote_address, first_at, last_at)
  VALUES ($1, $2, $3, 1, $4, $5, $5)
  ON CONFLICT (station_id) DO UPDATE SET
    times = CASE WHEN r.reason = excluded.reason THEN r.times + 1 ELSE 1 END,
    first_at = CASE WHEN r.reason = excluded.reason THEN r.first_at ELSE excluded.first_at END,
    reason = excluded.reason, remote_address = excluded.remote_address, last_at = excluded.last_at`;

/** Remembers why stations that we know were not let in: what their operator has to see. */
export class AdmissionRefusals {
  private readonly counter: Counter;

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    telemetry: Telemetry,
  ) {
    this.counter = telemetry.meter.createCounter('csms_admission_refusals', {
      description: 'Known stations that were not let in, by reason.',
    });
  }

  async note(station: { station_id: string; tenant_id: string }, reason: RefusalReason, remoteAddress: string): Promise<void> {
    this.counter.add(1, { reason });
    await this.db.query(NOTE, [station.station_id, station.tenant_id, reason, remoteAddress, this.clock.now()]);
  }
}
