// What the platform recorded, in the shape that the comparison takes.
import { SessionStatus } from '@ampline/contracts';

const PAGE = 500;

/** @param {import('../support/platform.mjs').BenchPlatform} platform */
export function transactionRows(platform) {
  return platform.sql(`
    SELECT s.identity AS station, t.ocpp_id AS "ocppId", t.connector_number AS connector, t.id_token AS "idToken", t.started_raw AS "startedRaw",
           t.meter_start_wh::float8 AS "meterStartWh", t.state, t.ended_raw AS "endedRaw", t.meter_stop_wh::float8 AS "meterStopWh",
           t.energy_wh::float8 AS "energyWh"
      FROM csms.ocpp_transaction t JOIN csms.charging_station s USING (station_id)`);
}

/** Messages of stations that are archived together with the answer that they were given. */
export function messageRows(platform) {
  return platform.sql(`
    SELECT DISTINCT s.identity AS station, m.action, m.message_id AS "messageId"
      FROM csms.ocpp_message m JOIN csms.charging_station s USING (station_id)
     WHERE m.direction = 'from-station' AND m.response_frame IS NOT NULL`);
}

export function readingRows(platform) {
  return platform.sql(`
    SELECT s.identity AS station, v.taken_raw AS "takenRaw", v.register_wh::float8 AS "registerWh", count(*)::int AS rows
      FROM csms.meter_value v JOIN csms.charging_station s USING (station_id)
     WHERE v.context = 'Sample.Periodic'
     GROUP BY 1, 2, 3`);
}

/** Through the door that everybody uses. */
export async function sessionRows(sessions, tenantId) {
  const rows = [];
  for (let cursor = ''; ;) {
    const { records, page } = await sessions.listSessions({ page: { limit: PAGE, cursor } }, { tenantId });
    rows.push(...records.map(({ session }) => sessionRow(session)));
    cursor = page?.nextCursor ?? '';
    if (cursor === '') return rows;
  }
}

function sessionRow({ station, ocppTransactionId, status, energyWh, meterLastWh }) {
  return {
    station: station?.identity ?? '',
    ocppId: Number(ocppTransactionId),
    completed: status === SessionStatus.COMPLETED,
    energyWh: Number(energyWh),
    meterLastWh: Number(meterLastWh),
  };
}
