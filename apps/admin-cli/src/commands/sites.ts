import { LocationSchema, SiteSchema, type Location, type Site } from '@ampline/contracts';
import type { Command } from 'commander';
import { listOptions } from '../parse.js';
import { act, type ExitingTerminal, type ListOptions } from '../run.js';
import { joined, rowSheet, type Column } from '../table.js';

const SITE_COLUMNS: Column<Site>[] = [
  { title: 'SITE', cell: (site) => site.name },
  { title: 'TIME ZONE', cell: (site) => site.timeZone },
  { title: 'ID', cell: (site) => site.siteId },
];

const LOCATION_COLUMNS: Column<Location>[] = [
  { title: 'LOCATION', cell: (location) => location.name },
  { title: 'ADDRESS', cell: (l) => joined(', ', l.address, joined(' ', l.postalCode, l.city), l.countryCode) },
  { title: 'POSITION', cell: (location) => joined(' ', location.latitude, location.longitude) },
  { title: 'ID', cell: (location) => location.locationId },
];

interface LocationOptions {
  site: string;
  address: string;
  postalCode: string;
  city: string;
  country: string;
  latitude?: string;
  longitude?: string;
}

export function siteCommands(program: Command, terminal: ExitingTerminal): void {
  const sites = program.command('sites').description('sites: what is electrically and commercially one');

  listOptions(sites.command('list'))
    .description('list the sites of a tenant')
    .action(
      act<ListOptions>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        await run.list(options, {
          schema: SiteSchema,
          fetch: async (page) => {
            const answer = await run.platform.stations.listSites({ page }, tenant);
            return { rows: answer.sites, page: answer.page };
          },
          columns: SITE_COLUMNS,
          none: 'No sites.',
        });
      }),
    );

  sites
    .command('create <name>')
    .description('create a site')
    .option('--time-zone <zone>', 'IANA time zone', 'Europe/Berlin')
    .action(
      act<{ timeZone: string }>(terminal, async (run, { timeZone }, name) => {
        const { site } = await run.platform.stations.createSite({ name, timeZone }, await run.platform.tenant());
        if (site) run.show(SiteSchema, site, rowSheet(SITE_COLUMNS, site));
      }),
    );
}

export function locationCommands(program: Command, terminal: ExitingTerminal): void {
  const locations = program.command('locations').description('locations: where on a site stations stand');

  listOptions(locations.command('list'))
    .description('list the locations of a tenant')
    .option('--site <site>', 'only of this site, by id or name')
    .action(
      act<ListOptions & { site?: string }>(terminal, async (run, options) => {
        const tenant = await run.platform.tenant();
        const siteId = options.site === undefined ? '' : await run.platform.siteId(options.site, tenant);
        await run.list(options, {
          schema: LocationSchema,
          fetch: async (page) => {
            const answer = await run.platform.stations.listLocations({ page, siteId }, tenant);
            return { rows: answer.locations, page: answer.page };
          },
          columns: LOCATION_COLUMNS,
          none: 'No locations.',
        });
      }),
    );

  locations
    .command('create <name>')
    .description('create a location on a site')
    .requiredOption('--site <site>', 'site by id or name')
    .requiredOption('--address <text>', 'street and number')
    .requiredOption('--postal-code <code>', 'postal code')
    .requiredOption('--city <name>', 'city')
    .option('--country <code>', 'ISO 3166-1 alpha-3', 'DEU')
    .option('--latitude <degrees>', 'decimal degrees')
    .option('--longitude <degrees>', 'decimal degrees')
    .action(
      act<LocationOptions>(terminal, async (run, { site, country: countryCode, address, postalCode, city, latitude, longitude }, name) => {
        const tenant = await run.platform.tenant();
        const siteId = await run.platform.siteId(site, tenant);
        const { location } = await run.platform.stations.createLocation(
          { siteId, name, address, postalCode, city, countryCode, latitude, longitude },
          tenant,
        );
        if (location) run.show(LocationSchema, location, rowSheet(LOCATION_COLUMNS, location));
      }),
    );
}
