import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import type { SettingStatus } from '../commands/station-settings.js';
import { csmsErrors } from '../errors.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import type { TemplateMode } from './domain/template.js';
import { IS_DRIFTED, REPORTED_JOIN } from './drift.js';

/** One setting of a station: what it reports and what is desired of it. */
export interface SettingRow {
  station_id: string;
  key: string;
  reported: boolean;
  value: string | null;
  readonly: boolean;
  read_at: Date | null;
  desired: string | null;
  template_id: string | null;
  mode: TemplateMode | null;
  status: SettingStatus | null;
  drifted: boolean;
}

export interface ChangeRow {
  change_id: string;
  key: string;
  kind: string;
  value_before: string | null;
  value: string | null;
  at: Date;
}

export interface StationConfiguration {
  settings: SettingRow[];
  readAt: Date | null;
  strictInbound: boolean;
}

/** Over `station_setting t` and `reported_setting r`. */
const SETTING_COLUMNS = `
  coalesce(r.station_id, t.station_id) AS station_id, coalesce(r.key, t.key) AS key, r.station_id IS NOT NULL AS reported, r.value,
  coalesce(r.readonly, false) AS readonly, r.read_at, t.desired, t.template_id, t.mode, t.status, coalesce(${IS_DRIFTED}, false) AS drifted`;
const OF_STATION = `
  SELECT ${SETTING_COLUMNS} FROM (SELECT * FROM station_setting WHERE station_id = $1) t
    FULL JOIN (SELECT * FROM reported_setting WHERE station_id = $1) r ON r.key_ci = t.key_ci
   ORDER BY coalesce(r.key_ci, t.key_ci)`;
const DRIFTED = `
  SELECT t.station_id FROM station_setting t JOIN ${REPORTED_JOIN}
   WHERE t.tenant_id = $1 AND ($2::uuid IS NULL OR t.template_id = $2) AND ${IS_DRIFTED}`;
const NEWEST_FIRST: KeysetOrder = { columns: [{ name: 'change_id', type: 'uuid' }], direction: 'desc' };
const BY_IDENTITY: KeysetOrder = { columns: [{ name: 'identity_key', type: 'text' }], direction: 'asc' };

/** Without a choice only what is enforced; what somebody chose is sent whatever its mode. What is there already is left alone. */
const APPLY = `
  WITH lacking AS (
    SELECT t.station_id, t.key FROM station_setting t JOIN charging_station s USING (station_id) LEFT JOIN ${REPORTED_JOIN}
     WHERE t.tenant_id = $1 AND s.online AND s.registration = 'accepted'
       AND ($2::uuid[] IS NULL OR t.station_id = ANY($2)) AND ($3::uuid IS NULL OR t.template_id = $3)
       AND (t.mode = 'enforce' OR $2::uuid[] IS NOT NULL OR $3::uuid IS NOT NULL)
       AND (${IS_DRIFTED} OR r.station_id IS NULL AND t.status <> 'accepted') AND NOT coalesce(r.readonly, false)),
  due AS (
    UPDATE station_setting t SET status = 'unanswered', checked_at = $4, due_at = $4 FROM lacking
     WHERE t.station_id = lacking.station_id AND t.key = lacking.key RETURNING t.station_id)
  SELECT count(DISTINCT station_id)::int AS stations FROM due`;
const READ = `
  WITH due AS (
    INSERT INTO configuration_read (station_id, tenant_id, due_at)
    SELECT station_id, tenant_id, $3::timestamptz FROM charging_station WHERE tenant_id = $1 AND station_id = ANY($2) AND online ORDER BY station_id
    ON CONFLICT (station_id) DO UPDATE SET due_at = excluded.due_at, due_keys = NULL RETURNING 1)
  SELECT count(*)::int AS stations FROM due`;

/** Settings of stations, of one tenant each. */
export class ConfigurationStore {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.station-unknown`. */
  get(tenantId: string, stationId: string): Promise<StationConfiguration> {
    return this.database.asTenant(tenantId, async (tx) => {
      const station = await tx.one<{ strict_inbound: boolean; read_at: Date | null }>(
        `SELECT s.strict_inbound, c.read_at FROM charging_station s LEFT JOIN configuration_read c USING (station_id) WHERE s.station_id = $1`,
        [stationId],
      );
      if (station === undefined) throw csmsErrors.stationUnknown();
      const settings = await tx.query<SettingRow>(OF_STATION, [stationId]);
      return { settings, readAt: station.read_at, strictInbound: station.strict_inbound };
    });
  }

  /** Newest first; one more than the page holds. Throws `csms.station-unknown`. */
  async changes(tenantId: string, stationId: string, page: Page): Promise<ChangeRow[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    return this.database.asTenant(tenantId, async (tx) => {
      await checkStation(tx, stationId);
      return tx.query<ChangeRow>(
        `SELECT change_id, key, kind, value_before, value, at FROM reported_setting_change
         WHERE station_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [stationId, page.limit + 1, ...at.params],
      );
    });
  }

  /** How many of the stations are read now: those that are online. */
  read(tenantId: string, stationIds: readonly string[]): Promise<number> {
    return this.database.asTenant(tenantId, async (tx) => {
      const row = await tx.one<{ stations: number }>(READ, [tenantId, stationIds, this.clock.now()]);
      return row?.stations ?? 0;
    });
  }

  /** By identity, one more than the page holds, each with the settings that differ; and how many there are in all. */
  async drifted(tenantId: string, templateId: string | undefined, page: Page): Promise<{ stations: DriftedStation[]; total: number }> {
    const at = keyset(BY_IDENTITY, page.cursor, 4);
    return this.database.asTenant(tenantId, async (tx) => {
      const params = [tenantId, templateId ?? null];
      const total = await tx.one<{ total: number }>(`SELECT count(DISTINCT station_id)::int AS total FROM (${DRIFTED}) AS d`, params);
      const stations = await tx.query<{ station_id: string; identity_key: string }>(
        `SELECT station_id, identity_key FROM charging_station s
         WHERE station_id IN (${DRIFTED}) AND ${at.where} ORDER BY ${at.orderBy} LIMIT $3`,
        [...params, page.limit + 1, ...at.params],
      );
      const settings = await tx.query<SettingRow>(
        `SELECT ${SETTING_COLUMNS} FROM station_setting t JOIN ${REPORTED_JOIN}
         WHERE t.station_id = ANY($1) AND ($2::uuid IS NULL OR t.template_id = $2) AND ${IS_DRIFTED} ORDER BY t.key_ci`,
        [stations.map((station) => station.station_id), templateId ?? null],
      );
      return {
        total: total?.total ?? 0,
        stations: stations.map((station) => ({
          stationId: station.station_id,
          key: [station.identity_key],
          settings: settings.filter((setting) => setting.station_id === station.station_id),
        })),
      };
    });
  }

  /** Makes due what the stations lack; answers at how many of them. */
  apply(asking: Asking, stationIds: readonly string[], templateId: string | undefined): Promise<number> {
    const { tenantId, caller } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const chosen = stationIds.length === 0 ? null : stationIds;
      const row = await tx.one<{ stations: number }>(APPLY, [tenantId, chosen, templateId ?? null, this.clock.now()]);
      const stations = row?.stations ?? 0;
      if (stations > 0) {
        const entity = { type: 'configuration', id: templateId ?? tenantId };
        const tenant = await tenantSlug(tx, tenantId);
        await this.audit.record(tx, { caller, tenantId, tenant, action: 'configuration.applied', entity, detail: { stations } });
      }
      return stations;
    });
  }

  /** Throws `csms.station-unknown`. */
  setStrict({ tenantId, caller }: Asking, stationId: string, strict: boolean): Promise<void> {
    return this.database.asTenant(tenantId, async (tx) => {
      const station = await tx.one<{ identity: string; before: boolean }>(
        `UPDATE charging_station s SET strict_inbound = $2 FROM charging_station b WHERE b.station_id = s.station_id AND s.station_id = $1
         RETURNING s.identity, b.strict_inbound AS before`,
        [stationId, strict],
      );
      if (station === undefined) throw csmsErrors.stationUnknown();
      if (station.before === strict) return;
      const entity = { type: 'charging-station', id: stationId, name: station.identity };
      const tenant = await tenantSlug(tx, tenantId);
      await this.audit.record(tx, { caller, tenantId, tenant, action: 'charging-station.strictness-set', entity, detail: { strict } });
    });
  }
}

export interface DriftedStation {
  stationId: string;
  key: KeysetValue[];
  settings: SettingRow[];
}

async function checkStation(tx: Tx, stationId: string): Promise<void> {
  if (!(await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]))) throw csmsErrors.stationUnknown();
}
