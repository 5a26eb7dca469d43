import { Module, type DynamicModule } from '@nestjs/common';
import { Outbox, OutboxRelay } from '@ampline/platform-outbox';
import { PartitionKeeper } from '@ampline/platform-postgres';
import type { ServiceRuntime } from '@ampline/platform-runner';
import { accountsPrisma } from './accounts.prisma.js';
import type { AccountsConfig } from './config.js';
import { ExportGrpc } from './export/export.grpc.js';
import { ExportSettings } from './export/export-settings.js';
import { IdTokensGrpc } from './id-tokens/id-tokens.grpc.js';
import { IdTokenReads } from './id-tokens/id-tokens.prisma.js';
import { IdTokenStore } from './id-tokens/id-tokens.store.js';
import { Background } from './background.js';
import { TenantsGrpc } from './tenants/tenants.grpc.js';
import { TenantStore } from './tenants/tenants.store.js';
import { TokenGroupsGrpc } from './token-groups/token-groups.grpc.js';
import { TokenGroupReads } from './token-groups/token-groups.prisma.js';
import { TokenGroupStore } from './token-groups/token-groups.store.js';

/** Facts stay in the outbox as long as in their stream. */
const OUTBOX_DAYS = 30;
export const CONTEXT = 'accounts';

@Module({})
export class AccountsModule {
  static with(runtime: ServiceRuntime<AccountsConfig>): DynamicModule {
    const { database, bus, clock, telemetry, instance, config } = runtime;
    const prisma = accountsPrisma(database);
    const outbox = new Outbox(CONTEXT, bus);
    const idTokens = new IdTokenStore(database, outbox, clock);
    const relay = new OutboxRelay({ database, bus, context: CONTEXT, instance, telemetry });
    const partitions = new PartitionKeeper(database, [{ table: 'outbox', retainDays: OUTBOX_DAYS, doneColumn: 'published_at' }], telemetry);
    return {
      module: AccountsModule,
      controllers: [TenantsGrpc, TokenGroupsGrpc, IdTokensGrpc, ExportGrpc],
      providers: [
        { provide: TenantStore, useValue: new TenantStore(database, outbox, clock) },
        { provide: IdTokenStore, useValue: idTokens },
        { provide: IdTokenReads, useValue: new IdTokenReads(prisma) },
        { provide: TokenGroupStore, useValue: new TokenGroupStore(database, idTokens) },
        { provide: TokenGroupReads, useValue: new TokenGroupReads(prisma) },
        { provide: ExportSettings, useValue: new ExportSettings(config.exportBatch) },
        { provide: Background, useValue: new Background(partitions, relay, prisma) },
      ],
    };
  }
}
