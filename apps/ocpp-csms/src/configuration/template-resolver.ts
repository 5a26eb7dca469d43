import type { Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { BackgroundLoop } from '../background-loop.js';
import type { DesiredSettings } from './desired-settings.js';

interface Unresolved {
  tenant_id: string;
  template_ids: string[];
  versions: number[];
}

const LOOK_EVERY_MS = 1_000;
const STATIONS_AT_ONCE = 500;

const UNRESOLVED = `
  SELECT tenant_id, array_agg(template_id) AS template_ids, array_agg(version) AS versions FROM configuration_template
   WHERE resolved_version < version GROUP BY tenant_id`;
const STATIONS = `
  SELECT station_id AS "stationId" FROM charging_station WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id > $2)
   ORDER BY station_id LIMIT ${STATIONS_AT_ONCE}`;
/** Only what was seen: a template that was changed meanwhile is resolved again. */
const RESOLVED = `
  UPDATE configuration_template t SET resolved_version = seen.version
    FROM unnest($1::uuid[], $2::int[]) AS seen (template_id, version) WHERE t.template_id = seen.template_id`;

/** Brings a change of a template to the stations of its tenant. Several replicas may do so at once ({@link DesiredSettings}). */
export class TemplateResolver {
  private readonly loop: BackgroundLoop;

  constructor(
    private readonly database: Database,
    private readonly desired: DesiredSettings,
    timers: Timers,
    telemetry: Telemetry,
  ) {
    this.loop = new BackgroundLoop({ name: 'templates', everyMs: LOOK_EVERY_MS, timers, telemetry, round: () => this.round() });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  private async round(): Promise<void> {
    for (const unresolved of await this.database.query<Unresolved>(UNRESOLVED)) await this.resolve(unresolved);
  }

  private async resolve({ tenant_id: tenantId, template_ids: templateIds, versions }: Unresolved): Promise<void> {
    let after: string | undefined;
    do {
      const stations = await this.database.query<{ stationId: string }>(STATIONS, [tenantId, after ?? null]);
      if (stations.length > 0) await this.desired.write(stations, 0);
      after = stations.length === STATIONS_AT_ONCE ? stations.at(-1)?.stationId : undefined;
    } while (after !== undefined && !this.loop.stopping);
    if (!this.loop.stopping) await this.database.query(RESOLVED, [templateIds, versions]);
  }
}
