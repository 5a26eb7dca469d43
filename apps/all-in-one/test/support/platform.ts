import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AccountsService,
  CommandService,
  IntakeService,
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

export const PASSWORD = EXTERNAL_PASSWORD;

/** The five gRPC doors, as one caller. */
export interface Doors {
  accounts: Client<typeof AccountsService>;
  stations: Client<typeof StationService>;
  commands: Client<typeof CommandService>;
  intake: Client<typeof IntakeService>;
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
  readonly #closers: (() => void)[] = [];

  private constructor(
    readonly shape: 'all' | 'split',
    readonly dir: string,
    readonly all: Installation | undefined,
    readonly split: SplitInstallation | undefined,
    readonly services: ReadonlyMap<string, TestTelemetry>,
  ) {}

  static async start(o: PlatformOptions): Promise<Platform> {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-journey-'));
    const env = { AMPLINE_LOG_LEVEL: 'debug', ...o.env };
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
      accounts: grpcClient(AccountsService, { url: grpc['accounts'] ?? '', ...door }),
      stations: grpcClient(StationService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      commands: grpcClient(CommandService, { url: grpc['ocpp-csms'] ?? '', ...door }),
      intake: grpcClient(IntakeService, { url: grpc['ocpp-csms'] ?? '', ...door }),
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
    for (const close of this.#closers) close();
    await this.#installation.stop();
    await new DataFolder(this.dir).reset();
    rmSync(this.dir, { recursive: true, force: true });
  }
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
