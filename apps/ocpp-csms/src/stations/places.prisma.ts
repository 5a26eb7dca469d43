import type { CreateLocationRequest, CreateSiteRequest, Location, Site } from '@ampline/contracts';
import { LocationSchema, SiteSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { AuditTrail } from '@ampline/platform-audit';
import { tenantPrisma, type Database, type TenantPrisma, type Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { csmsErrors } from '../errors.js';
import { Prisma, PrismaClient, type Location as LocationRow, type Site as SiteRow } from '../generated/prisma/client.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from './stations.store.js';

/** https://www.prisma.io/docs/orm/reference/error-reference#p2002 */
const UNIQUE_CONSTRAINT_FAILED = 'P2002';

/** Sites and the locations on them. Each method sees the rows of `tenantId` alone. */
export class PlaceStore {
  private readonly prisma: TenantPrisma<PrismaClient>;

  constructor(
    database: Database,
    private readonly audit: AuditTrail,
  ) {
    this.prisma = tenantPrisma(database, (adapter) => new PrismaClient({ adapter }));
  }

  /** Throws `csms.site-name-taken`, `csms.tenant-unknown`. */
  async createSite(asking: Asking, { name, timeZone }: CreateSiteRequest): Promise<Site> {
    const { tenantId } = asking;
    try {
      return await this.prisma.asTenant(tenantId, async (client, tx) => {
        const site = siteMessage(await client.site.create({ data: { siteId: uuidv7(), tenantId, name, timeZone } }));
        await this.record(tx, asking, { type: 'site', id: site.siteId, name });
        return site;
      });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === UNIQUE_CONSTRAINT_FAILED)
        throw csmsErrors.siteNameTaken();
      throw error;
    }
  }

  /** In the order of their names, behind the name `after`. */
  listSites(tenantId: string, after: string | undefined, limit: number): Promise<Site[]> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const where = { tenantId, ...(after !== undefined && { name: { gt: after } }) };
      return (await client.site.findMany({ where, orderBy: { name: 'asc' }, take: limit })).map(siteMessage);
    });
  }

  /** Throws `csms.site-unknown`, `csms.tenant-unknown`. */
  createLocation(asking: Asking, request: CreateLocationRequest): Promise<Location> {
    const { tenantId } = asking;
    const { siteId, name, address, postalCode, city, countryCode } = request;
    const position = { latitude: request.latitude || null, longitude: request.longitude || null };
    return this.prisma.asTenant(tenantId, async (client, tx) => {
      // The foreign key alone would accept another tenant's site: it looks past row security.
      if (!(await client.site.findUnique({ where: { siteId, tenantId }, select: { siteId: true } }))) throw csmsErrors.siteUnknown();
      const data = { locationId: uuidv7(), tenantId, siteId, name, address, postalCode, city, countryCode, ...position };
      const location = locationMessage(await client.location.create({ data }));
      await this.record(tx, asking, { type: 'location', id: location.locationId, name }, { siteId });
      return location;
    });
  }

  /** In the order they were made, behind the id `after`; of one site, or of all. */
  listLocations(tenantId: string, siteId: string | undefined, after: string | undefined, limit: number): Promise<Location[]> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const where = { tenantId, ...(siteId !== undefined && { siteId }), ...(after !== undefined && { locationId: { gt: after } }) };
      return (await client.location.findMany({ where, orderBy: { locationId: 'asc' }, take: limit })).map(locationMessage);
    });
  }

  /** Those of the ids that there are. */
  async batch(tenantId: string, ids: { siteIds: string[]; locationIds: string[] }): Promise<{ sites: Site[]; locations: Location[] }> {
    return this.prisma.asTenant(tenantId, async (client) => ({
      sites: (await client.site.findMany({ where: { tenantId, siteId: { in: ids.siteIds } } })).map(siteMessage),
      locations: (await client.location.findMany({ where: { tenantId, locationId: { in: ids.locationIds } } })).map(locationMessage),
    }));
  }

  private async record(
    tx: Tx,
    { caller, tenantId }: Asking,
    entity: { type: 'site' | 'location'; id: string; name: string },
    detail?: Record<string, unknown>,
  ): Promise<void> {
    const tenant = await tenantSlug(tx, tenantId);
    await this.audit.record(tx, { caller, tenantId, tenant, action: `${entity.type}.created`, entity, ...(detail && { detail }) });
  }

  close(): Promise<void> {
    return this.prisma.close();
  }
}

function siteMessage({ siteId, name, timeZone }: SiteRow): Site {
  return create(SiteSchema, { siteId, name, timeZone });
}

function locationMessage(row: LocationRow): Location {
  const { locationId, siteId, name, address, postalCode, city, countryCode } = row;
  const [latitude, longitude] = [row.latitude?.toFixed() ?? '', row.longitude?.toFixed() ?? ''];
  return create(LocationSchema, { locationId, siteId, name, address, postalCode, city, countryCode, latitude, longitude });
}
