import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { quirksOf, type Quirk } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import { lockStations, tellStations } from '../stations/station-state.js';
import { quirkErrors } from './errors.js';
import { quirksInForce } from './quirks-in-force.js';

/** Who asks, and for which tenant. */
interface Asking {
  tenantId: string;
  caller: Caller;
}

export type Override = 'none' | 'on' | 'off';

/** Where a station's quirks come from. */
export interface StationQuirks {
  inForce: readonly string[];
  catalogued: readonly Quirk[];
  on: readonly string[];
  off: readonly string[];
}

/** Stations of a tenant that are alike. */
export interface Make {
  vendor: string;
  model: string;
  firmware: string;
  stations: number;
  /** The first by identity. */
  stationIds: string[];
}

interface Row {
  identity: string;
  slug: string;
  vendor: string;
  model: string;
  firmware: string;
  quirks: string[];
  quirks_on: string[];
  quirks_off: string[];
}

/** Of each make, as many as an entry of the catalogue shows. */
export const STATIONS_SHOWN = 20;

const STATION = `
  SELECT s.identity, t.slug, coalesce(s.vendor, '') AS vendor, coalesce(s.model, '') AS model, coalesce(s.firmware_version, '') AS firmware,
         s.quirks, s.quirks_on, s.quirks_off
    FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1`;
const OVERRIDE = `
  UPDATE charging_station SET
    quirks_on = CASE WHEN $3 = 'on' THEN array_append(array_remove(quirks_on, $2), $2) ELSE array_remove(quirks_on, $2) END,
    quirks_off = CASE WHEN $3 = 'off' THEN array_append(array_remove(quirks_off, $2), $2) ELSE array_remove(quirks_off, $2) END
  WHERE station_id = $1`;
const APPLY = `UPDATE charging_station SET quirks = ${quirksInForce('$2')} WHERE station_id = $1`;
const MAKES = `
  SELECT coalesce(vendor, '') AS vendor, coalesce(model, '') AS model, coalesce(firmware_version, '') AS firmware,
         count(*)::int AS stations, (array_agg(station_id ORDER BY identity_key))[1:${STATIONS_SHOWN}] AS "stationIds"
    FROM charging_station GROUP BY 1, 2, 3 ORDER BY min(identity_key)`;
const IN_FORCE = `SELECT quirk, count(*)::int AS stations FROM charging_station, unnest(quirks) AS quirk GROUP BY quirk`;

/** The quirks of stations. */
export class QuirkStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.station-unknown`. */
  get(tenantId: string, stationId: string): Promise<StationQuirks> {
    return this.database.asTenant(tenantId, async (tx) => quirksAt(await stationRow(tx, stationId)));
  }

  /** Which makes of stations there are, and at how many stations each quirk is in force. */
  fleet(tenantId: string): Promise<{ makes: Make[]; inForce: ReadonlyMap<string, number> }> {
    return this.database.asTenant(tenantId, async (tx) => {
      const makes = await tx.query<Make>(MAKES);
      const counts = await tx.query<{ quirk: string; stations: number }>(IN_FORCE);
      return { makes, inForce: new Map(counts.map(({ quirk, stations }) => [quirk, stations])) };
    });
  }

  /** Throws `csms.station-unknown`, `csms.quirks.several-connectors`. */
  override(asking: Asking, stationId: string, quirk: Quirk, override: Override): Promise<StationQuirks> {
    const { tenantId, caller } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      await lockStations(tx, [stationId]);
      const before = await stationRow(tx, stationId);
      if (quirk === 'connector_zero_means_one' && override === 'on') await demandOneConnector(tx, stationId);
      await tx.query(OVERRIDE, [stationId, quirk, override]);
      await tx.query(APPLY, [stationId, quirksOf(before)]);
      const entity = { type: 'charging-station', id: stationId, name: before.identity };
      const detail = { quirk, override };
      await this.audit.record(tx, { caller, tenantId, tenant: before.slug, action: 'charging-station.quirk-overridden', entity, detail });
      const after = await stationRow(tx, stationId);
      if (after.quirks.join() !== before.quirks.join()) await tellStations(tx, this.outbox, [stationId], this.clock.now());
      return quirksAt(after);
    });
  }
}

async function stationRow(tx: Tx, stationId: string): Promise<Row> {
  const row = await tx.one<Row>(STATION, [stationId]);
  if (row === undefined) throw csmsErrors.stationUnknown();
  return row;
}

function quirksAt(row: Row): StationQuirks {
  return { inForce: row.quirks, catalogued: quirksOf(row), on: row.quirks_on, off: row.quirks_off };
}

async function demandOneConnector(tx: Tx, stationId: string): Promise<void> {
  const row = await tx.one<{ connectors: number }>('SELECT count(*)::int AS connectors FROM connector WHERE station_id = $1', [stationId]);
  if ((row?.connectors ?? 0) > 1) throw quirkErrors.severalConnectors();
}
