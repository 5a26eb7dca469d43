import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import type { Page } from 'playwright-core';
import { bearer } from './support/api-client.js';
import { ConsoleBrowser, type Tab } from './support/browser.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { Platform } from './support/platform.js';

/** A beat has to be missed for a while, on a machine that others use as well. */
const NOTICED = { timeout: 30_000 };

describe('the console while parts of the platform are away', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let station: DemoStation;
  let tab: Tab;
  let page: Page;
  let transactionId: number;
  let powerW = 10_000;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'split' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    station = await connectDemoStation(platform, 'EXT-001');
    transactionId = await station.begin(1, 'DEMO-OK-1');
    const { access_token: token } = await platform.logIn(DEMO_USERS.operator, USER_PASSWORD);
    const { stationByIdentity } = await platform
      .api(bearer(token))
      .get<{ stationByIdentity: { id: string } }>('{ stationByIdentity(identity: "EXT-001") { id } }');
    tab = await browser.as(DEMO_USERS.operator, USER_PASSWORD, { path: `/stations/${stationByIdentity.id}` });
    page = tab.page;
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await followsTheStation();
  }, 180_000);
  afterAll(async () => {
    await tab.close();
    station.raw.terminate();
    await browser.close();
    await platform.stop();
  });

  it('says nothing while all is well', async () => {
    expect(await page.getByText('Live', { exact: true }).count()).toBe(1);
    expect(await asOf().count()).toBe(0);
  });

  it('goes on with what does not need them: people, exports, log-in', async () => {
    const services = ['accounts', 'session-export', 'identity'];
    await Promise.all(services.map((service) => processOf(service).kill('SIGKILL')));
    for (const name of ['People and id tokens', 'Export of sessions', 'Log-in']) await banner(`${name} (away) since`).waitFor(NOTICED);
    await banner('3 parts of the platform are away').waitFor();
    await followsTheStation();
    expect(await asOf().count()).toBe(0);
    await Promise.all(services.map((service) => processOf(service).start()));
    await isWellAgain();
  });

  it('marks stations as of when the back end was last heard of', async () => {
    await processOf('ocpp-csms').kill('SIGKILL');
    await banner('Stations, sessions and commands (away) since').waitFor(NOTICED);
    await asOf().waitFor();
    await processOf('ocpp-csms').start();
    await isWellAgain();
    await followsTheStation();
  });

  it('marks stations as of when their gateway was last heard of', async () => {
    await processOf('ocpp-gateway').kill('SIGKILL');
    await banner('Connections of the stations (away) since').waitFor(NOTICED);
    await asOf().waitFor();
    await processOf('ocpp-gateway').start();
    await isWellAgain();
    station = await eventually(() => connectDemoStation(platform, 'EXT-001').catch(() => undefined));
    await followsTheStation();
  });

  it('shows nothing as live without the API, and catches up with what it missed', async () => {
    await processOf('api-gateway').kill('SIGKILL');
    await banner('The live connection is lost.').waitFor(NOTICED);
    await page.getByText('Not live', { exact: true }).waitFor();
    await asOf().waitFor();
    await say();
    await processOf('api-gateway').start();
    await isWellAgain();
    await isShown();
    await followsTheStation();
  });

  it('shows nothing as live without the bus', async () => {
    await platform.parts.nats?.kill('SIGKILL');
    await banner('Nothing live arrives at the moment.').waitFor(NOTICED);
    await page.getByText('Not live', { exact: true }).waitFor();
    await asOf().waitFor();
    await platform.parts.nats?.restart();
    await isWellAgain();
    await followsTheStation();
  });

  it('shows nothing as fresh without the database', async () => {
    await platform.parts.postgres?.kill('SIGKILL');
    await banner('Stations, sessions and commands (impaired) since').waitFor(NOTICED);
    await asOf().waitFor();
    await platform.parts.postgres?.restart();
    await isWellAgain();
    await followsTheStation();
  });

  it('has not been reloaded once', async () => {
    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true);
  });

  function processOf(service: string) {
    const process = platform.split?.of(service)[0];
    if (!process) throw new Error(`${service} does not run`);
    return process;
  }

  function banner(text: string) {
    return page.getByRole('status').getByText(text);
  }

  /** The mark of what is not live any more. */
  function asOf() {
    return page.getByText(/^As of \d/);
  }

  async function isWellAgain() {
    await page.getByText('Live', { exact: true }).waitFor(NOTICED);
    await page.getByText(/parts? of the platform (is|are) away|is lost\.|at the moment\./).waitFor({ state: 'detached', ...NOTICED });
    await asOf().waitFor({ state: 'detached' });
  }

  /** The station says a figure that it never said before. */
  async function say() {
    powerW += 100;
    await station.meter(1, transactionId, powerW, powerW);
  }

  async function isShown() {
    await page
      .getByRole('definition')
      .getByText(`${(powerW / 1_000).toFixed(1)} kW`)
      .waitFor();
  }

  async function followsTheStation() {
    await say();
    await isShown();
  }
});
