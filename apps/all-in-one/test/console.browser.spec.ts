import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser, fillIn } from './support/browser.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { Platform } from './support/platform.js';

describe('the console', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let station: DemoStation;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    station = await connectDemoStation(platform, 'EXT-001');
  }, 180_000);
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
});
