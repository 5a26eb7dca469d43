import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import type { Page } from 'playwright-core';
import { ConsoleBrowser, fillIn, type Tab, type TabOptions } from './support/browser.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { settled, shownAt, untranslated } from './support/page-checks.js';
import { Platform } from './support/platform.js';

/** How many pages the navigation leads to, and the first of them. */
const NAVIGATION = {
  pages: readFileSync(new URL('../../web-console/src/routes.tsx', import.meta.url), 'utf8').match(/nav: \{ label/g)?.length,
  en: ['Overview', 'Stations'],
  de: ['Übersicht', 'Ladestationen'],
};
const COMMANDS = ['Start a session', 'Unlock a connector', 'Change availability', 'Restart', 'Ask for a message', 'Any OCPP call'];

describe('the console', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let station: DemoStation;
  const tabs: Tab[] = [];

  const open = async (who: keyof typeof DEMO_USERS, o: TabOptions = {}) => {
    const tab = await browser.as(DEMO_USERS[who], USER_PASSWORD, o);
    tabs.push(tab);
    return tab.page;
  };

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    station = await connectDemoStation(platform, 'EXT-001');
  }, 180_000);
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
  });
  afterAll(async () => {
    await station.close();
    await browser.close();
    await platform.stop();
  });

  it('lets in who knows the password, to the page they wanted, and out again', async () => {
    const { page, close } = await browser.visit({ path: '/stations?search=EXT' });
    await page.getByRole('button', { name: 'Log in' }).click();
    await fillIn(page, DEMO_USERS.operator, 'not the password');
    await page.getByRole('alert').getByText('The user name or the password is not right.').waitFor();
    await fillIn(page, DEMO_USERS.operator, USER_PASSWORD);
    await page.getByRole('heading', { level: 1, name: 'Stations' }).waitFor();
    expect(new URL(page.url()).search).toBe('?search=EXT');
    await page.getByRole('row', { name: /EXT-001/ }).waitFor();
    expect(await page.getByRole('row', { name: /HBR/ }).count()).toBe(0);

    await page.getByRole('button', { name: 'Account of Oskar Operator' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in to the console' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect(await page.getByText('EXT-001').count()).toBe(0);
    // The provider has forgotten them as well.
    await page.goto(browser.url('/'));
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByLabel('Password').waitFor();
    await close();
  });

  it('shows what a station does as it does it, without a reload', async () => {
    const page = await open('operator', { path: '/stations?search=EXT' });
    await page.getByRole('link', { name: 'EXT-001' }).click();
    await page.getByRole('heading', { level: 1, name: 'EXT-001' }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

    const statusMs = await delay(page, 'Preparing', () => station.status(1, 'Preparing'));
    const transactionId = await station.begin(1, 'DEMO-OK-1');
    await page.getByRole('heading', { name: 'Live session at connector 1' }).waitFor();
    await station.status(1, 'Charging');
    const powerMs: number[] = [];
    for (let reading = 1; reading <= 9; reading++) {
      powerMs.push(
        await delay(page, `${10 + reading}.${reading} kW`, () => station.meter(1, transactionId, 10_000 + reading * 1_100, reading * 100)),
      );
    }
    await page.getByRole('main').getByText('0.90 kWh').waitFor();
    await station.end(transactionId, 1_000);
    await page.getByText('Nobody charges here at the moment').waitFor();
    await station.status(1, 'Available');

    expect(await page.evaluate(() => 'notReloaded' in globalThis)).toBe(true);
    const median = powerMs.toSorted((a, b) => a - b)[4] ?? Infinity;
    console.log(`from the station to the page: status ${statusMs.toFixed(0)} ms; power, median of 9: ${median.toFixed(0)} ms`);
    expect(median).toBeLessThan(1_000);
  });

  it('starts a session at a station, and stops it', async () => {
    const page = await open('operator', { path: `/stations/${await idOf('EXT-001')}?tab=commands` });
    await page.getByRole('button', { name: 'Start a session' }).click();
    const starting = page.getByRole('dialog', { name: 'Start a session at EXT-001' });
    await starting.getByRole('combobox', { name: 'Id token' }).fill('DEMO-OK-1');
    await starting.getByRole('button', { name: 'Send' }).click();
    await starting.getByText('EXT-001 has accepted it.').waitFor();
    expect(station.raw.commands.at(-1)).toMatchObject({ action: 'RemoteStartTransaction', payload: { idTag: 'DEMO-OK-1' } });
    await starting.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('row', { name: /RemoteStartTransaction Accepted Oskar Operator/ }).waitFor();

    const transactionId = await station.begin(1, 'DEMO-OK-1');
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    const stopping = page.getByRole('dialog', { name: 'Stop the session at EXT-001, connector 1?' });
    await stopping.getByRole('button', { name: 'Stop session' }).click();
    await stopping.getByText('EXT-001 has accepted it.').waitFor();
    expect(station.raw.commands.at(-1)).toMatchObject({ action: 'RemoteStopTransaction', payload: { transactionId } });
    await stopping.getByRole('button', { name: 'Close' }).click();
    await station.end(transactionId, 500);
    await page.getByText('Nobody charges here at the moment').waitFor();
  });

  it('says so when a station refuses', async () => {
    const refusing = await connectDemoStation(platform, 'EXT-002', () => ({ status: 'Rejected' }));
    const page = await open('operator', { path: `/stations/${await idOf('EXT-002')}?tab=commands` });
    await page.getByRole('button', { name: 'Restart' }).click();
    const dialog = page.getByRole('dialog', { name: 'Restart station EXT-002?' });
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('EXT-002 did not do it. Its answer: Rejected.').waitFor();
    await refusing.close();
  });

  it('shows the frames of a station as they were on the wire, as they come, and saves those of a filter', async () => {
    const page = await open('operator', { path: `/stations/${await idOf('EXT-001')}?tab=messages` });
    await page
      .getByRole('row', { name: /From station/ })
      .first()
      .waitFor();
    const messageId = 'seen-as-it-came';
    await station.raw.ask('DataTransfer', { vendorId: 'example', data: 'a "quoted" text' }, messageId);
    await page
      .getByRole('row', { name: /DataTransfer.*From station/ })
      .first()
      .getByRole('button')
      .click();
    const drawer = page.getByRole('dialog', { name: 'DataTransfer' });
    await drawer.getByRole('group', { name: 'Request' }).getByRole('button', { name: 'As on the wire' }).click();
    await drawer.getByText(`[2,"${messageId}","DataTransfer",{"vendorId":"example","data":"a \\"quoted\\" text"}]`).waitFor();
    await drawer.getByRole('group', { name: 'Answer' }).getByRole('button', { name: 'As on the wire' }).click();
    await drawer.getByText(new RegExp(`^\\[3,"${messageId}",`)).waitFor();
    await drawer.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('combobox', { name: 'Action' }).click();
    await page.getByRole('option', { name: 'DataTransfer', exact: true }).click();
    await page
      .getByRole('row', { name: /BootNotification/ })
      .first()
      .waitFor({ state: 'detached' });
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const saved = await readFile(await (await saving).path(), 'utf8');
    expect(saved).toContain(messageId);
    expect(saved).not.toContain('BootNotification');
  });

  it('blocks an id token, and the station hears of it', async () => {
    const page = await open('operator', { path: '/id-tokens' });
    await page.getByRole('row').getByRole('button', { name: 'DEMO-OK-2' }).click();
    await page.getByRole('dialog', { name: 'DEMO-OK-2' }).getByRole('button', { name: 'Block' }).click();
    await page.getByRole('dialog', { name: 'Block id token DEMO-OK-2?' }).getByRole('button', { name: 'Block' }).click();
    await page.getByRole('dialog', { name: 'DEMO-OK-2' }).getByRole('button', { name: 'Unblock' }).waitFor();
    await page.getByRole('dialog', { name: 'DEMO-OK-2' }).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('row', { name: /DEMO-OK-2 Blocked/ }).waitFor();
    await eventually(async () => {
      const { idTagInfo } = await station.raw.ask('Authorize', { idTag: 'DEMO-OK-2' });
      return (idTagInfo as { status: string }).status === 'Blocked';
    });
  });

  it('has somebody decide what a message means that could not be taken at face value', async () => {
    const page = await open('operator', { path: '/issues' });
    await page.getByText('Nothing to decide').waitFor();
    await station.end(4_711, 12_345);
    await page.getByRole('link', { name: 'End of an unknown session' }).click();
    await page.getByRole('radio', { name: 'Change nothing' }).check();
    await page.getByRole('textbox', { name: 'Note' }).fill('A test of the electrician');
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByRole('dialog', { name: 'Change nothing?' }).getByRole('button', { name: 'Decide' }).click();
    await page
      .getByRole('alert')
      .getByText(/Change nothing – by Oskar Operator, /)
      .waitFor();
    await page.getByText('That was the last one. Nothing is left to decide.').waitFor();
  });

  it('keeps who did what in the audit log', async () => {
    const page = await open('admin', { path: '/audit' });
    await page.getByRole('row', { name: /^Id token blocked DEMO-OK-2 Oskar Operator/ }).waitFor();
    await page.getByRole('row', { name: /^Intake issue decided .* Oskar Operator/ }).waitFor();
    await page
      .getByRole('row', { name: /^Command .* EXT-001 Oskar Operator/ })
      .first()
      .waitFor();
  });

  it('offers nobody what they may not do', async () => {
    const supporting = await open('support', { path: `/stations/${await idOf('EXT-001')}?tab=commands`, locale: 'en-GB' });
    await chooseLanguage(supporting, 'English');
    await supporting.getByRole('heading', { name: 'History' }).waitFor();
    for (const name of COMMANDS) expect(await supporting.getByRole('button', { name }).count()).toBe(0);
    expect(await supporting.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Settings' }).count()).toBe(0);
  });

  it('shows drivers their own sessions, and no others', async () => {
    await station.end(await station.begin(2, 'DEMO-FLEET'), 700);
    const page = await open('driver');
    await page.getByRole('heading', { level: 1, name: 'Your charging sessions' }).waitFor();
    await page
      .getByRole('row', { name: /EXT-001/ })
      .first()
      .waitFor();
    expect(await page.getByRole('row', { name: /DEMO-FLEET/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Stations' }).count()).toBe(0);
    await page.goto(browser.url('/stations'));
    await page.getByRole('heading', { name: 'This page is not for you' }).waitFor();
  });

  it('shows nothing to people of another tenant', async () => {
    const stationId = await idOf('EXT-001');
    const page = await open('stranger', { path: '/stations' });
    await chooseLanguage(page, 'English');
    await page.getByRole('row', { name: /SHC-001/ }).waitFor();
    expect(await page.getByRole('row', { name: /EXT|HBR|MWN|THL/ }).count()).toBe(0);
    await page.goto(browser.url(`/stations/${stationId}`));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.goto(browser.url('/sessions'));
    await page.getByText('There are no sessions yet').waitFor();
  });

  it.each(['en', 'de'] as const)('speaks %s on every page', async (language) => {
    const page = await open('admin');
    await chooseLanguage(page, language === 'de' ? 'Deutsch' : 'English');
    const navigation = page.getByRole('navigation', { name: language === 'de' ? 'Hauptnavigation' : 'Main navigation' });
    const names = await navigation
      .getByRole('link')
      .evaluateAll((links) => links.map(({ firstElementChild }) => firstElementChild?.nextElementSibling?.textContent ?? ''));
    expect(names).toHaveLength(NAVIGATION.pages ?? 0);
    expect(names.slice(0, 2)).toEqual(NAVIGATION[language]);
    for (const name of names) {
      await navigation.getByRole('link', { name, exact: true }).click();
      await settled(page);
      expect({ name, language: await page.locator('html').getAttribute('lang'), untranslated: await untranslated(page) }).toEqual({
        name,
        language,
        untranslated: [],
      });
    }
  });

  /** Of a station of the demo's tenant. */
  async function idOf(identity: string): Promise<string> {
    const [row] = await platform.sql<{ station_id: string }>(
      `SELECT s.station_id FROM csms.charging_station s JOIN csms.tenant t USING (tenant_id) WHERE t.slug = 'demo' AND s.identity = $1`,
      [identity],
    );
    return row?.station_id ?? '';
  }
});

/** ms from the moment that a station says something until the page shows it. */
async function delay(page: Page, shown: string, say: () => Promise<void>): Promise<number> {
  const showing = shownAt(page, shown);
  const saidAt = performance.timeOrigin + performance.now();
  await say();
  return (await showing) - saidAt;
}

async function chooseLanguage(page: Page, language: 'Deutsch' | 'English'): Promise<void> {
  await page.getByRole('button', { name: /^(Language|Sprache)$/ }).click();
  await page.getByRole('menuitemradio', { name: language }).click();
}
