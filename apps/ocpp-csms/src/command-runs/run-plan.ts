import type { Tx } from '@ampline/platform-postgres';
import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import { FILTERED, filterParams, type StationFilter } from '../stations/station-filter.js';
import { turnOf, type RunStation, type Turn } from './turn.js';

/** Stations by their ids, or else by what they are. */
export interface Selection {
  /** Empty: by the filter. */
  stationIds: readonly string[];
  filter: StationFilter;
}

export interface PlannedStation {
  stationId: string;
  identity: string;
  turn: Turn;
}

const MOST_STATIONS = 50_000;

/** The selected stations in the order of their identities, and what a run does with each. Throws `csms.selection-too-large`. */
export async function plan(
  tx: Tx,
  tenantId: string,
  { stationIds, filter }: Selection,
  o: { action: Ocpp16Action; queue: boolean },
): Promise<PlannedStation[]> {
  const rows = await tx.query<RunStation & { station_id: string; identity: string }>(
    `SELECT s.station_id, s.identity, s.registration, s.open_epoch IS NOT NULL AS open, s.protocol FROM charging_station s
     WHERE ${FILTERED} AND ($7::uuid[] IS NULL OR s.station_id = ANY($7)) ORDER BY s.identity_key LIMIT $8`,
    [...filterParams(tenantId, filter), stationIds.length > 0 ? stationIds : null, MOST_STATIONS + 1],
  );
  if (rows.length > MOST_STATIONS) throw csmsErrors.selectionTooLarge({ most: MOST_STATIONS });
  return rows.map((row) => ({ stationId: row.station_id, identity: row.identity, turn: turnOf(row, o.action, o.queue) }));
}
