import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { bearer, type ApiClient } from './support/api-client.js';
import { ConsoleBrowser, DESKTOP, PHONE, type Tab } from './support/browser.js';
import { draftCampaign } from './support/campaign.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { COLOUR_RULES, layoutShifts, scrollsSideways, seriousViolations, settled, watchLayout } from './support/page-checks.js';
import { Platform } from './support/platform.js';
import { uploadImport } from './support/upload-import.js';

/** What people feel as a jump; Core Web Vitals call 0.1 good. */
const SHIFT_LIMIT = 0.02;

/** Route of the console → an address of it. */
type Addresses = Record<string, (known: Known) => string>;
interface Known {
  stationId: string;
  siteId: string;
  sessionId: string;
  issueId: string;
  campaignId: string;
  importId: string;
  /** Of a command to all stations. */
  runId: string;
  /** Of an invitation, of a link to the session. */
  secrets: { invitation: string; guest: string };
}
const ADDRESSES: Addresses = {
  '/': () => '/',
  '/stations': () => '/stations',
  '/stations/:stationId': ({ stationId }) => `/stations/${stationId}`,
  '/commands': () => '/commands',
  '/commands/new': () => '/commands/new',
  '/commands/:runId': ({ runId }) => `/commands/${runId}`,
  '/sites': () => '/sites',
  '/sites/:siteId': ({ siteId }) => `/sites/${siteId}`,
  '/onboarding': () => '/onboarding',
  '/configuration': () => '/configuration',
  '/quirks': () => '/quirks',
  '/sessions': () => '/sessions',
  '/sessions/:sessionId': ({ sessionId }) => `/sessions/${sessionId}`,
  '/reservations': () => '/reservations',
  '/issues': () => '/issues',
  '/issues/:issueId': ({ issueId }) => `/issues/${issueId}`,
  '/firmware': () => '/firmware',
  '/firmware/:campaignId': ({ campaignId }) => `/firmware/${campaignId}`,
  '/security': () => '/security',
  '/data-quality': () => '/data-quality',
  '/import': () => '/import',
  '/import/:importId': ({ importId }) => `/import/${importId}`,
  '/id-tokens': () => '/id-tokens',
  '/users': () => '/users',
  '/audit': () => '/audit',
  '/settings': () => '/settings',
  '/invitation': ({ secrets }) => `/invitation#${secrets.invitation}`,
  '/guest/:sessionId': ({ sessionId, secrets }) => `/guest/${sessionId}#${secrets.guest}`,
};
/** Parts of pages that have an address of their own, and pages that stand in for others. */
const MORE: Addresses = {
  commands: ({ stationId }) => `/stations/${stationId}?tab=commands`,
  messages: ({ stationId }) => `/stations/${stationId}?tab=messages`,
  'configuration of a station': ({ stationId }) => `/stations/${stationId}?tab=configuration`,
  'files of a station': ({ stationId }) => `/stations/${stationId}?tab=files`,
  'firmware images': () => '/firmware?tab=images',
  'refused stations': () => '/onboarding?tab=unknown',
  'registration tokens': () => '/onboarding?tab=tokens',
  'settings that differ': () => '/configuration?tab=drift',
  'certificate authorities': () => '/security?tab=authorities',
  'security events': () => '/security?tab=events',
  'security of a station': ({ stationId }) => `/stations/${stationId}?tab=security`,
  'local list of a station': ({ stationId }) => `/stations/${stationId}?tab=local-list`,
  'meter keys of a station': ({ stationId }) => `/stations/${stationId}?tab=meter-keys`,
  'routing of a station': ({ stationId }) => `/stations/${stationId}?tab=routing`,
  'sessions of a station': ({ stationId }) => `/stations/${stationId}?tab=sessions`,
  'every quirk': () => '/quirks?tab=quirks',
  'no such page': () => '/no-such-page',
};
const ROUTES = Object.entries({ ...ADDRESSES, ...MORE });

describe('every page of the console', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let station: DemoStation;
  let charging: Charging;
  let known: Known;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    station = await connectDemoStation(platform, 'EXT-001');
    charging = await beBusy(station);
    const { access_token: token } = await platform.logIn(DEMO_USERS.admin, USER_PASSWORD);
    const api = platform.api(bearer(token));
    const found = await eventually(() => lookUp(api));
    const secrets = await share(api, found.sessionId);
    known = {
      ...found,
      campaignId: await draftCampaign(api, token),
      importId: await uploadImport(api, token),
      runId: await command(api),
      secrets,
    };
  }, 180_000);
  afterAll(async () => {
    await station.close();
    await browser.close();
    await platform.stop();
  });

  it('is visited here', () => {
    const source = readFileSync(new URL('../../web-console/src/routes.tsx', import.meta.url), 'utf8');
    expect(Object.keys(ADDRESSES)).toEqual([...source.matchAll(/\bpath: '(.+?)'/g)].map(([, path]) => path));
  });

  describe.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)('on a %s', (_, viewport) => {
    let tab: Tab;

    beforeAll(async () => {
      tab = await browser.as(DEMO_USERS.admin, USER_PASSWORD, { viewport });
      await watchLayout(tab.page);
    });
    afterAll(() => tab.close());

    it.each(ROUTES)('%s', async (_route, address) => {
      const { page, faults } = tab;
      faults.take();
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(browser.url(address(known)));
      await settled(page);
      await charging.proceed();
      const light = await seriousViolations(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await seriousViolations(page, COLOUR_RULES);
      const headings = await page.getByRole('heading', { level: 1 }).count();
      expect({ title: await page.title(), headings, light, dark }).toEqual({
        title: expect.stringMatching(/\S · \S/),
        headings: 1,
        light: [],
        dark: [],
      });
      expect(await scrollsSideways(page)).toBe(false);
      const shifts = await layoutShifts(page);
      expect(shifts.reduce((sum, { value }) => sum + value, 0) < SHIFT_LIMIT ? [] : shifts).toEqual([]);
      expect(faults.take()).toEqual([]);
    });
  });
});

/** Sessions, readings, an issue, commands and messages: whatever the pages show. */
async function beBusy(station: DemoStation): Promise<Charging> {
  const ended = await station.begin(2, 'DEMO-OK-2');
  await station.meter(2, ended, 22_000, 4_000);
  await station.end(ended, 8_000);
  await station.status(2, 'Faulted', 'GroundFailure');
  // Of a transaction that nobody knows.
  await station.end(4_711, 12_345);
  await station.status(1, 'Charging');
  const transactionId = await station.begin(1, 'DEMO-OK-1');
  let registerWh = 0;
  const proceed = () => station.meter(1, transactionId, 10_000 + (registerWh % 7) * 100, (registerWh += 250));
  for (let reading = 0; reading < 10; reading++) await proceed();
  return { proceed };
}

interface Charging {
  /** One more reading. */
  proceed(): Promise<void>;
}

/** Undefined until everything is known that has an address. */
async function lookUp(api: ApiClient): Promise<Omit<Known, 'secrets' | 'campaignId' | 'importId' | 'runId'> | undefined> {
  const { stations, sessions, intakeIssues } = await api.get<{
    stations: { nodes: { id: string; site: { id: string } }[] };
    sessions: { nodes: { id: string; status: string }[] };
    intakeIssues: { nodes: { id: string }[] };
  }>(`{
    stations(filter: { search: "EXT-001" }) { nodes { id site { id } } }
    sessions { nodes { id status } }
    intakeIssues { nodes { id } }
  }`);
  const [station] = stations.nodes;
  const session = sessions.nodes.find(({ status }) => status === 'ACTIVE');
  const [issue] = intakeIssues.nodes;
  return station && session && issue && { stationId: station.id, siteId: station.site.id, sessionId: session.id, issueId: issue.id };
}

/** Sends a command to all stations; the id of the run. */
async function command(api: ApiClient): Promise<string> {
  const { startCommandRun } = await api.get<{ startCommandRun: { id: string } }>(
    'mutation { startCommandRun(input: { action: "ClearCache", payload: {} }) { id } }',
  );
  return startCommandRun.id;
}

/** Invites somebody, and makes a link to a session. */
async function share(api: ApiClient, sessionId: string): Promise<Known['secrets']> {
  const { inviteUser, createGuestLink } = await api.get<{ inviteUser: { link: string }; createGuestLink: { secret: string } }>(
    `mutation ($sessionId: ID!) {
      inviteUser(input: { email: "new@demo.ampline.example", name: "Nora New", roles: [SUPPORT], locale: "en" }) { link }
      createGuestLink(sessionId: $sessionId) { secret }
    }`,
    { sessionId },
  );
  return { invitation: inviteUser.link.split('#').at(-1) ?? '', guest: createGuestLink.secret };
}
