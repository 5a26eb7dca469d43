import type { StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Outbox } from '@ampline/platform-outbox';
import { keyset, uniqueViolation, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import { setEvses, type WantedEvse } from '../stations/station-evses.js';
import { lockStations, tellStations } from '../stations/station-state.js';
import type { Asking } from '../stations/stations.store.js';
import { onboardingErrors } from './errors.js';
import { newRegistrationToken, registrationTokenHash } from './registration-token.js';

export interface PolicyRow {
  mode: 'reject' | 'pending' | 'token';
  location_id: string | null;
  max_pending: number;
  max_per_hour: number;
}

export interface UnknownStationRow {
  identity: string;
  identity_key: string;
  remote_address: string;
  reason: string;
  attempts: bigint;
  first_seen_at: Date;
  last_seen_at: Date;
  blocked: boolean;
}

export interface RegistrationTokenRow {
  token_id: string;
  name: string;
  location_id: string;
  expires_at: Date;
  max_uses: number;
  uses: number;
  created_at: Date;
  revoked_at: Date | null;
  /** Stations without a password of their own. */
  shared: number;
}

export interface NewToken {
  name: string;
  locationId: string;
  expiresAt: Date;
  maxUses: number;
}

export const DEFAULT_POLICY: PolicyRow = { mode: 'reject', location_id: null, max_pending: 50, max_per_hour: 20 };

const MOST_BLOCKED = 1_000;
const LAST_SEEN_FIRST: KeysetOrder = {
  columns: [
    { name: 'last_seen_at', type: 'timestamptz' },
    { name: 'identity_key', type: 'text' },
  ],
  direction: 'desc',
};
const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'created_at', type: 'timestamptz' },
    { name: 'token_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const UNKNOWN_COLUMNS = 'identity, identity_key, remote_address, reason, attempts, first_seen_at, last_seen_at, blocked';
const TOKEN_COLUMNS = `token_id, name, location_id, expires_at, max_uses, uses, created_at, revoked_at,
  (SELECT count(*) FROM onboarded_station o WHERE o.token_id = registration_token.token_id AND o.own_password <> 'set')::int AS shared`;

/** How a tenant deals with unknown stations. Each method sees the rows of `tenantId` alone. */
export class OnboardingStore {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  async policy(tenantId: string): Promise<PolicyRow> {
    const row = await this.database.asTenant(tenantId, (tx) => this.readPolicy(tx, tenantId));
    return row ?? DEFAULT_POLICY;
  }

  /** Throws `csms.location-unknown`. */
  setPolicy(asking: Asking, policy: PolicyRow): Promise<PolicyRow> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      if (policy.location_id !== null) await checkLocation(tx, policy.location_id);
      const before = (await this.readPolicy(tx, tenantId)) ?? DEFAULT_POLICY;
      await tx.query(
        `INSERT INTO onboarding_policy (tenant_id, mode, location_id, max_pending, max_per_hour) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant_id) DO UPDATE SET mode = excluded.mode, location_id = excluded.location_id,
           max_pending = excluded.max_pending, max_per_hour = excluded.max_per_hour`,
        [tenantId, policy.mode, policy.location_id, policy.max_pending, policy.max_per_hour],
      );
      const { max_pending: maxPending, max_per_hour: maxPerHour, location_id: locationId, mode } = policy;
      const detail = { mode, before: before.mode, locationId, maxPending, maxPerHour };
      await this.record(tx, asking, 'onboarding-policy.set', { type: 'onboarding-policy', id: tenantId }, detail);
      return policy;
    });
  }

  /** Last seen first; one more than the page holds. */
  async listUnknown(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; row: UnknownStationRow }[]> {
    const at = keyset(LAST_SEEN_FIRST, page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<UnknownStationRow & { seen_text: string }>(
        `SELECT ${UNKNOWN_COLUMNS}, last_seen_at::text AS seen_text FROM unknown_station
         WHERE tenant_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.seen_text, row.identity_key], row }));
  }

  /** One that has not come yet may be blocked too. Throws `csms.onboarding.too-many-blocked`. */
  block(asking: Asking, identity: string, blocked: boolean): Promise<UnknownStationRow> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const now = this.clock.now();
      const count = await tx.one<{ blocked: number }>(
        'SELECT count(*)::int AS blocked FROM unknown_station WHERE tenant_id = $1 AND blocked',
        [tenantId],
      );
      if (blocked && count !== undefined && count.blocked >= MOST_BLOCKED) throw onboardingErrors.tooManyBlocked({ most: MOST_BLOCKED });
      const row = await tx.one<UnknownStationRow>(
        `INSERT INTO unknown_station (tenant_id, identity, remote_address, reason, attempts, first_seen_at, last_seen_at, blocked)
         VALUES ($1, $2, '', 'station-rejected', 0, $3, $3, $4)
         ON CONFLICT (tenant_id, identity_key) DO UPDATE SET blocked = excluded.blocked RETURNING ${UNKNOWN_COLUMNS}`,
        [tenantId, identity, now, blocked],
      );
      const entity = { type: 'unknown-station', id: identity, name: identity };
      await this.record(tx, asking, blocked ? 'unknown-station.blocked' : 'unknown-station.unblocked', entity);
      return row as UnknownStationRow;
    });
  }

  /**
   * Accepts a station that waits; without EVSEs it keeps those that it has reported. Throws `csms.station-unknown`,
   * `csms.onboarding.not-pending`, `csms.location-unknown`, `csms.evse-code-taken`.
   */
  async accept(asking: Asking, stationId: string, locationId: string, evses: readonly WantedEvse[]): Promise<StationState> {
    const { tenantId } = asking;
    try {
      return await this.database.asTenant(tenantId, async (tx) => {
        await lockStations(tx, [stationId]);
        const station = await tx.one<{ registration: string; identity: string }>(
          'SELECT registration, identity FROM charging_station WHERE station_id = $1',
          [stationId],
        );
        if (station === undefined) throw csmsErrors.stationUnknown();
        if (station.registration !== 'pending') throw onboardingErrors.notPending();
        await checkLocation(tx, locationId);
        await tx.query(`UPDATE charging_station SET registration = 'accepted', location_id = $2 WHERE station_id = $1`, [
          stationId,
          locationId,
        ]);
        await setEvses(tx, tenantId, stationId, evses);
        const entity = { type: 'charging-station', id: stationId, name: station.identity };
        await this.record(tx, asking, 'charging-station.accepted', entity, { locationId, evses: evses.length });
        const [state] = await tellStations(tx, this.outbox, [stationId], this.clock.now());
        return state as StationState;
      });
    } catch (error) {
      if (uniqueViolation(error) === 'evse_code') throw csmsErrors.evseCodeTaken();
      throw error;
    }
  }

  /** Newest first; one more than the page holds. */
  async listTokens(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; row: RegistrationTokenRow }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<RegistrationTokenRow & { created_text: string }>(
        `SELECT ${TOKEN_COLUMNS}, created_at::text AS created_text FROM registration_token
         WHERE tenant_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.created_text, row.token_id], row }));
  }

  /** The token is told here and never again. Throws `csms.location-unknown`. */
  createToken(asking: Asking, { name, locationId, expiresAt, maxUses }: NewToken): Promise<{ row: RegistrationTokenRow; token: string }> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      await checkLocation(tx, locationId);
      const token = newRegistrationToken();
      const row = await tx.one<RegistrationTokenRow>(
        `INSERT INTO registration_token (token_id, tenant_id, name, token_hash, location_id, expires_at, max_uses, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${TOKEN_COLUMNS}`,
        [uuidv7(), tenantId, name, registrationTokenHash(token), locationId, expiresAt, maxUses, this.clock.now()],
      );
      const made = row as RegistrationTokenRow;
      const detail = { locationId, expiresAt: expiresAt.toISOString(), maxUses };
      await this.record(tx, asking, 'registration-token.created', { type: 'registration-token', id: made.token_id, name }, detail);
      return { row: made, token };
    });
  }

  /** Lets no new station in; stations that came with it stay. Throws `csms.onboarding.token-unknown`. */
  revokeToken(asking: Asking, tokenId: string): Promise<RegistrationTokenRow> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const changed = await tx.one<{ name: string }>(
        'UPDATE registration_token SET revoked_at = $2 WHERE token_id = $1 AND revoked_at IS NULL RETURNING name',
        [tokenId, this.clock.now()],
      );
      const row = await tx.one<RegistrationTokenRow>(`SELECT ${TOKEN_COLUMNS} FROM registration_token WHERE token_id = $1`, [tokenId]);
      if (row === undefined) throw onboardingErrors.tokenUnknown();
      const entity = { type: 'registration-token', id: tokenId, name: row.name };
      if (changed) await this.record(tx, asking, 'registration-token.revoked', entity);
      return row;
    });
  }

  private readPolicy(tx: Tx, tenantId: string): Promise<PolicyRow | undefined> {
    return tx.one<PolicyRow>('SELECT mode, location_id, max_pending, max_per_hour FROM onboarding_policy WHERE tenant_id = $1', [tenantId]);
  }

  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    action: string,
    entity: { type: string; id: string; name?: string },
    detail?: Record<string, unknown>,
  ): Promise<void> {
    const tenant = await tenantSlug(tx, tenantId);
    await this.audit.record(tx, { caller, tenantId, tenant, action, entity, ...(detail && { detail }) });
  }
}

/** A foreign key alone would accept another tenant's location: it looks past row security. */
async function checkLocation(tx: Tx, locationId: string): Promise<void> {
  if (!(await tx.one('SELECT 1 FROM location WHERE location_id = $1', [locationId]))) throw csmsErrors.locationUnknown();
}
