import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  AccountsService,
  ConfigurationService,
  IdTokenType,
  OnboardingMode,
  OnboardingService,
  PeopleService,
  StationService,
  TemplateMode,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { grpcClient, TokenIssuer, type Client } from '@ampline/platform-grpc';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DemoSite, DemoTenant, DemoToken } from './demo-data.js';
import { seedDriversAndOrganisations, seedUsers, type KnownPeople } from './seed-people.js';

export interface SeedOptions {
  tenants: readonly DemoTenant[];
  grpc: Readonly<Record<string, string>>;
  secret: string;
  telemetry: Telemetry;
}

interface Doors {
  accounts: Client<typeof AccountsService>;
  people: Client<typeof PeopleService>;
  stations: Client<typeof StationService>;
  onboarding: Client<typeof OnboardingService>;
  configuration: Client<typeof ConfigurationService>;
}

const EXPIRED_SINCE = new Date('2025-01-01T00:00:00Z');

/**
 * Brings the demo's tenants, people, tokens, sites and stations into being, through the same doors as everybody else. What is there already stays
 * as it is, so that a second start changes nothing.
 */
export async function seedDemo(o: SeedOptions): Promise<void> {
  const issuer = new TokenIssuer(o.secret);
  const token = () => issuer.issue({ subject: 'demo-seed', name: 'Demo seed', roles: ['platform-admin', 'service'] });
  const door = { telemetry: o.telemetry, token };
  const doors: Doors = {
    accounts: grpcClient(AccountsService, { url: o.grpc['accounts'] ?? '', ...door }),
    people: grpcClient(PeopleService, { url: o.grpc['accounts'] ?? '', ...door }),
    stations: grpcClient(StationService, { url: o.grpc['ocpp-csms'] ?? '', ...door }),
    onboarding: grpcClient(OnboardingService, { url: o.grpc['ocpp-csms'] ?? '', ...door }),
    configuration: grpcClient(ConfigurationService, { url: o.grpc['ocpp-csms'] ?? '', ...door }),
  };
  try {
    const { tenants } = await doors.accounts.listTenants({ page: { limit: 500 } });
    for (const tenant of o.tenants) {
      const tenantId = tenants.find((t) => t.slug === tenant.slug)?.tenantId ?? (await createTenant(doors, tenant));
      const people = await seedDriversAndOrganisations(doors.people, tenant, tenantId);
      await seedTokens(doors, tenant, tenantId, people);
      await seedUsers(doors.people, tenant, tenantId, people);
      await seedSites(doors, tenant.sites, tenantId);
      await seedDevices(doors, tenant, tenantId);
    }
  } finally {
    for (const client of Object.values(doors)) client.close();
  }
}

async function createTenant({ accounts }: Doors, tenant: DemoTenant): Promise<string> {
  const { tenant: made } = await accounts.createTenant({ slug: tenant.slug, name: tenant.name });
  return made?.tenantId ?? '';
}

async function seedTokens({ accounts }: Doors, tenant: DemoTenant, tenantId: string, people: KnownPeople): Promise<void> {
  const { groups } = await accounts.listTokenGroups({ page: { limit: 500 } }, { tenantId });
  const groupIds = new Map(groups.map((group) => [group.name, group.groupId]));
  for (const group of tenant.groups.filter(({ name }) => !groupIds.has(name))) {
    const made = await accounts.createTokenGroup(group, { tenantId });
    groupIds.set(group.name, made.group?.groupId ?? '');
  }
  const { idTokens } = await accounts.listIdTokens({ page: { limit: 500 } }, { tenantId });
  for (const token of tenant.tokens) {
    const holder = {
      groupId: token.group ? (groupIds.get(token.group) ?? '') : '',
      driverId: token.driver ? (people.drivers.get(token.driver) ?? '') : '',
      organisationId: token.organisation ? (people.organisations.get(token.organisation) ?? '') : '',
    };
    const known = idTokens.find(({ idToken }) => idToken === token.idToken);
    // An installation may be older than the people in it.
    const isOrphan = known?.driverId === '' && known.organisationId === '' && (token.driver ?? token.organisation) !== undefined;
    if (!known || isOrphan) await seedToken(accounts, token, holder, tenantId);
  }
}

async function seedToken(
  accounts: Doors['accounts'],
  token: DemoToken,
  holder: { groupId: string; driverId: string; organisationId: string },
  tenantId: string,
): Promise<void> {
  await accounts.putIdToken(
    {
      idToken: token.idToken,
      type: IdTokenType.ISO14443,
      ...holder,
      allowConcurrent: token.allowConcurrent ?? false,
      ...(token.expired ? { expiresAt: timestampFromDate(EXPIRED_SINCE) } : {}),
    },
    { tenantId },
  );
  if (token.blocked) await accounts.blockIdToken({ idToken: token.idToken }, { tenantId });
}

async function seedSites({ stations }: Doors, sites: readonly DemoSite[], tenantId: string): Promise<void> {
  const existing = await stations.listSites({ page: { limit: 500 } }, { tenantId });
  const { stations: knownStations } = await stations.listStations({ page: { limit: 500 } }, { tenantId });
  const known = new Set(knownStations.map((s) => s.identity));
  for (const site of sites) {
    const siteId =
      existing.sites.find((s) => s.name === site.name)?.siteId ??
      (await stations.createSite({ name: site.name, timeZone: site.timeZone }, { tenantId })).site?.siteId ??
      '';
    const { locations } = await stations.listLocations({ siteId, page: { limit: 500 } }, { tenantId });
    const locationId =
      locations.find((l) => l.name === site.location.name)?.locationId ??
      (await stations.createLocation({ siteId, ...site.location }, { tenantId })).location?.locationId ??
      '';
    for (const { identity, password, vendor, model, evses } of site.stations.filter((s) => s.unknown !== true && !known.has(s.identity))) {
      await stations.createStation(
        {
          locationId,
          identity,
          password,
          vendor,
          model,
          evses: evses.map(({ code, type, maxPowerW }) => ({ code, connectors: [{ type, maxPowerW: BigInt(maxPowerW) }] })),
        },
        { tenantId },
      );
    }
  }
}

/** What happens to unknown stations, and configuration templates. What somebody has set stays. */
async function seedDevices({ stations, onboarding, configuration }: Doors, tenant: DemoTenant, tenantId: string): Promise<void> {
  const { policy } = await onboarding.getOnboardingPolicy({}, { tenantId });
  if (tenant.waitingAt !== undefined && policy?.mode === OnboardingMode.REJECT) {
    const { sites } = await stations.listSites({ page: { limit: 500 } }, { tenantId });
    const siteId = sites.find(({ name }) => name === tenant.waitingAt)?.siteId ?? '';
    const { locations } = await stations.listLocations({ siteId, page: { limit: 1 } }, { tenantId });
    const locationId = locations[0]?.locationId ?? '';
    const pending = { mode: OnboardingMode.PENDING, locationId, maxPending: 20, maxPerHour: 20 };
    await onboarding.setOnboardingPolicy({ policy: pending }, { tenantId });
  }
  const { templates } = await configuration.listConfigurationTemplates({}, { tenantId });
  if (templates.length > 0) return;
  for (const { name, model, settings } of tenant.templates) {
    const content = { name, rule: { vendor: 'Ampline', model }, priority: 100, mode: TemplateMode.OBSERVE, settings };
    await configuration.putConfigurationTemplate({ content }, { tenantId });
  }
}

/** True while the demo cannot be seeded because a projection has not heard of the tenant yet. */
export function isNotYetKnown(error: unknown): boolean {
  return AppError.is(error) && error.code === 'csms.tenant-unknown';
}
