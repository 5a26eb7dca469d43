// Takes the pictures of docs/screens and writes the page that shows them. Runs after a build, on Node 24.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { format, resolveConfig } from 'prettier';
import { startDemo } from '../../apps/all-in-one/dist/demo/demo.js';
import { DEMO, EXTERNAL_PASSWORD, SHOWCASE, USER_PASSWORD } from '../../apps/all-in-one/dist/demo/demo-data.js';
import { startInstallation } from '../../apps/all-in-one/dist/installation.js';
import { services } from '../../apps/all-in-one/dist/registry.js';
import { freePort } from '../../libs/platform-testing/dist/index.js';
import { playDay } from './played-day.mjs';
import { at } from './workspace.mjs';

const FOLDER = at('docs/screens');
const MOST_BYTES = 300_000;
const MOST_BYTES_IN_ALL = 8_000_000;

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const VIEWS = [
  { name: 'light', viewport: DESKTOP, colorScheme: 'light', width: '49%' },
  { name: 'dark', viewport: DESKTOP, colorScheme: 'dark', width: '49%' },
  { name: 'phone', viewport: PHONE, colorScheme: 'light', width: '24%' },
];

/** Name of the picture, what it shows, address below `/console` by what is known; `only` one view of what matters less. */
const SCREENS = [
  { name: 'overview', title: 'Overview', address: () => '/' },
  { name: 'stations', title: 'Stations', address: () => '/stations' },
  { name: 'station', title: 'A station, live', address: ({ stationId }) => `/stations/${stationId}` },
  { name: 'messages', title: 'Messages of a station', address: ({ stationId }) => `/stations/${stationId}?tab=messages` },
  { name: 'commands', title: 'Commands to a station', address: ({ stationId }) => `/stations/${stationId}?tab=commands` },
  {
    name: 'station-configuration',
    only: 'light',
    title: 'Settings of a station',
    address: ({ stationId }) => `/stations/${stationId}?tab=configuration`,
  },
  { name: 'station-files', only: 'light', title: 'Files of a station', address: ({ stationId }) => `/stations/${stationId}?tab=files` },
  {
    name: 'station-security',
    only: 'light',
    title: 'Security of a station',
    address: ({ signingId }) => `/stations/${signingId}?tab=security`,
  },
  {
    name: 'station-local-list',
    only: 'light',
    title: 'Local list of a station',
    address: ({ listedId }) => `/stations/${listedId}?tab=local-list`,
  },
  {
    name: 'station-meter-keys',
    only: 'light',
    title: 'Meter keys of a station',
    address: ({ signingId }) => `/stations/${signingId}?tab=meter-keys`,
  },
  {
    name: 'station-routing',
    only: 'light',
    title: 'Routing of a station',
    address: ({ stationId }) => `/stations/${stationId}?tab=routing`,
  },
  { name: 'sites', title: 'Sites', address: () => '/sites' },
  { name: 'site', title: 'A site', address: ({ siteId }) => `/sites/${siteId}` },
  { name: 'sessions', title: 'Sessions', address: () => '/sessions' },
  { name: 'session', title: 'A session', address: ({ sessionId }) => `/sessions/${sessionId}` },
  { name: 'reservations', title: 'Reservations', address: () => '/reservations' },
  { name: 'issues', title: 'Intake issues', address: () => '/issues' },
  { name: 'issue', title: 'An intake issue', address: ({ issueId }) => `/issues/${issueId}` },
  { name: 'onboarding', title: 'New stations', address: () => '/onboarding' },
  { name: 'command-runs', title: 'Commands to many stations', address: () => '/commands' },
  { name: 'command-run', only: 'light', title: 'A command to many stations', address: ({ runId }) => `/commands/${runId}` },
  { name: 'new-command-run', only: 'light', title: 'A new command to many stations', address: () => '/commands/new' },
  { name: 'configuration', title: 'Configuration templates', address: () => '/configuration' },
  { name: 'firmware', title: 'Firmware campaigns', address: () => '/firmware' },
  { name: 'campaign', only: 'light', title: 'A firmware campaign', address: ({ campaignId }) => `/firmware/${campaignId}` },
  { name: 'security', title: 'Certificates and security events', address: () => '/security?tab=authorities' },
  { name: 'quirks', title: 'Makes and their quirks', address: () => '/quirks' },
  { name: 'import', title: 'Imports', only: 'light', address: () => '/import' },
  { name: 'data-quality', title: 'Data quality', address: () => '/data-quality' },
  { name: 'id-tokens', title: 'Id tokens', address: () => '/id-tokens' },
  { name: 'users', title: 'Users and roles', address: () => '/users' },
  { name: 'audit', title: 'Audit log', address: () => '/audit' },
  { name: 'settings', title: 'Settings', address: () => '/settings' },
];
/** Whether a screen is shown in a view. */
const isIn = (view) => (screen) => screen.only === undefined || screen.only === view;

const LOG_IN = { name: 'log-in', title: 'Log-in' };
const PHOTOGRAPHER = `demo/${DEMO[0].users.find(({ role }) => role === 'tenant-admin').email}`;

/** The API as the person who logs in for the pictures. */
async function apiOf({ issuer, publicUrl }) {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'ampline-cli', username: PHOTOGRAPHER, password: USER_PASSWORD });
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, { method: 'POST', body });
  const { access_token: token } = await answer.json();
  return async (query, variables = {}) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${publicUrl}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
}

const POLL_MS = 200;
/** Simulated stations send their first reading after a minute. */
const PATIENCE_MS = 180_000;

async function eventually(look) {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error('the demo did not get going');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Sessions that go on, their power told, before the first picture. */
const LIVE_SESSIONS = 6;
const LOOK = `{
  sessions(filter: { status: ACTIVE }) { nodes { id stationIdentity powerW station { id site { id } } } }
  intakeIssues { nodes { id } }
  stations { nodes { id identity } }
  commandRuns { nodes { id } }
  firmwareCampaigns { nodes { id } }
}`;

/** What somebody has done before the pictures. */
const DEEDS = `mutation ($stationId: ID!) {
  readConfiguration(stationId: $stationId) { id }
  triggerMessage(stationId: $stationId, message: "StatusNotification") { id }
  changeAvailability(stationId: $stationId, evseNumber: 2, operative: true) { id }
  changeConfiguration(stationId: $stationId, key: "MeterValueSampleInterval", value: "30") { id }
  blockIdToken(idToken: "DEMO-EXPIRED") { id }
}`;

/** What the pictures are of, as soon as enough goes on. */
function subjects(api) {
  return eventually(async () => {
    const { sessions, intakeIssues, stations, commandRuns, firmwareCampaigns } = await api(LOOK);
    const shown = sessions.nodes.find(({ stationIdentity }) => stationIdentity === 'EXT-001');
    const [issue] = intakeIssues.nodes;
    const [run] = commandRuns.nodes;
    const [campaign] = firmwareCampaigns.nodes;
    const told = sessions.nodes.filter(({ powerW }) => powerW !== null);
    if (told.length < LIVE_SESSIONS || !told.includes(shown) || !issue || !run || !campaign) return undefined;
    const idOf = (wanted) => stations.nodes.find(({ identity }) => identity === wanted)?.id;
    return {
      stationId: shown.station.id,
      listedId: idOf(SHOWCASE.localList),
      signingId: idOf(SHOWCASE.signing),
      siteId: shown.station.site.id,
      sessionId: shown.id,
      issueId: issue.id,
      runId: run.id,
      campaignId: campaign.id,
    };
  });
}

async function photograph(page, file) {
  const path = join(FOLDER, file);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = statSync(path);
  if (size > MOST_BYTES) throw new Error(`docs/screens/${file} has ${size} bytes, more than ${MOST_BYTES}`);
  return size;
}

/** Waits until a page shows what it is about, with its fonts. */
async function settled(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

async function takeView(browser, publicUrl, known, { name: view, viewport, colorScheme }) {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  let bytes = 0;
  await page.goto(`${publicUrl}/console/`);
  await page.getByRole('button', { name: 'Log in' }).click();
  await settled(page);
  bytes += await photograph(page, `${LOG_IN.name}-${view}.png`);
  await page.getByLabel('E-mail or user name').fill(PHOTOGRAPHER);
  await page.getByLabel('Password').fill(USER_PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: /^Account of / }).waitFor();
  for (const { name, address } of SCREENS.filter(isIn(view))) {
    await page.goto(`${publicUrl}/console${address(known)}`);
    await settled(page);
    bytes += await photograph(page, `${name}-${view}.png`);
  }
  await context.close();
  return bytes;
}

function gallery() {
  const sections = [LOG_IN, ...SCREENS].map((screen) => {
    const { name, title } = screen;
    const pictures = VIEWS.filter((view) => isIn(view.name)(screen)).map(
      ({ name: view, width }) => `<img src="${name}-${view}.png" width="${width}" alt="${title}, ${view}" />`,
    );
    return `## ${title}\n\n${pictures.join('\n')}`;
  });
  return `# Screens\n\nThe console with the data of the demo. \`npm run screens\` takes them anew.\n\n${sections.join('\n\n')}\n`;
}

async function main() {
  const dataDir = mkdtempSync(join(tmpdir(), 'ampline-screens-'));
  const closers = [() => rmSync(dataDir, { recursive: true, force: true })];
  try {
    const OCPP_CSMS_FILES_HTTP_PORT = String(await freePort());
    const env = { ...process.env, OCPP_CSMS_FILES_HTTP_PORT, AMPLINE_LOG_LEVEL: 'warn', IDENTITY_DEMO_CLIENT: 'true' };
    const installation = await startInstallation({ definitions: services, dataDir, env, fsync: false, kernelPorts: true, onStep: say });
    closers.push(() => installation.stop());
    const demo = await startDemo(installation, say);
    closers.push(() => demo.stop());
    say('playing a day');
    const day = await playDay({ url: `${installation.ocppUrl}/demo`, password: EXTERNAL_PASSWORD });
    closers.push(() => day.stop());
    const api = await apiOf(installation);
    const known = await subjects(api);
    await api(DEEDS, { stationId: known.stationId });
    const browser = await chromium.launch({
      executablePath: process.env.AMPLINE_CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    closers.push(() => browser.close());
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    let bytes = 0;
    for (const view of VIEWS) {
      say(`taking pictures: ${view.name}`);
      bytes += await takeView(browser, installation.publicUrl, known, view);
    }
    if (bytes > MOST_BYTES_IN_ALL) throw new Error(`the pictures have ${bytes} bytes, more than ${MOST_BYTES_IN_ALL}`);
    const page = join(FOLDER, 'README.md');
    writeFileSync(page, await format(gallery(), { ...(await resolveConfig(page)), parser: 'markdown' }));
    say(`pictures of ${SCREENS.length + 1} pages, ${(bytes / 1e6).toFixed(1)} MB`);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const say = (what) => console.log(`· ${what}`);

await main();
