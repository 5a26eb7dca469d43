import 'reflect-metadata';
import { factStream, factSubject, AccountsService, type IdTokenState, type TenantState, type FactType } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { grpcBinding, Rpc, serveGrpc, TokenVerifier, type AccessRule } from '@ampline/platform-grpc';
import type { Bus } from '@ampline/platform-nats';
import { FactHeader } from '@ampline/platform-outbox';
import { testTelemetry } from '@ampline/platform-telemetry';
import { create, toJsonString, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/nats-core';
import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SECRET } from './running-csms.js';

/** What accounts exports. */
export class AccountsState {
  constructor(
    readonly tenants: TenantState[],
    readonly idTokens: IdTokenState[],
  ) {}
}

@Controller()
class ExportController {
  constructor(private readonly state: AccountsState) {}

  @Rpc(AccountsService.method.exportTenants)
  async *exportTenants() {
    for (const tenant of this.state.tenants) yield await Promise.resolve({ tenant });
  }

  @Rpc(AccountsService.method.exportIdTokens)
  async *exportIdTokens() {
    for (const idToken of this.state.idTokens) yield await Promise.resolve({ idToken });
  }
}

@Module({})
class FakeAccountsModule {}

const EXPORTING: AccessRule = { roles: ['service'], scope: 'platform' };
const NOBODY: AccessRule = { roles: [], scope: 'platform' };

/** The export streams of accounts, served for services of the installation alone. */
export async function serveAccounts(port: number, state: AccountsState): Promise<INestApplication> {
  const module = { module: FakeAccountsModule, controllers: [ExportController], providers: [{ provide: AccountsState, useValue: state }] };
  const app = await NestFactory.create(module, { logger: false });
  const rules = Object.fromEntries(AccountsService.methods.map((method) => [method.localName, NOBODY])) as Record<
    keyof typeof AccountsService.method,
    AccessRule
  >;
  const binding = grpcBinding(AccountsService, { ...rules, exportTenants: EXPORTING, exportIdTokens: EXPORTING });
  const telemetry = testTelemetry('accounts', { spans: false });
  await serveGrpc(app, { bindings: [binding], url: `127.0.0.1:${port}`, verifier: new TokenVerifier(SECRET), telemetry });
  return app;
}

/** The stream that accounts tells its facts on. */
export async function makeAccountsStream(bus: Bus): Promise<void> {
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.add({ name: factStream('accounts'), subjects: ['fact.accounts.>'] });
}

/** Tells a fact as the relay of accounts does. */
export async function tell<D extends DescMessage>(
  bus: Bus,
  type: FactType<D>,
  of: { tenantId: string; tenant: string; key: string; version: bigint },
  payload: MessageInitShape<D>,
): Promise<void> {
  const carried = headers();
  carried.set(FactHeader.id, uuidv7());
  carried.set(FactHeader.occurredAt, new Date().toISOString());
  carried.set(FactHeader.tenantId, of.tenantId);
  carried.set(FactHeader.version, of.version.toString());
  carried.set(FactHeader.key, of.key);
  const body = toJsonString(type.schema, create(type.schema, payload));
  await jetstream(bus.connection).publish(factSubject(type, of.tenant, of.key), body, { headers: carried });
}
