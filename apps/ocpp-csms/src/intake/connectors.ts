import { uuidv7 } from '@ampline/kernel-ids';
import type { Tx } from '@ampline/platform-postgres';
import type { LockedStation } from './locked-station.js';

/** The connector that OCPP 1.6 numbers n: connector 1 of EVSE n. */
export interface Connector {
  connectorId: string;
  evseId: string;
  maxPowerW: bigint;
  status: string;
  errorCode: string;
  statusAt: Date | null;
}

interface Row {
  connector_id: string;
  evse_id: string;
  max_power_w: bigint;
  status: string;
  error_code: string;
  status_at: Date | null;
}

const FIND = `
  SELECT c.connector_id, c.evse_id, c.max_power_w, c.status, c.error_code, c.status_at
    FROM evse e JOIN connector c ON c.evse_id = e.evse_id AND c.number = 1 WHERE e.station_id = $1 AND e.number = $2`;
const ADD_EVSE = `
  INSERT INTO evse (evse_id, tenant_id, station_id, number) VALUES ($1, $2, $3, $4)
  ON CONFLICT (station_id, number) DO UPDATE SET number = excluded.number RETURNING evse_id`;
const ADD_CONNECTOR = `
  INSERT INTO connector (connector_id, tenant_id, evse_id, station_id, number) VALUES ($1, $2, $3, $4, 1) ON CONFLICT DO NOTHING`;

export async function findConnector(tx: Tx, stationId: string, connectorNumber: number): Promise<Connector | undefined> {
  const [row] = await tx.prepared<Row>(FIND, [stationId, connectorNumber]);
  if (row === undefined) return undefined;
  const { connector_id: connectorId, evse_id: evseId, max_power_w: maxPowerW, status, error_code: errorCode, status_at: statusAt } = row;
  return { connectorId, evseId, maxPowerW, status, errorCode, statusAt };
}

/**
 * The connector; one that the station has and nobody entered is added, with unknown type and power. `added`: the station has changed.
 */
export async function ensureConnector(
  tx: Tx,
  { stationId, tenantId }: Pick<LockedStation, 'stationId' | 'tenantId'>,
  connectorNumber: number,
): Promise<Connector & { added: boolean }> {
  const known = await findConnector(tx, stationId, connectorNumber);
  if (known !== undefined) return { ...known, added: false };
  const [evse] = await tx.query<{ evse_id: string }>(ADD_EVSE, [uuidv7(), tenantId, stationId, connectorNumber]);
  await tx.query(ADD_CONNECTOR, [uuidv7(), tenantId, evse?.evse_id, stationId]);
  return { ...((await findConnector(tx, stationId, connectorNumber)) as Connector), added: true };
}
