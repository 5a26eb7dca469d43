import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccessService,
  AccountsService,
  CommandService,
  ConfigurationService,
  IntakeService,
  LocalListService,
  OnboardingService,
  PeopleService,
  ReservationService,
  RoutingService,
  SecurityService,
  SessionRecordService,
  StationService,
  type StationState,
} from '@ampline/contracts';
import { grpcClient, TokenIssuer, type Client, type Role } from '@ampline/platform-grpc';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { Client as SqlClient } from 'pg';
import { DataFolder } from '../../src/data-folder.js';
import { EXTERNAL_PASSWORD } from '../../src/demo/demo-data.js';
import { startInstallation, type Installation } from '../../src/installation.js';
import { services } from '../../src/registry.js';
import { startSplit, type SplitInstallation } from '../../src/split.js';
import { ApiClient, bearer } from './api-client.js';

export const PASSWORD = EXTERNAL_PASSWORD;

/** The gRPC doors, as one caller. */
export interface Doors {
  access: Client<typeof AccessService>;
  accounts: Client<typeof AccountsService>;
  stations: Client<typeof StationService>;
  commands: Client<typeof CommandService>;
  intake: Client<typeof IntakeService>;
  security: Client<typeof SecurityService>;
  onboarding: Client<typeof OnboardingService>;
  configuration: Client<typeof ConfigurationService>;
  people: Client<typeof PeopleService>;
  routing: Client<typeof RoutingService>;
  reservations: Client<typeof ReservationService>;
  localLists: Client<typeof LocalListService>;
  sessions: Client<typeof SessionRecordService>;
}

export interface PlatformOptions {
  shape: 'all' | 'split';
  replicas?: Record<string, number>;
  env?: Record<string, string>;
}

/** A platform of its own for one journey: parts, services, doors, one tenant. */
export class Platform {
  readonly telemetry = testTelemetry('journey');
  readonly #closers: (() => void | Promise<void>)[] = [];

  private constructor(
    readonly shape: 'all' | 'split',
    readonly dir: string,
    readonly all: Installation | undefined,
    readonly split: SplitInstallation | undefined,
    readonly services: ReadonlyMap<string, TestTelemetry>,
  ) {}

  static async start(o: PlatformOptions): Promise<Platform> {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-journey-'));
    const env = { AMPLINE_LOG_LEVEL: 'debug', IDENTITY_DEMO_CLIENT: 'true', ...o.env };
    if (o.shape === 'split') {
      const split = await startSplit({
        definitions: services,
        dataDir: dir,
        env,
        fsync: false,
        ...(o.replicas ? { replicas: o.replicas } : {}),
      });
      return new Platform('split', dir, undefined, split, new Map());
    }
    const telemetries = new Map<string, TestTelemetry>();
    const telemetry = (service: string) => {
      const made = testTelemetry(service);
      telemetries.set(service, made);
      return made;
    };
    const all = await startInstallation({ definitions: services, dataDir: dir, env, fsync: false, kernelPorts: true, telemetry });
    return new Platform('all', dir, all, undefined, telemetries);
  }

  get #installation() {
    const installation = this.all ?? this.split;
    if (!installation) throw new Error('not started');
    return installation;
  }

  get parts() {
    return this.#installation.parts;
  }

  /** `ws://host:port/ocpp/<tenant>` of the first gateway, or of another replica. */
  ocppUrl(tenant = 'demo', replica = 0): string {
    const base = this.all?.ocppUrl ?? this.split?.of('ocpp-gateway')[replica]?.ocppUrl ?? '';
    return `${base}/${tenant}`;
  }

  /** Base of the API and the web applications. */
  get apiUrl(): string {
    return this.#installation.publicUrl;
  }

  /** Of the MQTT listener; it listens once an MQTT user exists. */
  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.parts.env['AMPLINE_MQTT_PORT']}`;
  }

  /** gRPC addresses by service. */
  get grpc(): Readonly<Record<string, string>> {
    return this.#installation.grpc;
  }

  get secret(): string {
    return this.#installation.secret;
  }

  /** Issuer of people's tokens. */
  get issuer(): string {
    return this.#installation.issuer ?? '';
  }

  /** Logs in by password, as `<tenant>/<e-mail>`. */
  async logIn(username: string, password: string = PERSON_PASSWORD): Promise<Tokens> {
    return this.token({ grant_type: 'password', username, password });
  }

  /** What the realm answers to a grant of the command line's client. Throws the answer of a refusal. */
  async token(grant: Record<string, string>): Promise<Tokens> {
    const body = new URLSearchParams({ client_id: 'ampline-cli', scope: 'openid', ...grant });
    const response = await fetch(`${this.issuer}/protocol/openid-connect/token`, { method: 'POST', body });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Tokens;
  }

  /** The API as a person, logged in. */
  async person(username: string): Promise<ApiClient> {
    return this.api(bearer((await this.logIn(username)).access_token));
  }

  /** The API with this `authorization`, or none. */
  api(authorization?: string): ApiClient {
    const client = new ApiClient(this.apiUrl, authorization);
    this.#closers.push(() => client.close());
    return client;
  }

  /** Everything that the replicas of a service have logged so far. */
  logs(service: string): string {
    const inMemory = this.services.get(service)?.lines.map((line) => JSON.stringify(line)) ?? [];
    const inFiles = this.split?.of(service).map(({ logFile }) => readFileSync(logFile, 'utf8')) ?? [];
    return [...inMemory, ...inFiles].join('\n');
  }

  /** gRPC clients of a caller with these roles. */
  doors(roles: Role[] = ['platform-admin', 'service'], tenantId?: string): Doors {
    const { grpc, secret } = this.#installation;
    const issuer = new TokenIssuer(secret);
    const door = { telemetry: this.telemetry, token: () => issuer.issue({ subject: 'journey', roles, ...(tenantId ? { tenantId } : {}) }) };
    const doors: Doors = {
      access: grpcClient(AccessService, { url: grpc['accounts'] ?? '', ...door }),
      accounts: grpcClient(AccountsService, { url: grpc['accounts'] ?? '', ...door }),
      stations: grpcClient(StationService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      commands: grpcClient(CommandService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      intake: grpcClient(IntakeService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      security: grpcClient(SecurityService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      onboarding: grpcClient(OnboardingService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      configuration: grpcClient(ConfigurationService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      people: grpcClient(PeopleService, { url: grpc['accounts'] ?? '', ...door }),
      routing: grpcClient(RoutingService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      reservations: grpcClient(ReservationService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      localLists: grpcClient(LocalListService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      sessions: grpcClient(SessionRecordService, { url: grpc['session-export'] ?? '', ...door }),
    };
    this.#closers.push(() => Object.values(doors).forEach((door: { close(): void }) => door.close()));
    return doors;
  }

  /** Runs SQL as the superuser: for looking, never for setting things up. */
  async sql<R = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<R[]> {
    const client = new SqlClient({ connectionString: this.parts.env['AMPLINE_DATABASE_ADMIN_URL'] });
    await client.connect();
    try {
      return (await client.query(text, params)).rows as R[];
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.#installation.stop();
    await new DataFolder(this.dir).reset();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Password of everybody that `invite` brings in. */
export const PERSON_PASSWORD = 'a-password-of-a-person';

/** What the realm gives to somebody who has logged in. */
export interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_in: number;
}

/** Invites a person and accepts for them; answers the name they log in with, and their id. */
export async function invite(
  platform: Platform,
  o: { tenantId: string; email: string; role: Role; organisationId?: string; driverId?: string },
): Promise<{ username: string; userId: string }> {
  const { people } = platform.doors();
  const { tenantId, email, role, organisationId = '', driverId } = o;
  const name = `The ${role}`;
  const { user, invitation } = await people.inviteUser({ email, name, roles: [role], organisationId, locale: 'en' }, { tenantId });
  const userId = user?.userId ?? '';
  if (driverId) await people.updateUser({ userId, name, roles: [role], organisationId, locale: 'en', driverId }, { tenantId });
  const { username } = await people.acceptInvitation({ secret: invitation?.secret ?? '', name, password: PERSON_PASSWORD });
  return { username, userId };
}

const AT_ONCE = 20;

/** A tenant with stations that a journey uses. */
export interface Site {
  tenantId: string;
  stations: StationState[];
}

/** Makes a tenant, a site, stations `<prefix>-1 …` with two EVSEs each, and id tokens; returns when csms knows the tokens. */
export async function furnish(
  platform: Platform,
  o: { tenant?: string; stations: number; prefix?: string; password?: string; tokens?: string[] },
): Promise<Site> {
  const doors = platform.doors();
  const slug = o.tenant ?? 'demo';
  const { tenant } = await doors.accounts.createTenant({ slug, name: slug });
  const tenantId = tenant?.tenantId ?? '';
  const as = { tenantId };
  for (const idToken of o.tokens ?? ['DEMO-OK-1']) await doors.accounts.putIdToken({ idToken, allowConcurrent: true }, as);
  await eventually(async () => (await platform.sql('SELECT 1 FROM csms.tenant WHERE tenant_id = $1', [tenantId])).length > 0);
  const site = await doors.stations.createSite({ name: 'Site', timeZone: 'Europe/Berlin' }, as);
  const { location } = await doors.stations.createLocation(
    {
      siteId: site.site?.siteId ?? '',
      name: 'Location',
      address: 'Street 1',
      postalCode: '10115',
      city: 'Berlin',
      countryCode: 'DEU',
      latitude: '52.5',
      longitude: '13.4',
    },
    as,
  );
  const numbers = Array.from({ length: o.stations }, (_, i) => i + 1);
  const stations: StationState[] = [];
  for (let from = 0; from < numbers.length; from += AT_ONCE) {
    const made = await Promise.all(
      numbers.slice(from, from + AT_ONCE).map((number) =>
        doors.stations.createStation(
          {
            locationId: location?.locationId ?? '',
            identity: `${o.prefix ?? 'ST'}-${number}`,
            password: o.password ?? PASSWORD,
            evses: [1, 2].map(() => ({ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] })),
          },
          as,
        ),
      ),
    );
    stations.push(...made.flatMap(({ station }) => station ?? []));
  }
  const tokens = o.tokens ?? ['DEMO-OK-1'];
  await eventually(
    async () => (await platform.sql('SELECT 1 FROM csms.id_token WHERE tenant_id = $1', [tenantId])).length === tokens.length,
  );
  return { tenantId, stations };
}
