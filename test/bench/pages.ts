// npm run bench:pages: how much the pages send, and when the Playground takes what is typed, in a browser that knows nothing yet.
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, launch } from '../browser/support/launch.ts';
import { startIsthmus } from './isthmus.ts';
import { run } from './run.ts';
import { median, print, table } from './table.ts';

const PAGES = ['/', '/playground', '/playground/map', '/docs'];
const ROUNDS = 5;
/** Bytes of the first page with all that it loads; milliseconds until the Playground is of use. */
const MOST = { bytes: 100_000, interactive: 1500 };
const VIEWPORT = { width: 1360, height: 850 };
const TYPED = 'typed';

/** Opens the page in a profile of its own. */
async function visit<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Bytes that come for the page until nothing more is asked for, heads included. */
async function bytesOf(page: Page, url: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await session.send('Network.enable');
  await page.goto(url, { waitUntil: 'networkidle' });
  return bytes;
}

/** In milliseconds. */
interface Times {
  /** From the beginning of the visit. */
  passed: number;
  /** Of a processor, in the page's main thread. */
  worked: number;
}

/** Until the editor shows what is typed into it, and the operation can be run. */
async function interactive(page: Page, url: string): Promise<Times> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`${url}/playground`, { waitUntil: 'commit' });
  const editor = page.getByRole('region', { name: 'Operation Editor' }).locator('.monaco-editor').first();
  await editor.locator('.view-line').first().waitFor();
  await editor.click();
  await page.keyboard.type(TYPED);
  await editor.filter({ hasText: TYPED }).waitFor();
  await page.getByRole('button', { name: /^Execute query/ }).click({ trial: true });
  const passed = await page.evaluate<number>('performance.now()');
  const { metrics } = await session.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN;
  return { passed, worked: seconds * 1000 };
}

async function measure(folder: string): Promise<boolean> {
  const { url } = await startIsthmus(folder);
  const browser = await launch(CHROMIUM);
  try {
    const rows: string[][] = [];
    const sizes: number[] = [];
    for (const path of PAGES) {
      const bytes = await visit(browser, (page) => bytesOf(page, url + path));
      sizes.push(bytes);
      rows.push([path, (bytes / 1000).toFixed(0)]);
    }
    const times: Times[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      times.push(await visit(browser, (page) => interactive(page, url)));
    const [first = NaN] = sizes;
    print(`\n${table(['page', 'KB'], rows)}`);
    const passed = median(times.map((visited) => visited.passed));
    const worked = median(times.map((visited) => visited.worked));
    print(
      `\nThe Playground is of use after ${passed.toFixed(0)} ms, of which its main thread works ${worked.toFixed(0)}.`,
    );
    print(`Allowed are ${MOST.interactive} ms, and ${MOST.bytes / 1000} KB for the first page.`);
    return first <= MOST.bytes && passed <= MOST.interactive;
  } finally {
    await browser.close();
  }
}

await run(measure);
