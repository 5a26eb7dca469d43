import { Client } from 'pg';
import { uuidv7 } from '@ampline/kernel-ids';
import { systemClock } from '@ampline/kernel-time';
import { Bus } from '@ampline/platform-nats';
import { Outbox } from '@ampline/platform-outbox';
import { Database, migrateService } from '@ampline/platform-postgres';
import { derivedPassword, KeyCipher } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import type { Quirk } from '@ampline/protocol-ocpp';
import { createTestDatabase, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import { AfterBoot, type BootedStation } from '../../src/intake/after-boot.js';
import { StationPath, type StationPathOptions } from '../../src/intake/station-path.js';
import { WatchedStations } from '../../src/messages/watched-stations.js';
import { StationRoutings } from '../../src/routing/station-routings.js';
import { stationPasswordHash } from '../../src/stations/station-password.js';
import { StationOnTheWire } from './station-on-the-wire.js';

/** The same as in the other tests of this service: roles belong to the server that all of them share. */
const SECRET = 'a-secret-of-at-least-32-characters';
const PASSWORD = { app: derivedPassword(SECRET, 'postgres:csms_app'), worker: derivedPassword(SECRET, 'postgres:csms_worker') };
const MIGRATIONS = new URL('../../migrations/', import.meta.url);

const OPTIONS: StationPathOptions = {
  heartbeatIntervalS: 300,
  heartbeatJitterPercent: 0,
  // The gateways that tests play do not beat.
  gatewaySilenceS: 600,
  missingStopGraceS: 300,
  meterBatchSize: 200,
  meterBatchDelayMs: 4,
  meterBatchesInFlight: 2,
  poolWorker: 12,
  maxFrameBytes: 262_144,
  callsPerMinute: 600,
  commandTimeoutMs: 30_000,
  callDeadlineMs: 25_000,
  admitWithoutSubprotocol: false,
  verifierValidS: 600,
  messageRetentionDays: 30,
  meterValueRetentionDays: 400,
};

export interface TestSite {
  tenantId: string;
  /** Slug. */
  tenant: string;
  siteId: string;
  locationId: string;
}

export interface TestToken {
  status?: 'active' | 'blocked' | 'removed';
  expiresAt?: Date;
  group?: { groupId: string; groupToken: string };
  allowConcurrent?: boolean;
  driverId?: string;
  organisationId?: string;
}

/** A fact as it waits for the relay. */
export interface WrittenFact {
  /** `session.ended`. */
  name: string;
  version: number;
  payload: Record<string, unknown>;
}

class NotedBoots extends AfterBoot {
  readonly stations: BootedStation[] = [];

  stationBooted(station: BootedStation): void {
    this.stations.push(station);
  }
}

/** One process of the service, as far as the intake is concerned. */
export interface Replica {
  path: StationPath;
  db: Database;
  bus: Bus;
  telemetry: TestTelemetry;
}

/** The intake on real parts, in one replica or more, wired as the service wires it. */
export class IntakeHarness {
  readonly replicas: Replica[] = [];
  readonly boots = new NotedBoots();

  private constructor(
    readonly database: TestDatabase,
    readonly nats: EmbeddedNats,
    readonly admin: Client,
    /** The gateway's connection. */
    readonly bus: Bus,
    private readonly options: StationPathOptions,
  ) {}

  static async start(o: { replicas?: number; options?: Partial<StationPathOptions>; databaseUrl?: string } = {}): Promise<IntakeHarness> {
    const [database, nats] = await Promise.all([createTestDatabase(), testNats()]);
    await migrateService({ adminUrl: database.adminUrl, schema: 'csms', migrations: MIGRATIONS, password: PASSWORD });
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('SET search_path = csms');
    const bus = await Bus.connect({ url: nats.url, name: 'ocpp-gateway' }, testTelemetry('ocpp-gateway', { spans: false }));
    const harness = new IntakeHarness(database, nats, admin, bus, { ...OPTIONS, ...o.options });
    for (let i = 0; i < (o.replicas ?? 1); i += 1) await harness.startReplica();
    return harness;
  }

  async startReplica(options: Partial<StationPathOptions> = {}): Promise<Replica> {
    const telemetry = testTelemetry('ocpp-csms', { spans: false });
    const bus = await Bus.connect({ url: this.nats.url, name: 'ocpp-csms' }, telemetry);
    const pool = { app: 2, worker: this.options.poolWorker };
    const db = new Database({ url: this.database.adminUrl, schema: 'csms', pool, password: PASSWORD }, telemetry);
    const watched = new WatchedStations(bus, systemClock);
    watched.start();
    const path = StationPath.create({
      db,
      bus,
      outbox: new Outbox('csms', bus),
      clock: systemClock,
      telemetry,
      instance: uuidv7(),
      afterBoot: this.boots,
      watched,
      routings: new StationRoutings(db, new KeyCipher(SECRET)),
      options: { ...this.options, ...options },
    });
    await path.start();
    const replica = { path, db, bus, telemetry };
    this.replicas.push(replica);
    return replica;
  }

  async stop(): Promise<void> {
    for (const { path, db, bus } of this.replicas) {
      await path.stop();
      await bus.close();
      await db.close();
    }
    await this.bus.close();
    await this.admin.end();
    await this.nats.stop();
    await this.database.drop();
  }

  async site(tenant: string, o: { suspended?: boolean } = {}): Promise<TestSite> {
    const [tenantId, siteId, locationId] = [uuidv7(), uuidv7(), uuidv7()];
    const status = o.suspended === true ? 'suspended' : 'active';
    await this.sql(`INSERT INTO tenant (tenant_id, slug, name, status, version) VALUES ($1, $2, $2, $3, 1)`, [tenantId, tenant, status]);
    await this.sql(`INSERT INTO site (site_id, tenant_id, name, time_zone) VALUES ($1, $2, 'Harbour', 'Europe/Berlin')`, [
      siteId,
      tenantId,
    ]);
    await this.sql(
      `INSERT INTO location (location_id, tenant_id, site_id, name, address, postal_code, city, country_code)
       VALUES ($1, $2, $3, 'Yard', 'Hafenstr. 1', '20457', 'Hamburg', 'DEU')`,
      [locationId, tenantId, siteId],
    );
    return { tenantId, tenant, siteId, locationId };
  }

  /** A station with connectors of 22 kW. */
  async station(
    site: TestSite,
    identity: string,
    o: { password?: string; connectors?: number; registration?: 'accepted' | 'pending' | 'rejected'; maxPowerW?: number } = {},
  ): Promise<StationOnTheWire> {
    const stationId = uuidv7();
    await this.sql(
      `INSERT INTO charging_station (station_id, tenant_id, location_id, identity, password_hash, registration) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        stationId,
        site.tenantId,
        site.locationId,
        identity,
        o.password ? stationPasswordHash(o.password) : null,
        o.registration ?? 'accepted',
      ],
    );
    for (let number = 1; number <= (o.connectors ?? 2); number += 1) {
      const evseId = uuidv7();
      await this.sql(`INSERT INTO evse (evse_id, tenant_id, station_id, number, code) VALUES ($1, $2, $3, $4, $5)`, [
        evseId,
        site.tenantId,
        stationId,
        number,
        `DE*AMP*E${identity.replaceAll('-', '')}*${number}`,
      ]);
      await this.sql(
        `INSERT INTO connector (connector_id, tenant_id, evse_id, station_id, number, type, max_power_w) VALUES ($1, $2, $3, $4, 1, 'cType2', $5)`,
        [uuidv7(), site.tenantId, evseId, stationId, o.maxPowerW ?? 22_000],
      );
    }
    return new StationOnTheWire(this.bus, { tenantId: site.tenantId, tenant: site.tenant, stationId, identity });
  }

  /** Puts quirks in force at a station; resolves when every replica reads its meter values so. */
  async manners(station: StationOnTheWire, quirks: readonly Quirk[]): Promise<void> {
    await this.sql('UPDATE charging_station SET quirks = $2, quirks_on = $2 WHERE station_id = $1', [station.stationId, quirks]);
    for (const { path } of this.replicas) await path.manners.look();
  }

  async token(site: TestSite, idToken: string, o: TestToken = {}): Promise<string> {
    const idTokenId = uuidv7();
    await this.sql(
      `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, expires_at, group_id, group_token, allow_concurrent,
         driver_id, organisation_id, version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)`,
      [
        idTokenId,
        site.tenantId,
        idToken,
        o.status ?? 'active',
        o.expiresAt ?? null,
        o.group?.groupId ?? null,
        o.group?.groupToken ?? null,
        o.allowConcurrent ?? false,
        o.driverId ?? null,
        o.organisationId ?? null,
      ],
    );
    return idTokenId;
  }

  async sql<R = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<R[]> {
    return (await this.admin.query(text, params)).rows as R[];
  }

  /** Facts about one entity in the order in which they were told. */
  async facts(key: string): Promise<WrittenFact[]> {
    const rows = await this.sql<{ subject: string; version: string; payload: string }>(
      'SELECT subject, version, payload FROM outbox WHERE key = $1 ORDER BY version',
      [key],
    );
    return rows.map(({ subject, version, payload }) => ({
      name: subject.split('.').slice(2, 4).join('.'),
      version: Number(version),
      payload: JSON.parse(payload) as Record<string, unknown>,
    }));
  }

  /** Sessions of a station in the order of their begin, with the columns that scenarios speak about. */
  sessions(station: StationOnTheWire): Promise<SessionRow[]> {
    return this.sql<SessionRow>(
      `SELECT transaction_id AS "sessionId", ocpp_id AS "ocppId", state, connector_number AS connector, energy_wh::int AS "energyWh",
              meter_start_wh::int AS "meterStartWh", meter_stop_wh::int AS "meterStopWh", doubts, estimated, decision, version::int,
              started_at AS "startedAt", ended_at AS "endedAt"
         FROM ocpp_transaction WHERE station_id = $1 ORDER BY ocpp_id`,
      [station.stationId],
    );
  }

  /** The work list of a station, oldest first. */
  issues(station: StationOnTheWire): Promise<IssueRow[]> {
    return this.sql<IssueRow>(
      `SELECT issue_id AS "issueId", reason, status, transaction_id AS "sessionId", detail, frame, resolution FROM intake_issue
        WHERE station_id = $1 ORDER BY raised_at, issue_id`,
      [station.stationId],
    );
  }
}

export interface SessionRow {
  sessionId: string;
  ocppId: number;
  state: string;
  connector: number;
  energyWh: number;
  meterStartWh: number;
  meterStopWh: number | null;
  doubts: string[];
  estimated: boolean;
  decision: string;
  version: number;
  startedAt: Date;
  endedAt: Date | null;
}

export interface IssueRow {
  issueId: string;
  reason: string;
  status: string;
  sessionId: string | null;
  detail: Record<string, unknown>;
  frame: string;
  resolution: string | null;
}
