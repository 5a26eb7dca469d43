/// <reference lib="dom" />
import type { Page } from 'playwright-core';

/** What a page did that it should not, in its order. */
export interface Faults {
  /** Errors and warnings of the console, exceptions, requests that failed, and what the content security policy refused. */
  readonly all: string[];
  /** Forgets what is known so far, and answers it. */
  take(): string[];
}

/** Requests that the browser itself gives up because the page is left. */
const GIVEN_UP = 'net::ERR_ABORTED';

/** Watches a page from before its first request. */
export async function watchFaults(page: Page): Promise<Faults> {
  const all: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) all.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => all.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== GIVEN_UP) all.push(`request failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) all.push(`answered with ${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`content security policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  return { all, take: () => all.splice(0) };
}
