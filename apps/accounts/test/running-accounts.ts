import {
  AccessService,
  AccountsService,
  BrandService,
  OrganisationKind,
  PeopleService,
  type TenantState,
  type UserState,
} from '@ampline/contracts';
import { grpcClient, TokenIssuer, type Caller, type Client, type Role } from '@ampline/platform-grpc';
import { migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, freePort, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import type { DescService } from '@bufbuild/protobuf';
import { Client as Postgres } from 'pg';
import { accountsService } from '../src/index.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

export const LOOK = { name: 'Look', primaryColor: '#0b6b5b', accentColor: '#f5b700', defaultLocale: 'de', hosts: [] as string[] };

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

  /** `more`: variables beside those that every test has. */
  static async start(more: Record<string, string> = {}): Promise<RunningAccounts> {
    const [database, nats, port] = await Promise.all([createTestDatabase(), testNats(), freePort()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      ACCOUNTS_GRPC_PORT: String(port),
      ACCOUNTS_EXPORT_BATCH: '3',
      ...more,
    };
    const telemetry = testTelemetry('accounts');
    await migrateServices([accountsService], env);
    const running = await startServices([accountsService], env, { telemetry: () => telemetry });
    const admin = new Postgres({ connectionString: database.adminUrl });
    await admin.connect();
    return new RunningAccounts(database, nats, admin, telemetry, `127.0.0.1:${port}`, running);
  }

  as(roles: Role[], tenantId?: string): Client<typeof AccountsService> {
    return this.client(AccountsService, { subject: 'someone', roles, ...(tenantId !== undefined && { tenantId }) });
  }

  /** A client of any of the APIs, for a caller with a token that accounts might have issued. */
  client<S extends DescService>(service: S, caller: Caller): Client<S> {
    return this.withToken(service, () => new TokenIssuer(SECRET).issue(caller));
  }

  withToken<S extends DescService>(service: S, token: () => Promise<string> | string): Client<S> {
    const client = grpcClient(service, {
      url: this.url,
      telemetry: testTelemetry('caller', { spans: false }),
      token,
      timeoutMs: 60_000,
    });
    this.clients.push(client);
    return client;
  }

  /** A user who has accepted the invitation. Needs an identity provider. */
  async user(tenantId: string, email: string, roles: Role[], more: object = {}): Promise<UserState> {
    const admin = this.client(PeopleService, { subject: 'platform', roles: ['platform-admin'] });
    const { user, invitation } = await admin.inviteUser({ email, name: `User ${email}`, roles, locale: 'en', ...more }, { tenantId });
    const gateway = this.client(PeopleService, { subject: 'api-gateway', roles: ['service'] });
    await gateway.acceptInvitation({ secret: invitation?.secret ?? '', name: `User ${email}`, password: 'a-good-long-password' });
    const { user: active } = await admin.getUser({ userId: user?.userId ?? '' }, { tenantId });
    if (!active) throw new Error('no user in the answer');
    return active;
  }

  async tenant(slug: string): Promise<TenantState> {
    const { tenant } = await this.as(['platform-admin']).createTenant({ slug, name: `Tenant ${slug}` });
    if (!tenant) throw new Error('no tenant in the answer');
    return tenant;
  }

  /** One of everything that a tenant has, by the words that give it away. */
  async furnish(tenantId: string, mark: string) {
    const caller: Caller = { subject: `admin-of-${mark}`, roles: ['tenant-admin'], tenantId };
    const people = this.client(PeopleService, caller);
    const access = this.client(AccessService, caller);
    const [reference, host, idToken] = [`REF-${mark}`, `${mark}.example`, `TOKEN-${mark}`];
    const kind = OrganisationKind.FLEET;
    const { organisation } = await people.createOrganisation({ name: `Org ${mark}`, kind, externalReference: reference });
    const organisationId = organisation?.organisationId ?? '';
    const { driver } = await people.createDriver({ name: `Driver ${mark}`, organisationId });
    const { user, invitation } = await people.inviteUser({ email: `u@${host}`, name: `User ${mark}`, roles: ['operator'], locale: 'en' });
    const { brand } = await this.client(BrandService, caller).createBrand({ slug: `b-${mark}`, look: { ...LOOK, hosts: [host] } });
    const { apiKey, secret: key } = await access.createApiKey({ name: `Key ${mark}`, scopes: ['people:read'] });
    const { guestLink, secret: link } = await access.createGuestLink({ resource: `session:${organisationId}` });
    await this.client(PeopleService, { ...caller, subject: user?.userId ?? '' }).giveConsent({ purpose: 'terms', documentVersion: '1' });
    await this.client(AccountsService, caller).putIdToken({ idToken, driverId: driver?.driverId ?? '' });
    return {
      ...{ reference, host, idToken, organisationId, key, link },
      driverId: driver?.driverId ?? '',
      userId: user?.userId ?? '',
      invitation: invitation?.secret ?? '',
      brandId: brand?.brandId ?? '',
      apiKeyId: apiKey?.apiKeyId ?? '',
      guestLinkId: guestLink?.guestLinkId ?? '',
    };
  }

  /** Tables in which the tenant has rows, but for those of the platform and the log, which fill by themselves. */
  async filledTables(tenantId: string): Promise<string[]> {
    return Object.entries(await this.rowsOf(tenantId))
      .filter(([, rows]) => rows.length > 0)
      .map(([table]) => table);
  }

  async rowsOf(tenantId: string): Promise<Record<string, unknown[]>> {
    const { rows: tables } = await this.admin.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns JOIN pg_class ON oid = format('accounts.%I', table_name)::regclass
        WHERE table_schema = 'accounts' AND column_name = 'tenant_id' AND NOT relispartition
          AND table_name NOT IN ('outbox', 'parked_fact', 'audit_entry') ORDER BY table_name`,
    );
    const found: Record<string, unknown[]> = {};
    for (const { name } of tables) {
      const { rows } = await this.admin.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM accounts.${name} t WHERE tenant_id = $1 ORDER BY to_jsonb(t)::text`,
        [tenantId],
      );
      found[name] = rows.map(({ row }) => row);
    }
    return found;
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
