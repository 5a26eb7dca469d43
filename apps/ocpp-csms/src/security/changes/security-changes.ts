import { randomBytes } from 'node:crypto';
import { StationPathSubject, type Revocation, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Bus } from '@ampline/platform-nats';
import type { Outbox } from '@ampline/platform-outbox';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import type { KeyCipher } from '@ampline/platform-runner';
import { csmsErrors } from '../../errors.js';
import { stationPasswordHash } from '../../stations/station-password.js';
import { lockStations, tellStations } from '../../stations/station-state.js';
import type { Asking } from '../../stations/stations.store.js';
import { securityErrors } from '../errors.js';
import { CHANGE_COLUMNS, stepsOf, type ChangeKind, type ChangeRow, type ChangeState } from './change-row.js';

/** What somebody asks of stations. */
export interface ChangeWanted {
  kind: ChangeKind;
  toProfile: number | null;
  withKey: boolean;
  /** PEM; null: the stations know the root of our server certificate. */
  rootCertificate: string | null;
  /** How long each station has. */
  withinMs: number;
}

/** A station that was passed over. */
export interface PassedOver {
  stationId: string;
  reason: 'unknown-station' | 'under-way' | 'profile-not-higher' | 'password-missing';
}

interface Subject {
  station_id: string;
  identity: string;
  slug: string;
  security_profile: number;
  has_password: boolean;
  under_way: boolean;
}

/** As many bytes as a key of 40 hexadecimal digits has: what every edition of the whitepaper allows, as text or as bytes. */
const KEY_BYTES = 20;
const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'requested_at', type: 'timestamptz' },
    { name: 'change_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const SUBJECTS = `
  SELECT s.station_id, s.identity, t.slug, s.security_profile, s.password_hash IS NOT NULL AS has_password,
         EXISTS (SELECT FROM security_change c WHERE c.station_id = s.station_id AND c.state = 'open') AS under_way
    FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = ANY($1) ORDER BY s.station_id FOR NO KEY UPDATE OF s`;

/** Changes of keys and security profiles, as people ask for them and see them. */
export class SecurityChanges {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
    private readonly cipher: KeyCipher,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** One change for each station that can have it; the others are told with the reason. */
  async start(
    asking: Asking,
    stationIds: readonly string[],
    wanted: ChangeWanted,
  ): Promise<{ changes: ChangeRow[]; passedOver: PassedOver[] }> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const subjects = new Map((await tx.query<Subject>(SUBJECTS, [stationIds])).map((row) => [row.station_id, row]));
      const passedOver: PassedOver[] = [];
      const begun: string[] = [];
      for (const stationId of new Set(stationIds)) {
        const subject = subjects.get(stationId);
        const reason = subject === undefined ? 'unknown-station' : objection(subject, wanted);
        if (subject === undefined || reason !== undefined) passedOver.push({ stationId, reason: reason ?? 'unknown-station' });
        else begun.push(await this.begin(tx, asking, subject, wanted));
      }
      const changes = await tx.query<ChangeRow>(
        `SELECT ${CHANGE_COLUMNS} FROM security_change c JOIN charging_station s USING (station_id) JOIN tenant t ON t.tenant_id = c.tenant_id
          WHERE c.change_id = ANY($1) ORDER BY s.identity_key`,
        [begun],
      );
      return { changes, passedOver };
    });
  }

  /** Newest first, one more than the page holds. */
  async list(
    tenantId: string,
    filter: { stationId: string | undefined; state: ChangeState | undefined },
    page: Page,
  ): Promise<{ key: KeysetValue[]; row: ChangeRow }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 5);
    const rows = await this.database.asTenant(tenantId, (tx) =>
      tx.query<ChangeRow & { requested_text: string }>(
        `WITH c AS (
           SELECT *, requested_at::text AS requested_text FROM security_change
            WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2) AND ($3::text IS NULL OR state = $3) AND ${at.where}
            ORDER BY ${at.orderBy} LIMIT $4)
         SELECT ${CHANGE_COLUMNS}, c.requested_text FROM c JOIN charging_station s USING (station_id) JOIN tenant t ON t.tenant_id = c.tenant_id
          ORDER BY c.requested_at DESC, c.change_id DESC`,
        [tenantId, filter.stationId ?? null, filter.state ?? null, page.limit + 1, ...at.params],
      ),
    );
    return rows.map((row) => ({ key: [row.requested_text, row.change_id], row }));
  }

  /**
   * Sets what the station has to prove at least, without telling it: for a station that was set up by hand, and to lower the profile. A
   * connection that proves less is closed. Throws `csms.station-unknown`, `csms.security.password-missing`.
   */
  setProfile(asking: Asking, stationId: string, profile: number): Promise<StationState> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      await lockStations(tx, [stationId]);
      const before = await tx.one<{
        slug: string;
        identity: string;
        security_profile: number;
        password_hash: string | null;
        proved: number | null;
      }>(
        `SELECT t.slug, s.identity, s.security_profile, s.password_hash, s.connection_profile AS proved
           FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1`,
        [stationId],
      );
      if (!before) throw csmsErrors.stationUnknown();
      if ((profile === 1 || profile === 2) && before.password_hash === null) throw securityErrors.passwordMissing();
      await tx.query('UPDATE charging_station SET security_profile = $2, next_security_profile = NULL WHERE station_id = $1', [
        stationId,
        profile,
      ]);
      await this.record(tx, asking, { ...before, station_id: stationId }, 'security-profile-set', {
        profile,
        before: before.security_profile,
      });
      const body: Revocation = { disconnect: (before.proved ?? 0) < profile };
      tx.onCommit(() => this.bus.publish(StationPathSubject.revoke(before.slug, before.identity), JSON.stringify(body)));
      const [state] = await tellStations(tx, this.outbox, [stationId], this.clock.now());
      return state as StationState;
    });
  }

  private async begin(tx: Tx, asking: Asking, subject: Subject, wanted: ChangeWanted): Promise<string> {
    const { kind, toProfile, withKey, rootCertificate } = wanted;
    const changeId = uuidv7();
    const now = this.clock.now();
    const key = withKey ? randomBytes(KEY_BYTES).toString('hex') : undefined;
    const [step] = stepsOf({ kind, with_key: withKey, root_certificate: rootCertificate, to_profile: toProfile });
    await tx.query(
      `INSERT INTO security_change (change_id, tenant_id, station_id, kind, to_profile, root_certificate, with_key, step, state, new_key,
         new_key_hash, requested_by, requested_at, deadline, due_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10, $11, $12, $13, $12)`,
      [
        changeId,
        asking.tenantId,
        subject.station_id,
        kind,
        toProfile,
        rootCertificate,
        withKey,
        step,
        key === undefined ? null : this.cipher.seal(key, changeId),
        key === undefined ? null : stationPasswordHash(key),
        asking.caller.subject,
        now,
        new Date(now.getTime() + wanted.withinMs),
      ],
    );
    const detail = { changeId, ...(toProfile !== null && { toProfile }), withKey };
    await this.record(tx, asking, subject, kind === 'rotate-key' ? 'key-rotation-begun' : 'security-profile-raise-begun', detail);
    return changeId;
  }

  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    { station_id: id, identity: name, slug: tenant }: Pick<Subject, 'station_id' | 'identity' | 'slug'>,
    done: string,
    detail: Record<string, unknown>,
  ): Promise<void> {
    const entity = { type: 'charging-station', id, name };
    await this.audit.record(tx, { caller, tenantId, tenant, action: `charging-station.${done}`, entity, detail });
  }
}

function objection(subject: Subject, { kind, toProfile, withKey }: ChangeWanted): PassedOver['reason'] | undefined {
  if (subject.under_way) return 'under-way';
  if (kind === 'rotate-key') return undefined;
  if ((toProfile ?? 0) <= subject.security_profile) return 'profile-not-higher';
  return toProfile !== 3 && !withKey && !subject.has_password ? 'password-missing' : undefined;
}
