import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import { desiredOf, type DesiredSetting } from './domain/desired.js';
import type { ConfiguredStation, Template, TemplateContent } from './domain/template.js';
import { isReported } from './drift.js';

/** A station whose desired settings are to be written anew. */
export interface StationToConfigure {
  stationId: string;
  /** When it booted; absent: something else than a boot is the reason. */
  bootedAt?: Date;
}

interface StationRow extends ConfiguredStation {
  tenantId: string;
  online: boolean;
}

export const CONFIGURED_STATION = `
  SELECT s.station_id AS "stationId", s.tenant_id AS "tenantId", s.identity, l.site_id AS "siteId", site.name AS "siteName",
         coalesce(s.vendor, '') AS vendor, coalesce(s.model, '') AS model, coalesce(s.serial_number, '') AS "serialNumber",
         coalesce(s.firmware_version, '') AS "firmwareVersion", s.online AND s.registration = 'accepted' AS online
    FROM charging_station s JOIN location l USING (location_id) JOIN site USING (site_id)`;

const WANTED = `
  wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::boolean[], $8::timestamptz[], $9::timestamptz[])
      AS w (station_id, tenant_id, key, desired, template_id, mode, reset_wanted, booted_at, due_at))`;

/** What nothing desires any more. */
const DROP = `
  WITH ${WANTED}
  DELETE FROM station_setting t WHERE t.station_id IN (SELECT station_id FROM wanted)
     AND NOT EXISTS (SELECT FROM wanted w WHERE w.station_id = t.station_id AND w.key = t.key)`;

/** By whom the same value is desired, and how strongly. */
const RELABEL = `
  WITH ${WANTED}
  UPDATE station_setting t SET template_id = w.template_id, mode = w.mode, due_at = CASE WHEN w.mode = 'enforce' THEN t.due_at END
    FROM wanted w WHERE w.station_id = t.station_id AND w.key = t.key
     AND (t.template_id IS DISTINCT FROM w.template_id OR t.mode <> w.mode)`;

/**
 * Settings that were answered stay as they are; the others, and those with another value than before, become due, unless the station
 * reports the value already. Not so what a replica has begun to send since the boot: a boot that reached two replicas, the first of
 * them too slow to answer, is one boot. Rows in the order of their key: two replicas do not deadlock.
 */
const WANT = `
  WITH ${WANTED}, said AS (
    SELECT t.*, ${isReported('t.desired')} AS has, t.mode = 'enforce' AS enforced FROM wanted t LEFT JOIN reported_setting r
      ON r.station_id = t.station_id AND r.key_ci = lower(t.key))
  INSERT INTO station_setting AS t (station_id, tenant_id, key, desired, template_id, mode, reset_wanted, status, checked_at, due_at)
  SELECT station_id, tenant_id, key, desired, template_id, mode, reset_wanted, CASE WHEN has THEN 'accepted' ELSE 'unanswered' END,
         $10::timestamptz, CASE WHEN enforced AND NOT has THEN due_at END
    FROM said ORDER BY station_id, key
  ON CONFLICT (station_id, key) DO UPDATE SET
    desired = excluded.desired, checked_at = excluded.checked_at, reset_wanted = excluded.reset_wanted,
    status = CASE WHEN t.desired = excluded.desired AND t.status = 'reboot-required' THEN 'accepted' ELSE excluded.status END,
    due_at = CASE WHEN t.desired = excluded.desired AND t.status = 'reboot-required' THEN NULL ELSE excluded.due_at END
  WHERE t.desired <> excluded.desired
    OR t.status = 'reboot-required' AND (SELECT booted_at FROM wanted w WHERE w.station_id = t.station_id AND w.key = t.key) IS NOT NULL
    OR t.status = 'unanswered' AND (t.due_at IS NULL
      OR t.checked_at < (SELECT booted_at FROM wanted w WHERE w.station_id = t.station_id AND w.key = t.key))`;

/**
 * By tenant. Templates are read by the statements behind this one: whoever writes last has seen what everybody before has, and what a
 * slower replica knows never comes on top.
 */
const ONE_AFTER_THE_OTHER = `
  SELECT pg_advisory_xact_lock(hashtextextended('csms.desired.' || tenant_id, 0)) FROM (
    SELECT DISTINCT tenant_id::text AS tenant_id FROM charging_station WHERE station_id = ANY($1) ORDER BY 1) AS tenants`;

const TEMPLATES = `
  SELECT template_id AS "templateId", tenant_id AS "tenantId", content FROM configuration_template
   WHERE tenant_id = ANY($1) AND removed_at IS NULL`;

/**
 * What stations are to have, as rows: the platform's own settings as the lowest template, the tenant's templates above them. Whoever
 * sends them takes what is due.
 */
export class DesiredSettings {
  constructor(
    private readonly database: Database,
    /** The platform's own. */
    readonly builtIn: readonly { key: string; value: string }[],
    private readonly clock: Clock,
  ) {}

  /**
   * Writes what is desired of the stations. What they lack is due: after `delayMs` at a station that has booted, at once at one that
   * is online; one that is offline gets it when it boots.
   */
  write(stations: readonly StationToConfigure[], delayMs: number): Promise<void> {
    return this.database.asWorker(async (tx) => {
      const booted = new Map(stations.map(({ stationId, bootedAt }) => [stationId, bootedAt]));
      await tx.query(ONE_AFTER_THE_OTHER, [[...booted.keys()]]);
      const rows = await tx.query<StationRow>(`${CONFIGURED_STATION} WHERE s.station_id = ANY($1) ORDER BY s.station_id`, [
        [...booted.keys()],
      ]);
      const templates = await templatesOf(tx, [...new Set(rows.map(({ tenantId }) => tenantId))]);
      const now = this.clock.now();
      const wanted = rows.flatMap((station) =>
        desiredOf(this.builtIn, templates.get(station.tenantId) ?? [], station).map((setting) => {
          const bootedAt = booted.get(station.stationId) ?? null;
          const dueAt = bootedAt !== null ? new Date(now.getTime() + delayMs) : station.online ? now : null;
          return { ...setting, station, bootedAt, dueAt };
        }),
      );
      const columns = columnsOf(wanted);
      await tx.query(DROP, columns);
      await tx.query(RELABEL, columns);
      await tx.query(WANT, [...columns, now]);
    });
  }
}

/** Templates in force, by tenant. */
export async function templatesOf(tx: Tx, tenantIds: readonly string[]): Promise<Map<string, Template[]>> {
  const rows = await tx.query<{ templateId: string; tenantId: string; content: TemplateContent }>(TEMPLATES, [tenantIds]);
  const templates = new Map<string, Template[]>(tenantIds.map((tenantId) => [tenantId, []]));
  for (const { templateId, tenantId, content } of rows) templates.get(tenantId)?.push({ templateId, ...content });
  return templates;
}

interface WantedRow extends DesiredSetting {
  station: StationRow;
  bootedAt: Date | null;
  dueAt: Date | null;
}

function columnsOf(wanted: readonly WantedRow[]): unknown[][] {
  return [
    wanted.map(({ station }) => station.stationId),
    wanted.map(({ station }) => station.tenantId),
    wanted.map(({ key }) => key),
    wanted.map(({ value }) => value),
    wanted.map(({ templateId }) => templateId),
    wanted.map(({ mode }) => mode),
    wanted.map(({ resetWhenIdle }) => resetWhenIdle),
    wanted.map(({ bootedAt }) => bootedAt),
    wanted.map(({ dueAt }) => dueAt),
  ];
}
