import { uuidv7 } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import { grouped } from './domain/grouped.js';
import { connectorNumberOf, evseNumberOf, placeOf, type Known, type Planned } from './domain/plan.js';
import type { Written } from './written.js';

const ADD_STATIONS = `
  INSERT INTO charging_station (station_id, tenant_id, location_id, identity, vendor, model, expected_vendor, expected_model,
    expected_serial_number)
  SELECT s.id, $1, s.location, s.identity, s.vendor, s.model, s.vendor, s.model, s.serial
    FROM jsonb_to_recordset($2::jsonb) AS s (id uuid, location uuid, identity text, vendor text, model text, serial text)`;
/** What a station has said of itself stays. */
const CHANGE_STATIONS = `
  UPDATE charging_station o SET location_id = s.location, expected_vendor = coalesce(s.vendor, o.expected_vendor),
    expected_model = coalesce(s.model, o.expected_model), expected_serial_number = coalesce(s.serial, o.expected_serial_number),
    vendor = CASE WHEN o.last_boot_at IS NULL THEN coalesce(s.vendor, o.vendor) ELSE o.vendor END,
    model = CASE WHEN o.last_boot_at IS NULL THEN coalesce(s.model, o.model) ELSE o.model END
    FROM jsonb_to_recordset($1::jsonb) AS s (id uuid, location uuid, vendor text, model text, serial text)
   WHERE o.station_id = s.id`;
const PUT_EVSES = `
  INSERT INTO evse (evse_id, tenant_id, station_id, number, code)
  SELECT e.id, $1, e.station, e.number, e.code FROM jsonb_to_recordset($2::jsonb) AS e (id uuid, station uuid, number int, code text)
  ON CONFLICT (station_id, number) DO UPDATE SET code = coalesce(excluded.code, evse.code)`;
const ADD_CONNECTORS = `
  INSERT INTO connector (connector_id, tenant_id, station_id, evse_id, number, type, max_power_w)
  SELECT c.id, $1, c.station, e.evse_id, c.number, coalesce(c.type, 'Unknown'), coalesce(c.watts, 0)
    FROM jsonb_to_recordset($2::jsonb) AS c (id uuid, station uuid, evse int, number int, type text, watts bigint)
    JOIN evse e ON e.station_id = c.station AND e.number = c.evse
  ON CONFLICT (evse_id, number) DO NOTHING`;
const CHANGE_CONNECTORS = `
  UPDATE connector o SET type = coalesce(c.type, o.type), max_power_w = coalesce(c.watts, o.max_power_w)
    FROM jsonb_to_recordset($1::jsonb) AS c (station uuid, evse int, number int, type text, watts bigint)
    JOIN evse e ON e.station_id = c.station AND e.number = c.evse
   WHERE o.evse_id = e.evse_id AND o.number = c.number`;

/** Writes stations with their EVSEs and connectors; nothing that is there is taken away. Their facts are the caller's to tell. */
export async function writeStations(tx: Tx, tenantId: string, planned: readonly Planned[], known: Known): Promise<Written[]> {
  const groups = [...grouped(planned, ({ row }) => row.group).values()].map((rows) => stationOf(rows, known));
  const stations = (isNew: boolean) => JSON.stringify(groups.filter((one) => one.isNew === isNew).map(({ cells }) => cells));
  await tx.query(ADD_STATIONS, [tenantId, stations(true)]);
  await tx.query(CHANGE_STATIONS, [stations(false)]);
  await tx.query(PUT_EVSES, [tenantId, JSON.stringify(groups.flatMap(({ evses }) => evses))]);
  const connectors = JSON.stringify(groups.flatMap((group) => group.connectors));
  await tx.query(ADD_CONNECTORS, [tenantId, connectors]);
  await tx.query(CHANGE_CONNECTORS, [connectors]);
  return groups.map(({ written }) => written);
}

function stationOf(rows: readonly Planned[], known: Known) {
  const [{ row: first }] = rows as [Planned];
  const there = known.stations.get(first.subject.toLowerCase());
  const place = placeOf(first, known);
  const id = there?.stationId ?? uuidv7();
  const { vendor, model, serialNumber: serial } = first.cells;
  const codes = new Map<number, string | undefined>();
  const connectors = rows.map(({ row }) => {
    const { evseId, connectorType: type, maxPowerKw } = row.cells;
    const evse = evseNumberOf(row, there);
    codes.set(evse, evseId ?? codes.get(evse));
    const watts = maxPowerKw === undefined ? undefined : Math.round(Number(maxPowerKw) * 1_000);
    return { id: uuidv7(), station: id, evse, number: connectorNumberOf(row), type, watts };
  });
  const written: Written = {
    ...{ type: 'charging-station', id, name: there?.identity ?? first.subject, done: there ? 'changed' : 'created' },
    changes: [...new Set(rows.flatMap(({ changes }) => changes))],
  };
  return {
    isNew: !there,
    cells: { id, location: 'locationId' in place ? place.locationId : undefined, identity: first.subject, vendor, model, serial },
    evses: [...codes].map(([number, code]) => ({ id: uuidv7(), station: id, number, code })),
    connectors,
    written,
  };
}
