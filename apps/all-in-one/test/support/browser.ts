import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Platform } from './platform.js';
import { watchFaults, type Faults } from './page-faults.js';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** For what never comes. */
const WAIT_MS = 20_000;

/** A tab with what went wrong in it. */
export interface Tab {
  page: Page;
  faults: Faults;
  close(): Promise<void>;
}

export interface TabOptions extends BrowserContextOptions {
  /** Below `/console`. */
  path?: string;
}

/** Chromium in front of a platform. Whoever has logged in once needs no password in later tabs: the provider knows them. */
export class ConsoleBrowser {
  readonly #logins = new Map<string, BrowserContextOptions['storageState']>();

  private constructor(
    readonly browser: Browser,
    private readonly platform: Platform,
  ) {}

  static async launch(platform: Platform): Promise<ConsoleBrowser> {
    const executablePath = process.env['AMPLINE_CHROMIUM'];
    if (executablePath === undefined) throw new Error('AMPLINE_CHROMIUM names no browser: run `npm test -- --only=browser`');
    // Without a sandbox, which containers do not allow, and without /dev/shm, which is small in them.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    return new ConsoleBrowser(browser, platform);
  }

  /** A tab of a browser that nobody has used before. */
  async visit({ path = '/', ...o }: TabOptions = {}): Promise<Tab> {
    const context = await this.browser.newContext({ locale: 'en-GB', viewport: DESKTOP, reducedMotion: 'reduce', ...o });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    const faults = await watchFaults(page);
    await page.goto(this.url(path));
    return { page, faults, close: () => context.close() };
  }

  /** A tab in which somebody is logged in. */
  async as(username: string, password: string, o: TabOptions = {}): Promise<Tab> {
    const storageState = this.#logins.get(username);
    const tab = await this.visit({ ...(storageState && { storageState }), ...o });
    await tab.page.getByRole('button', { name: /^(Log in|Anmelden)$/ }).click();
    if (storageState === undefined) await fillIn(tab.page, username, password);
    await tab.page.getByRole('button', { name: /^(Account of|Konto von) / }).waitFor();
    if (storageState === undefined) this.#logins.set(username, await tab.page.context().storageState());
    return tab;
  }

  /** @param path below `/console` */
  url(path: string): string {
    return `${this.platform.apiUrl}/console${path}`;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Fills in the provider's page. */
export async function fillIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel(/^(E-mail or user name|E-Mail oder Benutzername)$/).fill(username);
  await page.getByLabel(/^(Password|Passwort)$/).fill(password);
  await page.getByRole('button', { name: /^(Log in|Anmelden)$/ }).click();
}
