import {
  AccountsService,
  AuditService,
  CommandService,
  IntakeService,
  PeopleService,
  SessionRecordService,
  StationService,
  type PageInfo,
  type StationState,
} from '@ampline/contracts';
import { grpcClient, TokenIssuer, type Client } from '@ampline/platform-grpc';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { DescService, MessageInitShape } from '@bufbuild/protobuf';
import type { PageRequestSchema } from '@ampline/contracts';
import { cliErrors } from './errors.js';
import type { Installation } from './installation.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PAGE = 500;

/** One page of a list. */
export interface Listed<T> {
  rows: T[];
  page: PageInfo | undefined;
}

/** The platform's gRPC APIs, as an administrator of the installation. */
export class Platform {
  private readonly open: { close(): void }[] = [];
  private readonly issuer: TokenIssuer;
  readonly accounts: Client<typeof AccountsService>;
  readonly people: Client<typeof PeopleService>;
  readonly audit: Client<typeof AuditService>;
  readonly stations: Client<typeof StationService>;
  readonly commands: Client<typeof CommandService>;
  readonly intake: Client<typeof IntakeService>;
  readonly records: Client<typeof SessionRecordService>;

  /** `person`: who is written down as the one who asked. */
  constructor(
    readonly installation: Installation,
    private readonly person: string,
    private readonly telemetry: Telemetry,
    private readonly tenantSlug: string | undefined,
  ) {
    this.issuer = new TokenIssuer(installation.secret);
    this.accounts = this.client(AccountsService, 'accounts');
    this.people = this.client(PeopleService, 'accounts');
    this.audit = this.client(AuditService, 'accounts');
    this.stations = this.client(StationService, 'ocpp-csms');
    this.commands = this.client(CommandService, 'ocpp-csms');
    this.intake = this.client(IntakeService, 'ocpp-csms');
    this.records = this.client(SessionRecordService, 'session-export');
  }

  close(): void {
    for (const client of this.open) client.close();
  }

  /** Call options that name the tenant to work on: the one of this slug, the one of --tenant, or the only one there is. */
  async tenant(slug = this.tenantSlug): Promise<{ tenantId: string }> {
    const tenants = await all((page) => this.accounts.listTenants({ page }).then((r) => ({ rows: r.tenants, page: r.page })));
    const known = tenants.map((tenant) => tenant.slug).join(', ') || 'none';
    if (slug === undefined) {
      const [only, other] = tenants;
      if (!only || other) throw cliErrors.tenantMissing({ tenants: known });
      return { tenantId: only.tenantId };
    }
    const found = tenants.find((tenant) => tenant.slug === slug);
    if (!found) throw cliErrors.tenantUnknown({ asked: slug, tenants: known });
    return { tenantId: found.tenantId };
  }

  /** A station by its id or its OCPP identity. */
  async station(name: string, tenant: { tenantId: string }): Promise<StationState> {
    const { station } = await this.stations.getStation(UUID.test(name) ? { stationId: name } : { identity: name }, tenant);
    if (!station) throw cliErrors.nameUnknown({ station: name });
    return station;
  }

  /** Id of a site that is named by its id or its name. */
  async siteId(name: string, tenant: { tenantId: string }): Promise<string> {
    if (UUID.test(name)) return name;
    const sites = await all((page) => this.stations.listSites({ page }, tenant).then((r) => ({ rows: r.sites, page: r.page })));
    return onlyOne(
      sites.filter((site) => same(site.name, name)).map((site) => site.siteId),
      { site: name },
    );
  }

  /** Id of a location that is named by its id or its name. */
  async locationId(name: string, tenant: { tenantId: string }): Promise<string> {
    if (UUID.test(name)) return name;
    const locations = await all((page) => this.stations.listLocations({ page }, tenant).then((r) => ({ rows: r.locations, page: r.page })));
    return onlyOne(
      locations.filter((location) => same(location.name, name)).map((location) => location.locationId),
      { location: name },
    );
  }

  /** Id of a token group that is named by its id, its name or its group token. */
  async groupId(name: string, tenant: { tenantId: string }): Promise<string> {
    if (UUID.test(name)) return name;
    const groups = await all((page) => this.accounts.listTokenGroups({ page }, tenant).then((r) => ({ rows: r.groups, page: r.page })));
    return onlyOne(
      groups.filter((group) => same(group.name, name) || same(group.groupToken, name)).map((group) => group.groupId),
      { group: name },
    );
  }

  /** Id of a user who is named by its id or its e-mail address. */
  async userId(name: string, tenant: { tenantId: string }): Promise<string> {
    if (UUID.test(name)) return name;
    const users = await all((page) => this.people.listUsers({ page, search: name }, tenant).then((r) => ({ rows: r.users, page: r.page })));
    return onlyOne(
      users.filter((user) => same(user.email, name)).map((user) => user.userId),
      { user: name },
    );
  }

  private client<S extends DescService>(service: S, name: string): Client<S> {
    const token = () => this.issuer.issue({ subject: this.person, roles: ['platform-admin', 'tenant-admin', 'operator'] });
    // A service that the installation does not name fails at the call, as one that is down does.
    const client = grpcClient(service, { url: this.installation.urls.get(name) ?? '127.0.0.1:0', telemetry: this.telemetry, token });
    this.open.push(client);
    return client;
  }
}

export type Fetch<T> = (page: MessageInitShape<typeof PageRequestSchema>) => Promise<Listed<T>>;

/** The first `limit` rows of a list, and whether there are more. */
export async function upTo<T>(limit: number, fetch: Fetch<T>): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = [];
  for (let cursor = ''; ;) {
    const found = await fetch({ limit: Math.min(PAGE, limit - rows.length), cursor });
    rows.push(...found.rows);
    cursor = found.page?.nextCursor ?? '';
    if (cursor === '' || rows.length >= limit) return { rows, more: cursor !== '' };
  }
}

async function all<T>(fetch: Fetch<T>): Promise<T[]> {
  return (await upTo(Number.MAX_SAFE_INTEGER, fetch)).rows;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function onlyOne(ids: string[], asked: Record<string, string>): string {
  const [id, other] = ids;
  if (id === undefined || other !== undefined) throw cliErrors.nameUnknown({ ...asked, found: ids.length });
  return id;
}
