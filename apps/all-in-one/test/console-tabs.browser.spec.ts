/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser, type Tab } from './support/browser.js';
import { DEMO_USERS, furnishDemo, USER_PASSWORD } from './support/demo.js';
import { Platform } from './support/platform.js';

describe('the console in several tabs', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let tab: Tab;

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    tab = await browser.as(DEMO_USERS.operator, USER_PASSWORD, { path: '/stations?search=EXT' });
  }, 180_000);
  afterAll(async () => {
    await tab.close();
    await browser.close();
    await platform.stop();
  });

  it('gives a duplicated tab a log-in of its own, at the same place and without a form', async () => {
    const before = await refreshToken(tab.page);
    const opened = tab.page.waitForEvent('popup');
    // What a window is opened with is what a duplicated tab has: a copy of the storage.
    await tab.page.evaluate(() => void window.open(window.location.href));
    const copy = await opened;
    await isLoggedIn(copy);
    expect(copy.url()).toBe(tab.page.url());
    expect(await refreshToken(copy)).not.toBe(before);
    expect(await refreshToken(tab.page)).toBe(before);
  });

  it('keeps the log-in of a tab that is loaded again', async () => {
    const before = await refreshToken(tab.page);
    await tab.page.reload();
    await isLoggedIn(tab.page);
    expect(await refreshToken(tab.page)).toBe(before);
  });
});

async function isLoggedIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of / }).waitFor();
}

async function refreshToken(page: Page): Promise<string> {
  const token = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('oidc.user:'));
    return /"refresh_token":"([^"]+)"/.exec(sessionStorage.getItem(key ?? '') ?? '')?.[1];
  });
  if (token === undefined) throw new Error('the tab has no log-in');
  return token;
}
