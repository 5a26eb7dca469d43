import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { AccountsService, type ExportTenantsRequest, type ListTenantsRequest, type PutIdTokenRequest } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { inSpan, testTelemetry } from '@ampline/platform-telemetry';
import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import {
  grpcBinding,
  grpcClient,
  Rpc,
  serveGrpc,
  TokenIssuer,
  TokenVerifier,
  type AccessRule,
  type Client,
  type RpcCall,
} from '../src/index.js';

const SECRET = 'a-secret-of-at-least-32-characters';
const TENANT = '0190a000-0000-7000-8000-000000000001';
const OTHER = '0190a000-0000-7000-8000-000000000002';
const platform: AccessRule = { roles: ['platform-admin', 'service'], scope: 'platform' };
const tenant: AccessRule = { roles: ['operator', 'service'], scope: 'tenant' };

@Controller()
class TenantsController {
  @Rpc(AccountsService.method.listTenants)
  listTenants(_request: ListTenantsRequest, _call: RpcCall) {
    return Promise.resolve({ tenants: [{ tenantId: TENANT, slug: 'demo', version: 9007199254740993n }] });
  }

  @Rpc(AccountsService.method.putIdToken)
  putIdToken(request: PutIdTokenRequest, call: RpcCall) {
    if (request.idToken === 'crash') throw new TypeError('the password is hunter2');
    if (request.idToken === '')
      throw new AppError({
        kind: 'invalid',
        code: 'accounts.id-token.empty',
        message: 'An id token has 1 to 36 characters.',
        details: { field: 'id_token' },
      });
    return Promise.resolve({ idToken: { tenantId: call.tenantId, idToken: request.idToken } });
  }

  @Rpc(AccountsService.method.exportTenants)
  async *exportTenants(_request: ExportTenantsRequest) {
    for (const slug of ['a', 'b', 'c']) yield await Promise.resolve({ tenant: { slug } });
  }
}

@Module({ controllers: [TenantsController] })
class TestModule {}

const telemetry = testTelemetry('accounts');
const callers = testTelemetry('caller');
const binding = grpcBinding(AccountsService, {
  createTenant: platform,
  listTenants: platform,
  setTenantStatus: platform,
  createTokenGroup: tenant,
  updateTokenGroup: tenant,
  listTokenGroups: tenant,
  putIdToken: tenant,
  blockIdToken: tenant,
  unblockIdToken: tenant,
  removeIdToken: tenant,
  getIdToken: tenant,
  listIdTokens: tenant,
  exportTenants: platform,
  exportIdTokens: platform,
});

describe('a gRPC service', () => {
  let app: INestApplication;
  let url: string;
  const issuer = new TokenIssuer(SECRET);
  const clients: Client<typeof AccountsService>[] = [];
  const as = (token: () => Promise<string> | string) => {
    const client = grpcClient(AccountsService, { url, telemetry: callers, token });
    clients.push(client);
    return client;
  };
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'answered',
      (e: unknown) => (AppError.is(e) ? e.code : String(e)),
    );

  beforeAll(async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as AddressInfo;
        server.close(() => resolve(free));
      });
    });
    url = `127.0.0.1:${port}`;
    app = await NestFactory.create(TestModule, { logger: false });
    await serveGrpc(app, { bindings: [binding], url, verifier: new TokenVerifier(SECRET), telemetry });
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await app.close();
  });

  it('answers a caller with the role, and int64 survives', async () => {
    const answer = await as(() => issuer.issue({ subject: 'root', roles: ['platform-admin'] })).listTenants({});
    expect(answer.tenants[0]).toMatchObject({ slug: 'demo', version: 9007199254740993n });
  });

  it('streams', async () => {
    const slugs: string[] = [];
    for await (const { tenant: t } of as(() => issuer.issue({ subject: 'csms', roles: ['service'] })).exportTenants({}))
      slugs.push(t?.slug ?? '');
    expect(slugs).toEqual(['a', 'b', 'c']);
  });

  it('works on the tenant of the caller, and on no other', async () => {
    const operator = as(() => issuer.issue({ subject: 'olga', roles: ['operator'], tenantId: TENANT }));
    expect((await operator.putIdToken({ idToken: 'A' })).idToken?.tenantId).toBe(TENANT);
    expect(await code(operator.putIdToken({ idToken: 'A' }, { tenantId: OTHER }))).toBe('grpc.tenant-foreign');
  });

  it('lets a service name the tenant, and refuses it without one', async () => {
    const service = as(() => issuer.issue({ subject: 'csms', roles: ['service'] }));
    expect((await service.putIdToken({ idToken: 'A' }, { tenantId: OTHER })).idToken?.tenantId).toBe(OTHER);
    expect(await code(service.putIdToken({ idToken: 'A' }))).toBe('grpc.tenant-missing');
  });

  it('lets nobody but services and platform admins name a tenant that their token does not', async () => {
    const operator = as(() => issuer.issue({ subject: 'olga', roles: ['operator'] }));
    expect(await code(operator.putIdToken({ idToken: 'A' }, { tenantId: OTHER }))).toBe('grpc.tenant-foreign');
    expect(await code(operator.putIdToken({ idToken: 'A' }))).toBe('grpc.tenant-missing');
  });

  it('takes the token that a call brings along for the one of the client', async () => {
    const gateway = as(() => issuer.issue({ subject: 'api-gateway', roles: ['service'] }));
    const token = await issuer.issue({ subject: 'olga', roles: ['operator'], tenantId: TENANT, actor: 'api-gateway' });
    expect((await gateway.putIdToken({ idToken: 'A' }, { token })).idToken?.tenantId).toBe(TENANT);
    expect(await code(gateway.putIdToken({ idToken: 'A' }, { token, tenantId: OTHER }))).toBe('grpc.tenant-foreign');
    expect(await code(gateway.listTenants({}, { token }))).toBe('grpc.role-missing');
  });

  it('refuses text that no database stores', async () => {
    const operator = as(() => issuer.issue({ subject: 'olga', roles: ['operator'], tenantId: TENANT }));
    expect(await code(operator.putIdToken({ idToken: 'A\0' }))).toBe('grpc.text-unstorable');
  });

  it.each([
    ['no token', () => '', 'grpc.token-missing'],
    ['garbage', () => 'garbage', 'grpc.token-invalid'],
    [
      'another secret',
      () => new TokenIssuer('another-secret-of-32-characters-xx').issue({ subject: 'x', roles: ['platform-admin'] }),
      'grpc.token-invalid',
    ],
    ['expired', () => issuer.issue({ subject: 'x', roles: ['platform-admin'] }, -10), 'grpc.token-invalid'],
    [
      'alg none',
      () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x","roles":["platform-admin"]}').toString('base64url')}.`,
      'grpc.token-invalid',
    ],
    [
      'other audience',
      () =>
        new SignJWT({ roles: ['platform-admin'] })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('ampline')
          .setAudience('elsewhere')
          .setSubject('x')
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(SECRET)),
      'grpc.token-invalid',
    ],
    ['another role', () => issuer.issue({ subject: 'd', roles: ['driver'], tenantId: TENANT }), 'grpc.role-missing'],
    ['an invented role', () => issuer.issue({ subject: 'd', roles: ['root' as 'service'] }), 'grpc.role-missing'],
  ])('refuses %s', async (_name, token, expected) => {
    expect(await code(as(token).listTenants({}))).toBe(expected);
  });

  it('tells a declared error by code, kind and details', async () => {
    const operator = as(() => issuer.issue({ subject: 'olga', roles: ['operator'], tenantId: TENANT }));
    await expect(operator.putIdToken({ idToken: '' })).rejects.toMatchObject({
      code: 'accounts.id-token.empty',
      kind: 'invalid',
      details: { field: 'id_token' },
    });
  });

  it('tells nothing about an undeclared error, and logs it', async () => {
    const operator = as(() => issuer.issue({ subject: 'olga', roles: ['operator'], tenantId: TENANT }));
    const error: unknown = await operator.putIdToken({ idToken: 'crash' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ kind: 'internal', code: 'internal' });
    expect(String(error)).not.toMatch(/hunter2/);
    expect(telemetry.lines.some((line) => line['event'] === 'grpc.failed')).toBe(true);
  });

  it('carries the trace of the caller', async () => {
    const client = as(() => issuer.issue({ subject: 'root', roles: ['platform-admin'] }));
    await inSpan(callers.tracer, 'outer', {}, () => client.listTenants({}));
    const outer = callers.spans.find((span) => span.name === 'outer');
    expect(telemetry.spans.some((span) => span.spanContext().traceId === outer?.spanContext().traceId)).toBe(true);
  });

  it('refuses to start when a method has no rule', async () => {
    const partial = { service: AccountsService, access: { listTenants: platform } };
    const bare = await NestFactory.create(TestModule, { logger: false });
    await expect(
      serveGrpc(bare, { bindings: [partial], url: '127.0.0.1:0', verifier: new TokenVerifier(SECRET), telemetry }),
    ).rejects.toMatchObject({ code: 'grpc.rule-missing' });
    await bare.close();
  });
});
