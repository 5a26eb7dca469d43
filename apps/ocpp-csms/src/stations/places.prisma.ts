import type { CreateLocationRequest, CreateSiteRequest, Location, Site } from '@ampline/contracts';
import { LocationSchema, SiteSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { tenantPrisma, type Database, type TenantPrisma } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { csmsErrors } from '../errors.js';
import { Prisma, PrismaClient, type Location as LocationRow, type Site as SiteRow } from '../generated/prisma/client.js';

/** https://www.prisma.io/docs/orm/reference/error-reference#p2002 */
const UNIQUE_CONSTRAINT_FAILED = 'P2002';

/** Sites and the locations on them. Each method sees the rows of `tenantId` alone. */
export class PlaceStore {
  private readonly prisma: TenantPrisma<PrismaClient>;

  constructor(database: Database) {
    this.prisma = tenantPrisma(database, (adapter) => new PrismaClient({ adapter }));
  }

  /** Throws `csms.site-name-taken`. */
  async createSite(tenantId: string, { name, timeZone }: CreateSiteRequest): Promise<Site> {
    try {
      return await this.prisma.asTenant(tenantId, async (client) =>
        siteMessage(await client.site.create({ data: { siteId: uuidv7(), tenantId, name, timeZone } })),
      );
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

  /** Throws `csms.site-unknown`. */
  createLocation(tenantId: string, request: CreateLocationRequest): Promise<Location> {
    const { siteId, name, address, postalCode, city, countryCode } = request;
    const position = { latitude: request.latitude || null, longitude: request.longitude || null };
    return this.prisma.asTenant(tenantId, async (client) => {
      // The foreign key alone would accept another tenant's site: it looks past row security.
      if (!(await client.site.findUnique({ where: { siteId, tenantId }, select: { siteId: true } }))) throw csmsErrors.siteUnknown();
      const data = { locationId: uuidv7(), tenantId, siteId, name, address, postalCode, city, countryCode, ...position };
      return locationMessage(await client.location.create({ data }));
    });
  }

  /** In the order they were made, behind the id `after`; of one site, or of all. */
  listLocations(tenantId: string, siteId: string | undefined, after: string | undefined, limit: number): Promise<Location[]> {
    return this.prisma.asTenant(tenantId, async (client) => {
      const where = { tenantId, ...(siteId !== undefined && { siteId }), ...(after !== undefined && { locationId: { gt: after } }) };
      return (await client.location.findMany({ where, orderBy: { locationId: 'asc' }, take: limit })).map(locationMessage);
    });
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
