import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  CommandService,
  ImportService,
  IntakeService,
  MeteringService,
  QuirkService,
  StationService,
  type StationState,
  CommandRunService,
  LocalListService,
  ReservationService,
  ConfigurationService,
  OnboardingService,
  FirmwareService,
  StationFileService,
  SecurityService,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import { grpcClient, TokenIssuer, type Caller, type Client, type Role } from '@ampline/platform-grpc';
import { Bus } from '@ampline/platform-nats';
import { migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import {
  createTestDatabase,
  eventually,
  freePort,
  testNats,
  TrackedProcess,
  type EmbeddedNats,
  type TestDatabase,
} from '@ampline/platform-testing';
import { Client as Postgres } from 'pg';
import { ocppCsmsService } from '../../src/index.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

/** A fact in the outbox. */
export interface WrittenFact {
  subject: string;
  tenant_id: string;
  version: string;
  payload: Record<string, unknown>;
}

export interface TestTenant {
  tenantId: string;
  slug: string;
  siteId: string;
  locationId: string;
}

export interface Clients {
  stations: Client<typeof StationService>;
  commands: Client<typeof CommandService>;
  runs: Client<typeof CommandRunService>;
  issues: Client<typeof IntakeService>;
  metering: Client<typeof MeteringService>;
  quirks: Client<typeof QuirkService>;
  reservations: Client<typeof ReservationService>;
  localLists: Client<typeof LocalListService>;
  onboarding: Client<typeof OnboardingService>;
  configuration: Client<typeof ConfigurationService>;
  files: Client<typeof StationFileService>;
  firmware: Client<typeof FirmwareService>;
  security: Client<typeof SecurityService>;
  imports: Client<typeof ImportService>;
}

/** One replica of the service. */
export class Replica {
  constructor(
    readonly service: RunningService,
    readonly url: string,
    readonly telemetry: TestTelemetry,
  ) {}
}

/** The service as a process of its own. */
export interface CsmsProcess {
  as(role: Role, tenantId: string): Clients;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

async function ending(child: TrackedProcess): Promise<void> {
  child.kill('SIGKILL');
  await child.wait();
}

/** The service on a database and a bus of its own, in one replica or more, and what a test asks of it. */
export class RunningCsms {
  readonly replicas: Replica[] = [];
  /** Where the service keeps its files. */
  readonly objectFolder = mkdtempSync(join(tmpdir(), 'ampline-objects-'));
  private readonly clients: { close(): void }[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly nats: EmbeddedNats,
    readonly admin: Postgres,
    /** A connection of the test's own, for the parts that it plays. */
    readonly bus: Bus,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(settings: Record<string, string> = {}, replicas = 1): Promise<RunningCsms> {
    const [database, nats, nowhere] = await Promise.all([createTestDatabase(), testNats(), freePort()]);
    const admin = new Postgres({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query('SET search_path = csms');
    const bus = await Bus.connect({ url: nats.url, name: 'test' }, testTelemetry('test', { spans: false }));
    const csms = new RunningCsms(database, nats, admin, bus, { AMPLINE_GRPC_URLS: `accounts=127.0.0.1:${nowhere}`, ...settings });
    await migrateServices([ocppCsmsService], csms.environment(0));
    for (let i = 0; i < replicas; i++) await csms.startReplica();
    return csms;
  }

  async startReplica(): Promise<Replica> {
    const port = await freePort();
    const telemetry = testTelemetry('ocpp-csms');
    const [service] = await startServices([ocppCsmsService], this.environment(port), { telemetry: () => telemetry });
    const replica = new Replica(service as RunningService, `127.0.0.1:${port}`, telemetry);
    this.replicas.push(replica);
    return replica;
  }

  /** Clients of a replica for a caller of this role; without a tenant for the platform's own. */
  as(role: Role, tenantId?: string, replica = 0): Clients {
    return this.asCaller({ subject: `some-${role}`, roles: [role], ...(tenantId !== undefined && { tenantId }) }, replica);
  }

  asCaller(caller: Caller, replica = 0): Clients {
    return this.clientsAt((this.replicas[replica] as Replica).url, caller);
  }

  /** A replica that is a process of its own, which can be killed; ready when this resolves. */
  async startProcess(): Promise<CsmsProcess> {
    const [port, opsPort] = [await freePort(), await freePort()];
    const child = await TrackedProcess.spawn({
      command: process.execPath,
      args: [fileURLToPath(new URL('../../dist/main.js', import.meta.url))],
      env: { ...this.environment(port), AMPLINE_OPS_PORT: String(opsPort), NODE_ENV: 'production' },
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).status === 200, { everyMs: 50 });
    const url = `127.0.0.1:${port}`;
    return { as: (role, tenantId) => this.clientsAt(url, { subject: `some-${role}`, roles: [role], tenantId }), kill: () => ending(child) };
  }

  private clientsAt(url: string, caller: Caller): Clients {
    const o = {
      url,
      telemetry: testTelemetry('caller', { spans: false }),
      token: () => new TokenIssuer(SECRET).issue(caller),
      timeoutMs: 60_000,
    };
    const clients = {
      stations: grpcClient(StationService, o),
      commands: grpcClient(CommandService, o),
      runs: grpcClient(CommandRunService, o),
      issues: grpcClient(IntakeService, o),
      metering: grpcClient(MeteringService, o),
      quirks: grpcClient(QuirkService, o),
      reservations: grpcClient(ReservationService, o),
      localLists: grpcClient(LocalListService, o),
      onboarding: grpcClient(OnboardingService, o),
      configuration: grpcClient(ConfigurationService, o),
      files: grpcClient(StationFileService, o),
      firmware: grpcClient(FirmwareService, o),
      security: grpcClient(SecurityService, o),
      imports: grpcClient(ImportService, o),
    };
    this.clients.push(...Object.values(clients));
    return clients;
  }

  /** A tenant as accounts would have told it, with a site and a location. */
  async tenant(slug: string, as = (tenantId: string) => this.as('tenant-admin', tenantId)): Promise<TestTenant> {
    const tenantId = uuidv7();
    await this.admin.query(`INSERT INTO tenant (tenant_id, slug, name, status, version) VALUES ($1, $2, $2, 'active', 1)`, [
      tenantId,
      slug,
    ]);
    const { stations } = as(tenantId);
    const { site } = await stations.createSite({ name: 'Harbour', timeZone: 'Europe/Berlin' });
    const address = { address: 'Hafenstr. 1', postalCode: '20457', city: 'Hamburg', countryCode: 'DEU' };
    const { location } = await stations.createLocation({ siteId: site?.siteId ?? '', name: 'Yard', ...address });
    return { tenantId, slug, siteId: site?.siteId ?? '', locationId: location?.locationId ?? '' };
  }

  async station(tenant: TestTenant, identity: string, o: { password?: string; evses?: number } = {}): Promise<StationState> {
    const evses = Array.from({ length: o.evses ?? 1 }, () => ({ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] }));
    const { stations } = this.as('operator', tenant.tenantId);
    const { station } = await stations.createStation({ locationId: tenant.locationId, identity, evses, password: o.password ?? '' });
    if (!station) throw new Error('no station in the answer');
    return station;
  }

  /** Facts of one entity in the order in which they were told. */
  async facts(key: string): Promise<WrittenFact[]> {
    const { rows } = await this.admin.query<WrittenFact>(
      'SELECT subject, tenant_id, version, payload::jsonb FROM outbox WHERE key = $1 ORDER BY created_at, id',
      [key],
    );
    return rows;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await stopServices(this.replicas.map(({ service }) => service));
    await this.bus.close();
    await this.admin.end();
    await this.nats.stop();
    await this.database.drop();
    rmSync(this.objectFolder, { recursive: true, force: true });
  }

  private environment(port: number): Record<string, string> {
    return {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: this.database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: this.database.adminUrl,
      AMPLINE_NATS_URL: this.nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_OBJECT_STORE_URL: pathToFileURL(this.objectFolder).href,
      OCPP_CSMS_GRPC_PORT: String(port),
      // The gateways that tests play do not beat.
      OCPP_CSMS_GATEWAY_SILENCE_S: '600',
      ...this.settings,
    };
  }
}

/** The code of the error that a call ends with; `answered` when there is none. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (error) {
    if (AppError.is(error)) return error.code;
    throw error;
  }
}
