import { AccountsService, type TenantState } from '@ampline/contracts';
import { grpcClient, TokenIssuer, type Caller, type Client, type Role } from '@ampline/platform-grpc';
import { migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, freePort, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import { Client as Postgres } from 'pg';
import { accountsService } from '../src/index.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

/** A fact in the outbox. */
export interface WrittenFact {
  subject: string;
  tenant_id: string;
  version: string;
  payload: Record<string, unknown>;
  published: boolean;
}

/** The service on a database and a bus of its own, and what a test asks of it. */
export class RunningAccounts {
  private readonly clients: { close(): void }[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly nats: EmbeddedNats,
    readonly admin: Postgres,
    readonly telemetry: TestTelemetry,
    readonly url: string,
    private readonly running: RunningService[],
  ) {}

  static async start(): Promise<RunningAccounts> {
    const [database, nats, port] = await Promise.all([createTestDatabase(), testNats(), freePort()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      ACCOUNTS_GRPC_PORT: String(port),
      ACCOUNTS_EXPORT_BATCH: '3',
    };
    const telemetry = testTelemetry('accounts');
    await migrateServices([accountsService], env);
    const running = await startServices([accountsService], env, { telemetry: () => telemetry });
    const admin = new Postgres({ connectionString: database.adminUrl });
    await admin.connect();
    return new RunningAccounts(database, nats, admin, telemetry, `127.0.0.1:${port}`, running);
  }

  as(roles: Role[], tenantId?: string): Client<typeof AccountsService> {
    const caller: Caller = { subject: 'someone', roles, ...(tenantId !== undefined && { tenantId }) };
    const client = grpcClient(AccountsService, {
      url: this.url,
      telemetry: testTelemetry('caller', { spans: false }),
      token: () => new TokenIssuer(SECRET).issue(caller),
      timeoutMs: 60_000,
    });
    this.clients.push(client);
    return client;
  }

  async tenant(slug: string): Promise<TenantState> {
    const { tenant } = await this.as(['platform-admin']).createTenant({ slug, name: `Tenant ${slug}` });
    if (!tenant) throw new Error('no tenant in the answer');
    return tenant;
  }

  /** Facts of one entity in the order in which they were told. */
  async facts(key: string): Promise<WrittenFact[]> {
    const { rows } = await this.admin.query<WrittenFact>(
      `SELECT subject, tenant_id, version, payload::jsonb, published_at IS NOT NULL AS published
         FROM accounts.outbox WHERE key = $1 ORDER BY created_at, id`,
      [key],
    );
    return rows;
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await stopServices(this.running);
    await this.admin.end();
    await this.nats.stop();
    await this.database.drop();
  }
}
