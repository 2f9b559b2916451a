import { expect } from 'vitest';
import type { Page } from './support/browser.js';
import { visit } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test as base } from './support/test.js';

/** Whether the server can be reached, as far as the page can tell. */
interface Outage {
  page: Page;
  begin: (answer?: { status: number; body: string }) => Promise<void>;
  end: () => Promise<void>;
}

/** What a browser says of requests that fail is no fault of a page here. */
const test = base.extend('outage', async ({ browser, server }, { onCleanup }): Promise<Outage> => {
  const { page } = await visit(browser, server.url);
  onCleanup(() => page.context().close());
  const ours = `${server.url}/**`;
  return {
    page,
    begin: async (answer) => {
      await page.route(ours, (route) => (answer ? route.fulfill(answer) : route.abort()));
    },
    end: () => page.unroute(ours),
  };
});

const GATEWAY = { status: 502, body: '<html><h1>Bad gateway</h1></html>' };

/** As if the page had been hidden until now. */
const lookNow = (page: Page): Promise<unknown> =>
  page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);

async function enter(page: Page, { user, password }: { user: string; password: string }): Promise<void> {
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('the first page says that the server is away, shows what was seen last, and goes on by itself', async ({
  outage: { page, begin, end },
  server,
  admin,
}) => {
  await page.goto(server.url);
  await enter(page, admin);
  const cards = page.locator('#summary .counts a');
  await cards.first().waitFor();
  const before = await page.locator('#summary').innerText();

  const health = page.locator('#health');
  for (const [answer, told] of [
    [undefined, 'the server cannot be reached'],
    [GATEWAY, 'the server answered 502'],
  ] as const) {
    await begin(answer);
    await lookNow(page);
    await health.filter({ hasText: `Not ready ${told}` }).waitFor();
    expect(await page.locator('#summary').innerText()).toBe(before);
    await end();
  }
  await lookNow(page);
  await health.filter({ hasText: /^\s*Ready/ }).waitFor();
});

test('a log-in and a log-out that the server cannot hear of say so in words', async ({
  outage: { page, begin, end },
  server,
  admin,
}) => {
  await page.goto(server.url);
  const status = page.locator('.session-box output');
  await begin();
  await enter(page, admin);
  await status.filter({ hasText: 'the server cannot be reached' }).waitFor();
  await end();
  await enter(page, admin);
  await status.filter({ hasText: `Logged in as ${admin.user}` }).waitFor();
  await begin(GATEWAY);
  await page.getByRole('button', { name: 'Log out' }).click();
  await status.filter({ hasText: 'Logged out in this browser alone: the server answered 502' }).waitFor();
  await page.getByRole('form', { name: 'Log in' }).waitFor();
});

test('the Playground says in words that nothing answers', async ({
  outage: { page, begin, end },
  server,
}) => {
  const editor = new Editor(page);
  await editor.open(server.url);
  await begin();
  await editor.run();
  await editor.waitForResult('the server cannot be reached');
  expect(await editor.result()).not.toContain('stack');
  await end();
  await begin(GATEWAY);
  await editor.run();
  await editor.waitForResult('the server answered 502 and no GraphQL');
  await end();
  await editor.run();
  await editor.waitForResult('"viewer": null');
});

for (const [name, path, asked, drawn] of [
  ['map', '/playground/map', '/graphql', '.type-box'],
  ['REST reference', '/docs', '/openapi/**', '.opblock'],
] as const) {
  test(`the ${name} says what it waits for, that nothing answers, and asks again`, async ({
    outage: { page },
    server,
  }) => {
    const held = Promise.withResolvers<void>();
    const place = `${server.url}${asked}`;
    await page.route(place, async (route) => {
      await held.promise;
      await route.abort();
    });
    await page.goto(`${server.url}${path}`);
    await page
      .getByRole('status')
      .filter({ hasText: /^\s*Reading the/ })
      .waitFor();
    held.resolve();
    const alert = page.getByRole('alert').filter({ hasText: 'cannot be read: the server cannot be reached' });
    await alert.waitFor();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await alert.waitFor();
    await page.unroute(place);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator(drawn).first().waitFor();
    expect(await alert.count()).toBe(0);
  });
}
