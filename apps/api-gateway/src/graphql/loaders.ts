import { IntakeIssueStatus } from '@ampline/contracts';
import type {
  DriverState,
  IntakeIssue,
  Location,
  OrganisationState,
  SessionRecord,
  Site,
  StationCounts,
  StationState,
  UserState,
} from '@ampline/contracts';
import DataLoader from 'dataloader';
import type { Doors } from '../doors/doors.js';
import { LARGEST_PAGE } from '../mapping/pages.js';
import { resolverErrors } from '../resolver.errors.js';

/** One of each per operation: what many resolvers ask for becomes one call. An unknown id is `undefined`. */
export interface Loaders {
  readonly station: DataLoader<string, StationState | undefined>;
  readonly site: DataLoader<string, Site | undefined>;
  readonly location: DataLoader<string, Location | undefined>;
  /** By site id. */
  readonly siteCounts: DataLoader<string, StationCounts | undefined>;
  readonly session: DataLoader<string, SessionRecord | undefined>;
  /** By station id. */
  readonly liveSessions: DataLoader<string, SessionRecord[]>;
  /** Open ones, by station id. */
  readonly openIssues: DataLoader<string, IntakeIssue[]>;
  /** Open and resolved ones, by session id. */
  readonly sessionIssues: DataLoader<string, IntakeIssue[]>;
  readonly user: DataLoader<string, UserState | undefined>;
  readonly driver: DataLoader<string, DriverState | undefined>;
  readonly organisation: DataLoader<string, OrganisationState | undefined>;
}

/** Issues that are shown beside the stations or sessions of one batch: so many pages at most. */
const MOST_ISSUE_PAGES = 4;

/** The batches of one operation, asked for through its doors. */
export function loadersOf(doors: Doors): Loaders {
  const { stations, sessions, intake, people } = doors;
  return {
    station: oneEach(
      async (stationIds) => (await stations.batchGetStations({ stationIds })).stations,
      (station) => station.stationId,
    ),
    site: oneEach(
      async (siteIds) => (await stations.batchGetPlaces({ siteIds })).sites,
      (site) => site.siteId,
    ),
    location: oneEach(
      async (locationIds) => (await stations.batchGetPlaces({ locationIds })).locations,
      (location) => location.locationId,
    ),
    siteCounts: batched(async (siteIds) => {
      const { sites } = await stations.countStations({ siteIds });
      const counts = new Map(sites.map((site) => [site.siteId, site.counts]));
      return (siteId) => counts.get(siteId);
    }),
    session: oneEach(
      async (sessionIds) => (await sessions.batchGetSessions({ sessionIds })).records,
      (record) => record.session?.sessionId,
    ),
    liveSessions: manyEach(
      async (stationIds) => (await sessions.listLiveSessions({ stationIds })).records,
      (record) => record.session?.station?.stationId,
    ),
    openIssues: manyEach(
      (stationIds) => issuesOf(intake, { stationIds, status: IntakeIssueStatus.OPEN }),
      (issue) => issue.state?.stationId,
    ),
    sessionIssues: manyEach(
      (sessionIds) => issuesOf(intake, { sessionIds }),
      (issue) => issue.state?.sessionId,
    ),
    user: oneEach(
      async (userIds) => (await people.batchGetUsers({ userIds })).users,
      (user) => user.userId,
    ),
    driver: oneEach(
      async (driverIds) => (await people.batchGetDrivers({ driverIds })).drivers,
      (driver) => driver.driverId,
    ),
    organisation: oneEach(
      async (organisationIds) => (await people.listOrganisations({ organisationIds, page: { limit: LARGEST_PAGE } })).organisations,
      (organisation) => organisation.organisationId,
    ),
  };
}

/** `ask` answers how a key's value is found in what it got for all of them. */
function batched<T>(ask: (keys: string[]) => Promise<(key: string) => T>): DataLoader<string, T> {
  return new DataLoader<string, T>(async (keys) => keys.map(await ask([...keys])), { maxBatchSize: LARGEST_PAGE });
}

function oneEach<T>(ask: (keys: string[]) => Promise<T[]>, keyOf: (found: T) => string | undefined): DataLoader<string, T | undefined> {
  return batched(async (keys) => {
    const found = new Map((await ask(keys)).map((one) => [keyOf(one), one]));
    return (key) => found.get(key);
  });
}

function manyEach<T>(ask: (keys: string[]) => Promise<T[]>, keyOf: (found: T) => string | undefined): DataLoader<string, T[]> {
  return batched(async (keys) => {
    const found = new Map<string | undefined, T[]>(keys.map((key) => [key, []]));
    for (const one of await ask(keys)) found.get(keyOf(one))?.push(one);
    return (key) => found.get(key) ?? [];
  });
}

/** All that the filter selects, newest first. Throws `api.too-many-issues`. */
async function issuesOf(
  intake: Doors['intake'],
  filter: { stationIds?: string[]; sessionIds?: string[]; status?: IntakeIssueStatus },
): Promise<IntakeIssue[]> {
  const issues: IntakeIssue[] = [];
  let cursor = '';
  for (let pages = 0; pages < MOST_ISSUE_PAGES; pages++) {
    const answer = await intake.listIntakeIssues({ ...filter, page: { limit: LARGEST_PAGE, cursor } });
    issues.push(...answer.issues);
    cursor = answer.page?.nextCursor ?? '';
    if (cursor === '') return issues;
  }
  throw resolverErrors.tooManyIssues({ most: MOST_ISSUE_PAGES * LARGEST_PAGE });
}
