import { StationPathSubject, type CreateStationRequest, type Revocation, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Bus } from '@ampline/platform-nats';
import type { Outbox } from '@ampline/platform-outbox';
import { keyset, uniqueViolation, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import { FILTERED, filterParams, type StationFilter } from './station-filter.js';
import { setEvses } from './station-evses.js';
import { stationPasswordHash } from './station-password.js';
import {
  bumpStation,
  lockStations,
  STATION_STATE_COLUMNS,
  STATION_STATE_JOINS,
  stationState,
  tellStations,
  type Registration,
  type StationStateRow,
} from './station-state.js';

/** Who asks for a change, and in which tenant. */
export interface Asking {
  tenantId: string;
  caller: Caller;
}

const BY_IDENTITY: KeysetOrder = { columns: [{ name: 'identity_key', type: 'text' }], direction: 'asc' };

/** Charging stations of one tenant, with their EVSEs and connectors. Each method sees the rows of `tenantId` alone. */
export class StationStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.location-unknown`, `csms.tenant-unknown`, `csms.station-identity-taken`, `csms.evse-code-taken`. */
  async create(asking: Asking, request: CreateStationRequest): Promise<StationState> {
    try {
      return await this.database.asTenant(asking.tenantId, (tx) => this.insert(tx, asking, request));
    } catch (error) {
      const constraint = uniqueViolation(error);
      if (constraint === 'charging_station_tenant_id_identity_key_key') throw csmsErrors.stationIdentityTaken();
      if (constraint === 'evse_code') throw csmsErrors.evseCodeTaken();
      throw error;
    }
  }

  /** By id, or else by identity. Throws `csms.station-unknown`. */
  async get(tenantId: string, by: { stationId: string } | { identity: string }): Promise<StationState> {
    const [where, value] = 'stationId' in by ? ['s.station_id = $1', by.stationId] : ['s.identity_key = lower($1)', by.identity];
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<StationStateRow>(`SELECT ${STATION_STATE_COLUMNS} FROM charging_station s ${STATION_STATE_JOINS} WHERE ${where}`, [value]),
    );
    if (!row) throw csmsErrors.stationUnknown();
    return stationState(row);
  }

  /** In the order of their identities; one more than the page holds. */
  async list(tenantId: string, filter: StationFilter, page: Page): Promise<{ key: KeysetValue[]; item: StationState }[]> {
    const at = keyset(BY_IDENTITY, page.cursor, 8);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<StationStateRow & { identity_key: string }>(
        // The page first, by the index; what belongs to its stations after that, and not for all of them.
        `WITH s AS MATERIALIZED (
           SELECT * FROM charging_station s
            WHERE ${FILTERED} AND ${at.where}
            ORDER BY ${at.orderBy} LIMIT $7)
         SELECT ${STATION_STATE_COLUMNS}, s.identity_key FROM s ${STATION_STATE_JOINS} ORDER BY ${at.orderBy}`,
        [...filterParams(tenantId, filter), page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.identity_key], item: stationState(row) }));
  }

  /** Those of the ids that there are. */
  async batch(tenantId: string, stationIds: readonly string[]): Promise<StationState[]> {
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<StationStateRow>(
        `SELECT ${STATION_STATE_COLUMNS} FROM charging_station s ${STATION_STATE_JOINS} WHERE s.tenant_id = $1 AND s.station_id = ANY($2)`,
        [tenantId, stationIds],
      ),
    );
    return rows.map(stationState);
  }

  /** A rejected station loses its connection. Throws `csms.station-unknown`. */
  setRegistration(asking: Asking, stationId: string, registration: Registration): Promise<StationState> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      await lockStations(tx, [stationId]);
      const before = await tx.one<NamedStation & { registration: Registration }>(
        'SELECT t.slug, s.identity, s.registration FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1',
        [stationId],
      );
      if (!before) throw csmsErrors.stationUnknown();
      await tx.query('UPDATE charging_station SET registration = $2 WHERE station_id = $1', [stationId, registration]);
      if (before.registration !== registration) {
        await this.record(tx, asking, { ...before, stationId }, 'registration-set', { registration, before: before.registration });
      }
      if (registration === 'rejected') this.revoke(tx, before);
      const [state] = await tellStations(tx, this.outbox, [stationId], this.clock.now());
      return state as StationState;
    });
  }

  /** From now on this password holds and no other; a socket that was opened with another is closed. Throws `csms.station-unknown`. */
  setPassword(asking: Asking, stationId: string, password: string): Promise<void> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      await lockStations(tx, [stationId]);
      const [changed] = await tx.query<NamedStation>(
        `UPDATE charging_station s SET password_hash = $2, next_password_hash = NULL, security_profile = greatest(security_profile, 1)
         FROM tenant t WHERE t.tenant_id = s.tenant_id AND s.station_id = $1 RETURNING t.slug, s.identity`,
        [stationId, stationPasswordHash(password)],
      );
      if (!changed) throw csmsErrors.stationUnknown();
      await tellStations(tx, this.outbox, [stationId], this.clock.now());
      await this.record(tx, asking, { ...changed, stationId }, 'password-set');
      this.revoke(tx, changed);
    });
  }

  private async insert(tx: Tx, asking: Asking, request: CreateStationRequest): Promise<StationState> {
    const { tenantId } = asking;
    const { locationId, identity, password, vendor, model } = request;
    // A foreign key alone would accept another tenant's location: it looks past row security.
    if (!(await tx.one('SELECT 1 FROM location WHERE location_id = $1', [locationId]))) throw csmsErrors.locationUnknown();
    const slug = await tenantSlug(tx, tenantId);
    const stationId = uuidv7();
    await tx.query(
      `INSERT INTO charging_station (station_id, tenant_id, location_id, identity, password_hash, security_profile, vendor, model)
       VALUES ($1, $2, $3, $4, $5, CASE WHEN $5::text IS NULL THEN 0 ELSE 1 END, $6, $7)`,
      [stationId, tenantId, locationId, identity, password === '' ? null : stationPasswordHash(password), vendor || null, model || null],
    );
    await setEvses(tx, tenantId, stationId, request.evses);
    await this.record(tx, asking, { stationId, slug, identity }, 'created', { locationId });
    return (await bumpStation(tx, this.outbox, stationId, this.clock.now())) as StationState;
  }

  /** Tells the gateways after the commit; a gateway that misses it finds out when the verifier it keeps has run out. */
  private revoke(tx: Tx, { slug, identity }: NamedStation): void {
    const body: Revocation = { disconnect: true };
    tx.onCommit(() => this.bus.publish(StationPathSubject.revoke(slug, identity), JSON.stringify(body)));
  }

  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    { slug, identity, stationId }: NamedStation & { stationId: string },
    done: 'created' | 'registration-set' | 'password-set',
    detail?: Record<string, unknown>,
  ): Promise<void> {
    const entity = { type: 'charging-station', id: stationId, name: identity };
    await this.audit.record(tx, { caller, tenantId, tenant: slug, action: `charging-station.${done}`, entity, ...(detail && { detail }) });
  }
}

/** How subjects name a station: slug of its tenant, and OCPP identity. */
interface NamedStation {
  slug: string;
  identity: string;
}
