import type { Counter } from '@opentelemetry/api';
import type { AdmitRequest, RefusalReason } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { isIdentity } from '../stations/field-checks.js';
import { stationPasswordHash } from '../stations/station-password.js';
import { bumpStation } from '../stations/station-state.js';
import { AddressLimit } from './address-limit.js';
import { RefusedStations } from './refused-stations.js';
import { registrationTokenHash } from './registration-token.js';

export interface UnknownStationsParts {
  db: Database;
  outbox: Outbox;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

/** A station at the upgrade whose tenant is known and whose identity is not. */
export type Stranger = AdmitRequest & { tenant: string };

/** `taken`: there is a station of this identity now; whether it may come in is decided anew. */
export type Meeting = 'taken' | RefusalReason;

interface Policy {
  tenant_id: string;
  mode: 'reject' | 'pending' | 'token' | null;
  blocked: boolean | null;
}

interface Place {
  locationId: string;
  registration: 'accepted' | 'pending';
  tokenId: string | null;
}

/** Attempts of one address at strangers' doors, per replica: more than an installer needs who puts up a car park. */
const ADDRESSES = { burst: 60, perMinute: 60, addresses: 20_000 };

const POLICY = `
  SELECT t.tenant_id, p.mode, u.blocked
    FROM tenant t LEFT JOIN onboarding_policy p USING (tenant_id)
    LEFT JOIN unknown_station u ON u.tenant_id = t.tenant_id AND u.identity_key = lower($2)
   WHERE t.slug = $1 AND t.status = 'active'`;
/** Stations of one tenant come one after the other: that is what makes the numbers of the policy hold. */
const LOCK = 'SELECT mode, location_id, max_pending, max_per_hour FROM onboarding_policy WHERE tenant_id = $1 FOR UPDATE';
const KNOWN = 'SELECT 1 FROM charging_station WHERE tenant_id = $1 AND identity_key = lower($2)';
const COUNT = `
  SELECT count(*) FILTER (WHERE s.registration = 'pending') AS pending, count(*) FILTER (WHERE o.came_at > $2) AS lately
    FROM onboarded_station o JOIN charging_station s USING (station_id) WHERE o.tenant_id = $1`;
const USE_TOKEN = `
  UPDATE registration_token SET uses = uses + 1
   WHERE tenant_id = $1 AND token_hash = $2 AND revoked_at IS NULL AND expires_at > $3 AND uses < max_uses RETURNING token_id, location_id`;
const INSERT = `
  INSERT INTO charging_station (station_id, tenant_id, location_id, identity, password_hash, security_profile, registration)
  VALUES ($1, $2, $3, $4, $5, CASE WHEN $5::text IS NULL THEN 0 ELSE 1 END, $6) ON CONFLICT (tenant_id, identity_key) DO NOTHING RETURNING station_id`;
const ONBOARDED = `
  INSERT INTO onboarded_station (station_id, tenant_id, token_id, remote_address, came_at, own_password)
  VALUES ($1, $2, $3, $4, $5, CASE WHEN $3::uuid IS NOT NULL THEN 'due' END)`;
const FORGET = 'DELETE FROM unknown_station WHERE tenant_id = $1 AND identity_key = lower($2)';
const HOUR_MS = 3_600_000;

/**
 * Meets stations that nobody has entered, as the policy of their tenant says. A station that is taken in keeps the password it came
 * with: from then on nobody else can come under its name without it.
 */
export class UnknownStations {
  private readonly addresses: AddressLimit;
  private readonly refused: RefusedStations;
  private readonly counter: Counter;

  constructor(private readonly parts: UnknownStationsParts) {
    const { db, clock, timers, telemetry } = parts;
    this.addresses = new AddressLimit(ADDRESSES, clock);
    this.refused = new RefusedStations(db, timers, telemetry);
    this.counter = telemetry.meter.createCounter('csms_unknown_stations', {
      description: 'Attempts of identities that no station has, by what came of them.',
    });
  }

  start(): void {
    // Nothing runs before the first stranger.
  }

  /** Writes down whom it has met. */
  stop(): Promise<void> {
    return this.refused.stop();
  }

  async meet(stranger: Stranger): Promise<Meeting> {
    const meeting = this.addresses.take(stranger.remoteAddress) ? await this.decide(stranger) : 'too-many-attempts';
    this.counter.add(1, { outcome: meeting });
    return meeting;
  }

  private async decide(stranger: Stranger): Promise<Meeting> {
    const { tenant, station: identity, remoteAddress } = stranger;
    const [policy] = await this.parts.db.query<Policy>(POLICY, [tenant, identity]);
    if (policy === undefined) return 'unknown-station';
    const meeting = await this.follow(policy, stranger);
    if (meeting !== 'taken') {
      this.refused.note({ tenantId: policy.tenant_id, identity, remoteAddress, reason: meeting, at: this.parts.clock.now() });
    }
    return meeting;
  }

  private follow({ tenant_id: tenantId, mode, blocked }: Policy, stranger: Stranger): Meeting | Promise<Meeting> {
    const { station: identity, basic } = stranger;
    if (blocked) return 'station-rejected';
    if (mode === null || mode === 'reject' || !isIdentity(identity)) return 'unknown-station';
    if (mode === 'token' && basic === undefined) return 'token-missing';
    if (basic !== undefined && basic.username.toLowerCase() !== identity.toLowerCase()) return 'identity-mismatch';
    return this.parts.db.asWorker((tx) => this.takeIn(tx, tenantId, stranger));
  }

  private async takeIn(tx: Tx, tenantId: string, stranger: Stranger): Promise<Meeting> {
    const { station: identity, basic, remoteAddress } = stranger;
    const now = this.parts.clock.now();
    const place = await this.placeFor(tx, tenantId, stranger, now);
    if (typeof place === 'string') return place;
    const stationId = uuidv7();
    const password = basic === undefined ? null : stationPasswordHash(basic.password);
    const made = await tx.one(INSERT, [stationId, tenantId, place.locationId, identity, password, place.registration]);
    if (made === undefined) return 'taken';
    await tx.query(ONBOARDED, [stationId, tenantId, place.tokenId, remoteAddress, now]);
    await tx.query(FORGET, [tenantId, identity]);
    await bumpStation(tx, this.parts.outbox, stationId, now);
    const { tenant } = stranger;
    tx.onCommit(() =>
      this.parts.telemetry.logger.info('onboarding.station-came', {
        ...{ tenant, station: identity, stationId, remoteAddress },
        registration: place.registration,
      }),
    );
    return 'taken';
  }

  private async placeFor(tx: Tx, tenantId: string, { station: identity, basic }: Stranger, now: Date): Promise<Place | Meeting> {
    const policy = await tx.one<{ mode: string; location_id: string | null; max_pending: number; max_per_hour: number }>(LOCK, [tenantId]);
    if (await tx.one(KNOWN, [tenantId, identity])) return 'taken';
    const counts = await tx.one<{ pending: bigint; lately: bigint }>(COUNT, [tenantId, new Date(now.getTime() - HOUR_MS)]);
    if (policy === undefined || counts === undefined || counts.lately >= policy.max_per_hour) return 'registration-full';
    if (policy.mode === 'pending' && policy.location_id !== null) {
      if (counts.pending >= policy.max_pending) return 'registration-full';
      return { locationId: policy.location_id, registration: 'pending', tokenId: null };
    }
    if (policy.mode !== 'token') return 'unknown-station';
    const hash = registrationTokenHash(basic?.password ?? '');
    const token = await tx.one<{ token_id: string; location_id: string }>(USE_TOKEN, [tenantId, hash, now]);
    if (token === undefined) return 'token-invalid';
    return { locationId: token.location_id, registration: 'accepted', tokenId: token.token_id };
  }
}
