import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ConsoleBrowser, type Tab } from './support/browser.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { Platform } from './support/platform.js';

describe('the console by keyboard alone', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let station: DemoStation;
  let tab: Tab;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    station = await connectDemoStation(platform, 'EXT-001');
  }, 180_000);
  afterAll(async () => {
    await tab.close();
    await station.close();
    await browser.close();
    await platform.stop();
  });

  it('logs in, finds a station, starts a session there and stops it', async () => {
    tab = await browser.visit();
    const { page } = tab;
    const { keyboard } = page;
    const dialog = (name: string) => page.getByRole('dialog', { name });

    await goTo(page, page.getByRole('button', { name: 'Log in' }));
    await keyboard.press('Enter');
    await focused(page.getByLabel('E-mail or user name'));
    await keyboard.type(DEMO_USERS.operator);
    await keyboard.press('Tab');
    await keyboard.type(USER_PASSWORD);
    await keyboard.press('Enter');

    await focused(page.getByRole('heading', { level: 1, name: 'Overview' }));
    await goTo(page, page.getByRole('link', { name: 'Skip to content' }), 'Shift+Tab');
    await keyboard.press('Enter');
    await focused(page.getByRole('main'));

    await goTo(page, page.getByRole('link', { name: 'Stations', exact: true }), 'Shift+Tab');
    await keyboard.press('Enter');
    await focused(page.getByRole('heading', { level: 1, name: 'Stations' }));
    await goTo(page, page.getByRole('searchbox', { name: 'Search' }));
    await keyboard.type('EXT-00');
    await page.getByRole('row', { name: /HBR/ }).first().waitFor({ state: 'detached' });
    await goTo(page, page.getByRole('row').getByRole('link').first());
    for (const key of ['End', 'Home']) await keyboard.press(key);
    await focused(page.getByRole('link', { name: 'EXT-001' }));
    await keyboard.press('Enter');
    await focused(page.getByRole('heading', { level: 1, name: 'EXT-001' }));

    await goTo(page, page.getByRole('tab', { name: 'Overview' }));
    for (const key of ['ArrowRight', 'ArrowRight']) await keyboard.press(key);
    await keyboard.press('Enter');
    const start = page.getByRole('button', { name: 'Start a session' });
    await goTo(page, start);
    await keyboard.press('Enter');
    await dialog('Start a session at EXT-001').waitFor();
    await keyboard.press('Escape');
    await focused(start);
    await keyboard.press('Enter');
    await goTo(page, dialog('Start a session at EXT-001').getByRole('combobox', { name: 'Id token' }));
    await keyboard.type('DEMO-OK-1');
    await keyboard.press('Enter');
    await dialog('Start a session at EXT-001').getByText('EXT-001 has accepted it.').waitFor();
    expect(station.raw.commands.at(-1)).toMatchObject({ action: 'RemoteStartTransaction', payload: { idTag: 'DEMO-OK-1' } });
    await focused(dialog('Start a session at EXT-001').getByRole('button', { name: 'Close' }));
    await keyboard.press('Enter');
    await focused(start);

    const transactionId = await station.begin(1, 'DEMO-OK-1');
    await goTo(page, page.getByRole('tab', { name: 'Commands' }), 'Shift+Tab');
    for (const key of ['ArrowLeft', 'ArrowLeft']) await keyboard.press(key);
    await keyboard.press('Enter');
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    await stop.waitFor();
    await goTo(page, stop);
    await keyboard.press('Enter');
    const stopping = dialog('Stop the session at EXT-001, connector 1?');
    await goTo(page, stopping.getByRole('button', { name: 'Stop session' }));
    await keyboard.press('Enter');
    await stopping.getByText('EXT-001 has accepted it.').waitFor();
    expect(station.raw.commands.at(-1)).toMatchObject({ action: 'RemoteStopTransaction', payload: { transactionId } });
    await keyboard.press('Escape');
    await focused(stop);
    await station.end(transactionId, 900);
    await page.getByText('Nobody charges here at the moment').waitFor();
  });
});

/** More than a page has to stop at. */
const MOST_STOPS = 80;

/** Presses a key until something has the focus, as somebody does who cannot see how far it is. */
async function goTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target.toString()}`);
}

/** Waits until something has the focus. */
async function focused(target: Locator): Promise<void> {
  await target.waitFor();
  await target.page().waitForFunction((element) => element === document.activeElement, await target.elementHandle());
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}
