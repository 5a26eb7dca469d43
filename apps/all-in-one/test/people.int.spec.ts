import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountsService } from '@ampline/accounts';
import { AccessService, AccountsService, PeopleService, UserStatus, type UserState } from '@ampline/contracts';
import { identityService } from '@ampline/identity';
import { AppError } from '@ampline/kernel-errors';
import { grpcClient, TokenIssuer, type Caller, type Client } from '@ampline/platform-grpc';
import { derivedPassword, migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, eventually, freePort, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import type { DescService } from '@bufbuild/protobuf';

const SECRET = 'a-secret-of-at-least-32-characters';
const PASSWORD = 'a-good-long-password';
const SERVICES = [identityService, accountsService];

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('people, from the invitation to the log-in', () => {
  let database: TestDatabase;
  let nats: EmbeddedNats;
  let running: RunningService[];
  let realm: string;
  let url: string;
  let tenantId: string;
  const clients: { close(): void }[] = [];

  beforeAll(async () => {
    const [identityPort, grpcPort] = [await freePort(), await freePort()];
    [database, nats] = await Promise.all([createTestDatabase(), testNats()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_KEYCLOAK_URL: `http://127.0.0.1:${identityPort}`,
      IDENTITY_PORT: String(identityPort),
      IDENTITY_DEMO_CLIENT: 'true',
      ACCOUNTS_GRPC_PORT: String(grpcPort),
    };
    await migrateServices(SERVICES, env);
    running = await startServices(SERVICES, env, { telemetry: (service) => testTelemetry(service) });
    realm = `${env.AMPLINE_KEYCLOAK_URL}/realms/ampline/protocol/openid-connect`;
    url = `127.0.0.1:${grpcPort}`;
    const { tenant } = await as(AccountsService, { subject: 'seed', roles: ['platform-admin'] }).createTenant({
      slug: 'echt',
      name: 'Echt',
    });
    tenantId = tenant?.tenantId ?? '';
  });

  afterAll(async () => {
    for (const client of clients) client.close();
    await stopServices(running);
    await nats.stop();
    await database.drop();
  });

  const withToken = <S extends DescService>(service: S, token: () => Promise<string> | string): Client<S> => {
    const client = grpcClient(service, { url, telemetry: testTelemetry('caller', { spans: false }), token, timeoutMs: 30_000 });
    clients.push(client);
    return client;
  };
  const as = <S extends DescService>(service: S, caller: Caller) => withToken(service, () => new TokenIssuer(SECRET).issue(caller));

  async function tokenFrom(form: Record<string, string>): Promise<{ status: number; access_token: string }> {
    const response = await fetch(`${realm}/token`, { method: 'POST', body: new URLSearchParams(form) });
    return { ...((await response.json()) as { access_token: string }), status: response.status };
  }
  const logIn = (username: string) =>
    tokenFrom({ grant_type: 'password', client_id: 'ampline-cli', username, password: PASSWORD, scope: 'openid' });
  /** As the api-gateway, by its client at the realm. */
  const gateway = <S extends DescService>(service: S) =>
    withToken(service, async () => {
      const client_secret = derivedPassword(SECRET, 'client:api-gateway');
      return (await tokenFrom({ grant_type: 'client_credentials', client_id: 'ampline-api-gateway', client_secret })).access_token;
    });

  async function user(email: string): Promise<UserState> {
    const admin = as(PeopleService, { subject: 'seed', roles: ['platform-admin', 'service'] });
    const { invitation, user } = await admin.inviteUser(
      { email, name: 'Ada King Lovelace', roles: ['operator'], locale: 'de' },
      { tenantId },
    );
    await gateway(PeopleService).acceptInvitation({ secret: invitation?.secret ?? '', name: 'Ada King Lovelace', password: PASSWORD });
    const { user: active } = await admin.getUser({ userId: user?.userId ?? '' }, { tenantId });
    return active as UserState;
  }

  it('logs in with the password of the invitation, and is who accounts says', async () => {
    const { userId } = await user('ada@echt.example');
    const { access_token: accessToken, status } = await logIn('echt/ada@echt.example');
    expect(status).toBe(200);
    const { caller, token } = await gateway(AccessService).exchangeAccessToken({ accessToken });
    expect(caller).toMatchObject({ subject: userId, name: 'Ada King Lovelace', roles: ['operator'], tenantId, tenantSlug: 'echt' });
    const self = withToken(PeopleService, () => token?.token ?? '');
    expect((await self.getUser({ userId })).user).toMatchObject({ status: UserStatus.ACTIVE });
    // The realm's token itself is for the API and no good at a service, nor is another service's at the exchange.
    expect(await code(withToken(PeopleService, () => accessToken).getUser({ userId }))).toBe('grpc.token-invalid');
  });

  it('is changed, disabled, enabled and deleted at the realm as here', async () => {
    const { userId } = await user('weg@echt.example');
    const admin = as(PeopleService, { subject: 'admin', roles: ['tenant-admin'], tenantId });
    const accessToken = (await logIn('echt/weg@echt.example')).access_token;
    const exchange = () => code(gateway(AccessService).exchangeAccessToken({ accessToken }));
    expect(await exchange()).toBe('answered');
    await admin.setUserStatus({ userId, status: UserStatus.DISABLED });
    expect(await exchange()).toBe('accounts.user-disabled');
    expect((await logIn('echt/weg@echt.example')).status).not.toBe(200);
    await admin.setUserStatus({ userId, status: UserStatus.ACTIVE });
    await eventually(async () => (await logIn('echt/weg@echt.example')).status === 200);
    await admin.updateUser({ userId, name: 'New Name', roles: ['support', 'analyst'], locale: 'en' });
    const fresh = (await logIn('echt/weg@echt.example')).access_token;
    expect((await gateway(AccessService).exchangeAccessToken({ accessToken: fresh })).caller).toMatchObject({
      name: 'New Name',
      roles: ['support', 'analyst'],
    });
    await admin.deleteUser({ userId });
    expect(await code(gateway(AccessService).exchangeAccessToken({ accessToken: fresh }))).not.toBe('answered');
    await eventually(async () => (await logIn('echt/weg@echt.example')).status !== 200);
  });
});
