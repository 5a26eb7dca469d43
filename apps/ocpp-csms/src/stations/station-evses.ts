import { uuidv7 } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';

/** An EVSE as somebody enters it; its number is its place, from 1. */
export interface WantedEvse {
  /** eMI3 EVSE id; empty: none. */
  code: string;
  connectors: readonly { type: string; maxPowerW: bigint }[];
}

/**
 * Gives a station these EVSEs and connectors. Those that there are, such as the ones that it has reported itself, keep their ids and
 * what they have reported; the others are made. None is removed: a session may hang on it.
 */
export async function setEvses(tx: Tx, tenantId: string, stationId: string, evses: readonly WantedEvse[]): Promise<void> {
  const rows = evses.map((evse, i) => ({ ...evse, number: i + 1 }));
  await tx.query(
    `INSERT INTO evse (evse_id, tenant_id, station_id, number, code)
     SELECT id, $1, $2, number, nullif(code, '') FROM unnest($3::uuid[], $4::int[], $5::text[]) AS e (id, number, code)
     ON CONFLICT (station_id, number) DO UPDATE SET code = excluded.code`,
    [tenantId, stationId, rows.map(() => uuidv7()), rows.map((e) => e.number), rows.map((e) => e.code)],
  );
  const connectors = rows.flatMap((evse) => evse.connectors.map((connector, i) => ({ ...connector, evse: evse.number, number: i + 1 })));
  await tx.query(
    `INSERT INTO connector (connector_id, tenant_id, station_id, evse_id, number, type, max_power_w)
     SELECT c.id, $1, $2, e.evse_id, c.number, coalesce(nullif(c.type, ''), 'Unknown'), c.max_power_w
     FROM unnest($3::uuid[], $4::int[], $5::int[], $6::text[], $7::bigint[]) AS c (id, evse, number, type, max_power_w)
     JOIN evse e ON e.station_id = $2 AND e.number = c.evse
     ON CONFLICT (evse_id, number) DO UPDATE SET type = excluded.type, max_power_w = excluded.max_power_w`,
    [
      tenantId,
      stationId,
      connectors.map(() => uuidv7()),
      connectors.map((c) => c.evse),
      connectors.map((c) => c.number),
      connectors.map((c) => c.type),
      connectors.map((c) => c.maxPowerW.toString()),
    ],
  );
}
