import { StationPathSubject } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import type { Tx } from '@ampline/platform-postgres';

/** One line of `telemetry.meter.<tenant>.<site>`. Telemetry may be lost; nothing of money hangs on it. */
export interface MeterTelemetry {
  stationId: string;
  connectorNumber: number;
  sessionId: string | null;
  at: string;
  registerWh: string | null;
  powerW: number | null;
  socPercent: number | null;
}

/** A line and where it belongs. */
export interface LocatedTelemetry {
  /** Slug. */
  tenant: string;
  line: MeterTelemetry;
}

const SITES = `
  SELECT s.station_id, l.site_id FROM charging_station s JOIN location l USING (location_id) WHERE s.station_id = ANY($1::uuid[])`;
const MOST_REMEMBERED = 200_000;

/** Publishes what was just stored, one message per site and batch. */
export class MeterTelemetryPublisher {
  private readonly siteOf = new Map<string, string>();

  constructor(private readonly bus: Bus) {}

  /** Published after the commit of `tx`. */
  async publish(tx: Tx, lines: readonly LocatedTelemetry[]): Promise<void> {
    await this.learn(tx, lines);
    tx.onCommit(() => this.send(lines));
  }

  private send(lines: readonly LocatedTelemetry[]): void {
    const bySubject = new Map<string, MeterTelemetry[]>();
    for (const { tenant, line } of lines) {
      const site = this.siteOf.get(line.stationId);
      if (site === undefined) continue;
      const subject = StationPathSubject.telemetry(tenant, site);
      const known = bySubject.get(subject);
      if (known === undefined) bySubject.set(subject, [line]);
      else known.push(line);
    }
    for (const [subject, readings] of bySubject) this.bus.publish(subject, JSON.stringify({ readings }));
  }

  /** A station that is moved to another site is told of the old one until the next start: it is telemetry. */
  private async learn(tx: Tx, lines: readonly LocatedTelemetry[]): Promise<void> {
    const missing = [...new Set(lines.map(({ line }) => line.stationId))].filter((stationId) => !this.siteOf.has(stationId));
    if (missing.length === 0) return;
    if (this.siteOf.size > MOST_REMEMBERED) this.siteOf.clear();
    const rows = await tx.prepared<{ station_id: string; site_id: string }>(SITES, [missing]);
    for (const row of rows) this.siteOf.set(row.station_id, row.site_id);
  }
}
