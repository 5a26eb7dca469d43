import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { RegistrationStatus, stationChanged, StationStateSchema, type StationState } from '@ampline/contracts';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';

/** Registration as the column has it. */
export type Registration = 'accepted' | 'pending' | 'rejected';

export const REGISTRATION: Record<Registration, RegistrationStatus> = {
  accepted: RegistrationStatus.ACCEPTED,
  pending: RegistrationStatus.PENDING,
  rejected: RegistrationStatus.REJECTED,
};

/** A station with everything that its facts tell, as {@link STATION_STATE_COLUMNS} select it. */
export interface StationStateRow {
  station_id: string;
  version: bigint;
  tenant_id: string;
  /** Slug of the tenant. */
  tenant: string;
  identity: string;
  site_id: string;
  location_id: string;
  registration: Registration;
  online: boolean;
  online_changed_at: Date | null;
  vendor: string | null;
  model: string | null;
  serial_number: string | null;
  firmware_version: string | null;
  protocol: string | null;
  security_profile: number;
  last_seen_at: Date | null;
  last_boot_at: Date | null;
  back_end: string;
  transport: string | null;
  quirks: string[];
  evses: {
    evseId: string;
    number: number;
    code: string | null;
    connectors: {
      connectorId: string;
      number: number;
      status: string;
      errorCode: string;
      statusAt: string | null;
      type: string;
      maxPowerW: string;
      operative: boolean;
    }[];
  }[];
}

/** Columns of {@link StationStateRow}, over the aliases of {@link STATION_STATE_JOINS}. */
export const STATION_STATE_COLUMNS = `
  s.station_id, s.version, s.tenant_id, t.slug AS tenant, s.identity, l.site_id, s.location_id, s.registration,
  s.online, s.online_changed_at, s.vendor, s.model, s.serial_number, s.firmware_version, s.protocol, s.security_profile, seen.last_seen_at, s.last_boot_at,
  s.back_end, s.transport, s.quirks,
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'evseId', e.evse_id, 'number', e.number, 'code', e.code,
      'connectors', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'connectorId', c.connector_id, 'number', c.number, 'status', c.status, 'errorCode', c.error_code, 'statusAt', c.status_at,
          'type', c.type, 'maxPowerW', c.max_power_w::text, 'operative', c.operative) ORDER BY c.number), '[]')
        FROM connector c WHERE c.evse_id = e.evse_id)) ORDER BY e.number), '[]')
    FROM evse e WHERE e.station_id = s.station_id) AS evses`;

/** To be put behind a relation with the columns of `charging_station` and the alias `s`. */
export const STATION_STATE_JOINS = `
  JOIN location l ON l.location_id = s.location_id
  JOIN tenant t ON t.tenant_id = s.tenant_id
  LEFT JOIN station_seen seen ON seen.station_id = s.station_id`;

/** What a station looks like to everybody else: the one assembly for answers, facts and the export. */
export function stationState(row: StationStateRow): StationState {
  return create(StationStateSchema, {
    stationId: row.station_id,
    version: row.version,
    tenantId: row.tenant_id,
    identity: row.identity,
    siteId: row.site_id,
    locationId: row.location_id,
    registration: REGISTRATION[row.registration],
    online: row.online,
    ...at('onlineChangedAt', row.online_changed_at),
    vendor: row.vendor ?? '',
    model: row.model ?? '',
    serialNumber: row.serial_number ?? '',
    firmwareVersion: row.firmware_version ?? '',
    protocol: row.protocol ?? '',
    securityProfile: row.security_profile,
    ...at('lastSeenAt', row.last_seen_at),
    ...at('lastBootAt', row.last_boot_at),
    backEnd: row.back_end,
    transport: row.transport ?? '',
    quirks: row.quirks,
    evses: row.evses.map((evse) => ({
      evseId: evse.evseId,
      number: evse.number,
      code: evse.code ?? '',
      connectors: evse.connectors.map(({ statusAt, maxPowerW, ...connector }) => ({
        ...connector,
        maxPowerW: BigInt(maxPowerW),
        ...at('statusAt', statusAt === null ? null : new Date(statusAt)),
      })),
    })),
  });
}

function at<K extends string>(key: K, date: Date | null): { [P in K]?: ReturnType<typeof timestampFromDate> } {
  return (date === null ? {} : { [key]: timestampFromDate(date) }) as { [P in K]?: ReturnType<typeof timestampFromDate> };
}

/**
 * Takes the row locks that changes of these stations need, in one order everywhere. A statement of its own: what the next one reads
 * (connectors included) is then what the holder before us has committed.
 */
export async function lockStations(tx: Tx, stationIds: readonly string[]): Promise<void> {
  await tx.prepared('SELECT 1 FROM charging_station WHERE station_id = ANY($1) ORDER BY station_id FOR NO KEY UPDATE', [stationIds]);
}

/**
 * Gives each station its next version and writes the fact `csms.station.changed` with its whole state. Call it as the last change of
 * the transaction, with the rows locked ({@link lockStations}, or a lock of an earlier statement).
 *
 * @param occurredAt when the change happened
 */
export async function tellStations(tx: Tx, outbox: Outbox, stationIds: readonly string[], occurredAt: Date): Promise<StationState[]> {
  const rows = await tx.query<StationStateRow>(
    `WITH s AS (UPDATE charging_station SET version = version + 1 WHERE station_id = ANY($1) RETURNING *)
     SELECT ${STATION_STATE_COLUMNS} FROM s ${STATION_STATE_JOINS} ORDER BY s.station_id`,
    [stationIds],
  );
  const states = rows.map(stationState);
  await outbox.write(
    tx,
    ...states.map((state, i) => ({
      type: stationChanged,
      tenantId: state.tenantId,
      tenant: (rows[i] as StationStateRow).tenant,
      key: state.stationId,
      version: state.version,
      occurredAt,
      payload: state as MessageInitShape<typeof StationStateSchema>,
    })),
  );
  return states;
}

/** Locks one station, gives it its next version and writes the fact. Undefined when there is no such station. */
export async function bumpStation(tx: Tx, outbox: Outbox, stationId: string, occurredAt: Date): Promise<StationState | undefined> {
  await lockStations(tx, [stationId]);
  const [state] = await tellStations(tx, outbox, [stationId], occurredAt);
  return state;
}
