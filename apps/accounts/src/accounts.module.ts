import { Module, type DynamicModule } from '@nestjs/common';
import { AuditTrail } from '@ampline/platform-audit';
import { FactConsumer, Outbox, OutboxRelay, RETENTION_DAYS } from '@ampline/platform-outbox';
import { MonthKeeper, PartitionKeeper } from '@ampline/platform-postgres';
import type { ServiceRuntime } from '@ampline/platform-runner';
import { accountsPrisma } from './accounts.prisma.js';
import { ApiKeysGrpc } from './api-keys/api-keys.grpc.js';
import { ApiKeyStore } from './api-keys/api-keys.store.js';
import { AUDITED_CONTEXTS, auditHandlers } from './audit/audit-intake.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditGrpc } from './audit/audit.grpc.js';
import { Background, type BackgroundPart } from './background.js';
import { BrandsGrpc } from './brands/brands.grpc.js';
import { BrandStore } from './brands/brands.store.js';
import { Changes } from './changes.js';
import type { AccountsConfig } from './config.js';
import { ConsentsGrpc } from './consents/consents.grpc.js';
import { ConsentStore } from './consents/consents.store.js';
import { DriversGrpc } from './drivers/drivers.grpc.js';
import { DriverStore } from './drivers/drivers.store.js';
import { Exchange } from './exchange/exchange.js';
import { ExchangeGrpc } from './exchange/exchange.grpc.js';
import { Credentials } from './exchange/exchange.store.js';
import { ExportGrpc } from './export/export.grpc.js';
import { ExportSettings } from './export/export-settings.js';
import { FeaturesGrpc } from './features/features.grpc.js';
import { FeatureStore } from './features/features.store.js';
import { GuestLinksGrpc } from './guest-links/guest-links.grpc.js';
import { GuestLinkStore } from './guest-links/guest-links.store.js';
import { IdTokensGrpc } from './id-tokens/id-tokens.grpc.js';
import { IdTokenReads } from './id-tokens/id-tokens.prisma.js';
import { IdTokenStore } from './id-tokens/id-tokens.store.js';
import { KeycloakAdmin } from './identity-provider/keycloak-admin.js';
import { ProviderSync } from './identity-provider/provider-sync.js';
import { ProviderTasks } from './identity-provider/provider-tasks.js';
import { Acceptance } from './invitations/acceptance.js';
import { InvitationsGrpc } from './invitations/invitations.grpc.js';
import { InvitationStore } from './invitations/invitations.store.js';
import { OrganisationsGrpc } from './organisations/organisations.grpc.js';
import { OrganisationStore } from './organisations/organisations.store.js';
import { TenantsGrpc } from './tenants/tenants.grpc.js';
import { TenantStore } from './tenants/tenants.store.js';
import { TokenGroupsGrpc } from './token-groups/token-groups.grpc.js';
import { TokenGroupReads } from './token-groups/token-groups.prisma.js';
import { TokenGroupStore } from './token-groups/token-groups.store.js';
import { UsersGrpc } from './users/users.grpc.js';
import { UserReads } from './users/users.reads.js';
import { UserStore } from './users/users.store.js';

export const CONTEXT = 'accounts';

type Runtime = ServiceRuntime<AccountsConfig>;

@Module({})
export class AccountsModule {
  static with(runtime: Runtime): DynamicModule {
    const { database, bus, clock } = runtime;
    const outbox = new Outbox(CONTEXT, bus);
    const changes = new Changes(outbox, new AuditTrail(CONTEXT, outbox, clock), clock);
    const prisma = accountsPrisma(database);
    const people = peopleOf(runtime, changes);
    const parts = [{ start: () => undefined, stop: () => prisma.close() }, ...carry(runtime), ...gatherAudit(runtime), people.sync];
    return {
      module: AccountsModule,
      controllers: [
        ...[TenantsGrpc, TokenGroupsGrpc, IdTokensGrpc, ExportGrpc],
        ...[OrganisationsGrpc, UsersGrpc, InvitationsGrpc, DriversGrpc, ConsentsGrpc],
        ...[ExchangeGrpc, ApiKeysGrpc, GuestLinksGrpc],
        ...[BrandsGrpc, FeaturesGrpc, AuditGrpc],
      ],
      providers: [
        ...tenantProviders(runtime, changes),
        ...people.providers,
        ...accessProviders(runtime, changes),
        { provide: IdTokenReads, useValue: new IdTokenReads(prisma) },
        { provide: TokenGroupReads, useValue: new TokenGroupReads(prisma) },
        { provide: ExportSettings, useValue: new ExportSettings(runtime.config.exportBatch) },
        { provide: AuditLog, useValue: new AuditLog(database) },
        { provide: Background, useValue: new Background(parts) },
      ],
    };
  }
}

/** Tenants with their brands and features, id tokens and those who hold them. */
function tenantProviders({ database, publicUrl }: Runtime, changes: Changes) {
  const brands = new BrandStore(database, changes, new URL(publicUrl).hostname);
  const idTokens = new IdTokenStore(database, changes);
  return [
    { provide: BrandStore, useValue: brands },
    { provide: TenantStore, useValue: new TenantStore(database, brands, changes) },
    { provide: FeatureStore, useValue: new FeatureStore(database, changes) },
    { provide: IdTokenStore, useValue: idTokens },
    { provide: TokenGroupStore, useValue: new TokenGroupStore(database, idTokens, changes) },
    { provide: OrganisationStore, useValue: new OrganisationStore(database, changes) },
    { provide: DriverStore, useValue: new DriverStore(database, idTokens, changes) },
  ];
}

/** Users, and the identity provider that has to know them. */
function peopleOf(runtime: Runtime, changes: Changes) {
  const { database, clock, telemetry, realm, config } = runtime;
  const provider = new KeycloakAdmin(realm?.adminEndpoint, () => runtime.serviceToken(), config.identityTimeoutMs);
  const tasks = new ProviderTasks(database, clock);
  const sync = new ProviderSync(tasks, provider, telemetry, config.identityRetryMs);
  const invitations = new InvitationStore(database, changes, tasks);
  return {
    sync,
    providers: [
      { provide: UserStore, useValue: new UserStore(database, changes, tasks) },
      { provide: UserReads, useValue: new UserReads(database) },
      { provide: InvitationStore, useValue: invitations },
      { provide: Acceptance, useValue: new Acceptance(invitations, provider, sync) },
      { provide: ProviderSync, useValue: sync },
      { provide: ConsentStore, useValue: new ConsentStore(database, changes) },
    ],
  };
}

/** Credentials, and what they are exchanged for. */
function accessProviders(runtime: Runtime, changes: Changes) {
  const { database, clock, telemetry, realm } = runtime;
  const credentials = new Credentials(database);
  const issueToken: Runtime['issueToken'] = (caller, ttlS) => runtime.issueToken(caller, ttlS);
  return [
    { provide: Exchange, useValue: new Exchange({ credentials, realm, issueToken, clock, telemetry }) },
    { provide: ApiKeyStore, useValue: new ApiKeyStore(database, changes) },
    { provide: GuestLinkStore, useValue: new GuestLinkStore(database, changes) },
  ];
}

/** The relay that publishes our facts, and the partitions that they are kept in. */
function carry({ database, bus, instance, telemetry }: Runtime): BackgroundPart[] {
  const keeper = new PartitionKeeper(database, [{ table: 'outbox', retainDays: RETENTION_DAYS, doneColumn: 'published_at' }], telemetry);
  return [keeper, new OutboxRelay({ database, bus, context: CONTEXT, instance, telemetry })];
}

/** The audit log of all contexts. */
function gatherAudit({ name, database, bus, clock, telemetry, config }: Runtime): BackgroundPart[] {
  const consumers = AUDITED_CONTEXTS.map(
    (context) => new FactConsumer({ database, bus, service: name, context, handlers: auditHandlers(context), telemetry }),
  );
  return [
    ...consumers,
    new MonthKeeper(database, { dropMonths: 'drop_audit_months', months: config.auditRetentionMonths }, clock, telemetry),
  ];
}
