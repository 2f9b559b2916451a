import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { inject } from 'vitest';

export type { Browser, Locator, Page };

const WIDTH = 1360;
const HEIGHT = 850;
/** Milliseconds within which a person's action shows. */
const TIMEOUT = 30_000;

export interface Visit {
  page: Page;
  /** Requests to other hosts, violations of the page's policy, errors: a good page has none. */
  complaints: string[];
}

/** A fresh browser profile whose page can reach `origin` alone and whose every complaint is kept. */
export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const complaints: string[] = [];
  const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT }, ...options });
  context.setDefaultTimeout(TIMEOUT);
  const { host } = new URL(origin);
  await context.route(
    (url) => url.host !== host,
    (route) => {
      complaints.push(`request to another host: ${route.request().url()}`);
      return route.abort();
    },
  );
  await context.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`,
  );
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('crash', () => complaints.push('the page crashed'));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // What leaving a page interrupts is no fault.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} ${reason}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) complaints.push(`socket to another host: ${socket.url()}`);
  });
  return { page, complaints };
}

/** Keeps a picture of the page for a person to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(inject('screenshots'), `${name}.png`) });
}
