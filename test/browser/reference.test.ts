import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { query } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { accessibilityFlaws } from './support/accessibility.js';
import { screenshot, visit } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test } from './support/test.js';

const OPERATIONS = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const TAGGED = z.object({ tags: z.array(z.string()) });
const REGISTER = `mutation Register($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete', 'head']);

test('the first page shows health and leads to every other page', async ({ page, server }) => {
  await page.goto(server.url);
  await page.getByRole('status').filter({ hasText: 'Ready' }).waitFor();
  await screenshot(page, 'home');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFlaws(page, 'body')).toEqual([]);
  }
  await screenshot(page, 'home-dark');

  const links = await Promise.all(
    (await page.getByRole('link').all()).map((link) => link.getAttribute('href')),
  );
  expect(links.length).toBeGreaterThan(5);
  for (const link of new Set(links)) {
    expect(link).toMatch(/^\//);
    expect([link, (await fetch(`${server.url}${link}`)).status]).toEqual([link, 200]);
  }
});

test('the first page fits a telephone', async ({ page, server }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto(server.url);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await screenshot(page, 'home-narrow');
});

test('the REST reference lists every operation of every document', async ({ page, server }) => {
  await page.goto(`${server.url}/docs`);
  const links = await page.getByRole('navigation', { name: 'Documents' }).getByRole('link').all();
  const paths = await Promise.all(links.map((link) => link.getAttribute('href')));
  expect(paths[0]).toBe('/docs');
  for (const path of paths) {
    await page.goto(`${server.url}${path}`);
    const reference = page.locator('#reference');
    const url = await reference.getAttribute('data-url');
    const document = OPERATIONS.parse(await (await fetch(`${server.url}${url}`)).json());
    const operations = Object.values(document.paths).flatMap((item) =>
      Object.entries(item).filter(([key]) => METHODS.has(key)),
    );
    const isFolded = (await reference.getAttribute('data-expansion')) === 'none';
    const groups = page.locator('.opblock-tag');
    await groups.first().waitFor();
    if (isFolded) await groups.first().click();
    const [first] = Map.groupBy(operations, ([, operation]) => TAGGED.parse(operation).tags[0]).values();
    await expect
      .poll(async () => page.locator('.opblock').count())
      .toBe(isFolded ? first?.length : operations.length);
  }
});

test('the REST reference tries an operation out', async ({ page, server }) => {
  await page.goto(`${server.url}/docs`);
  const list = page.locator('.opblock-get').first();
  await list.waitFor();
  await screenshot(page, 'docs');

  await list.locator('.opblock-summary-control').click();
  await list.getByRole('button', { name: 'Try it out' }).click();
  await list.getByRole('button', { name: 'Execute' }).click();
  await list.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  await screenshot(page, 'docs-tried');

  await page.locator('.opblock-post .opblock-summary-control').first().click();
  await page.locator('.opblock-post').first().getByRole('button', { name: 'Try it out' }).waitFor();
  await page.getByRole('button', { name: 'Authorize' }).click();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'docs-dark');
});

test('the REST reference forwards to a platform that is chosen by name, path and query as typed', async ({
  page,
  server,
}) => {
  const urls: (string | undefined)[] = [];
  const { port, close } = await httpUpstream((request, response) => {
    urls.push(request.url);
    response.end('{"from":"the platform"}');
  });
  onTestFinished(close);
  const input = { name: 'reference', protocol: 'HTTP', host: '127.0.0.1', port };
  const { errors } = await query(server.url, REGISTER, {
    variables: { input },
    token: await server.adminToken(),
  });
  expect(errors).toEqual([]);

  await page.goto(`${server.url}/docs#/Forwarding/transmitGet`);
  const forward = page.locator('#operations-Forwarding-transmitGet');
  await forward.getByRole('button', { name: 'Try it out' }).click();
  await forward.getByLabel('Platform').selectOption({ label: 'reference' });
  await forward.getByPlaceholder('uri').fill('/api/tasks?page=1&name=a%20b');
  await forward.getByRole('button', { name: 'Execute' }).click();
  await forward.locator('.live-responses-table', { hasText: 'the platform' }).waitFor();
  expect(urls).toEqual(['/api/tasks?page=1&name=a%20b']);
  await screenshot(page, 'docs-forwarded');
});

test('the REST reference knows who is logged in, and shows each operation as a command and in GraphQL', async ({
  page,
  server,
  admin,
}) => {
  await page.goto(`${server.url}/docs/ote-stack#/Cluster%20Management/listClusters`);
  await page.getByLabel('User', { exact: true }).fill(admin.user);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText(`Logged in as ${admin.user}`).waitFor();
  await page.reload();
  const list = page.locator('[id$=-listClusters]');
  await list.getByRole('button', { name: 'Try it out' }).click();
  await list.getByRole('button', { name: 'Execute' }).click();
  await list.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  const asked = await list.locator('.request-url pre').innerText();
  expect(asked).toBe(`${server.url}/v1/cluster`);

  await list.getByText('As a command').click();
  await list.locator('.equivalents pre', { hasText: `curl -s '${server.url}/v1/cluster'` }).waitFor();
  await list.getByRole('link', { name: 'Query.clusters' }).click();
  await new Editor(page).operation.filter({ hasText: 'clusters' }).waitFor();
});

test('the REST reference offers the platforms of whoever has logged in meanwhile', async ({
  page,
  server,
  admin,
}) => {
  await page.goto(`${server.url}/docs#/Forwarding/transmitGet`);
  const forward = page.locator('#operations-Forwarding-transmitGet');
  await forward.getByRole('button', { name: 'Try it out' }).click();
  await forward.getByLabel('Platform').waitFor();
  const asked = page.waitForRequest((request) => 'x-access-token' in request.headers());
  await page.getByLabel('User', { exact: true }).fill(admin.user);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(new URL((await asked).url()).pathname).toBe('/sys/transmit/v1/routes');
});

test('a token that a REST operation shows to be dead ends the session', async ({
  browser,
  server,
  admin,
}) => {
  // What the browser says of the refused request is no fault of the page.
  const { page } = await visit(browser, server.url);
  onTestFinished(() => page.context().close());
  await page.goto(`${server.url}/docs/ote-stack#/Cluster%20Management/listClusters`);
  await page.getByLabel('User', { exact: true }).fill(admin.user);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText(`Logged in as ${admin.user}`).waitFor();
  const held = await page.evaluate<string>(`sessionStorage.getItem('isthmus.session')`);
  const token = z.object({ session: z.object({ accessToken: z.string() }) }).parse(JSON.parse(held));
  await query(server.url, 'mutation { logOut { loggedOut } }', { token: token.session.accessToken });

  const list = page.locator('[id$=-listClusters]');
  await list.getByRole('button', { name: 'Try it out' }).click();
  await list.getByRole('button', { name: 'Execute' }).click();
  await page.getByText('Your session has ended: log in again').waitFor();
});

test('the REST reference is accessible, in light and dark, and fits a telephone', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/docs#/Registry/registerPlatform`);
  await page.locator('#operations-Registry-registerPlatform .equivalents').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // The order of its headings and landmarks is Swagger UI's.
    expect(await accessibilityFlaws(page, 'body', ['serious', 'critical'])).toEqual([]);
    await screenshot(page, `docs-${colorScheme}`);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await screenshot(page, 'docs-narrow');
});

test('one sees where the keyboard is in the REST reference, in light and dark', async ({ page, server }) => {
  const atHand = () =>
    page.evaluate<{ outline: string; width: number }>(`(() => {
      const { outlineStyle: outline } = getComputedStyle(document.activeElement);
      return { outline, width: document.activeElement.getBoundingClientRect().width };
    })()`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${server.url}/docs`);
    await page.locator('.opblock-summary-control').first().waitFor();
    await page.getByLabel('Server').focus();
    // The lock, the group, an operation, its path to be copied, its lock, another operation.
    for (let step = 0; step < 7; step += 1) {
      await expect.poll(atHand).toMatchObject({ outline: 'solid' });
      await expect.poll(async () => (await atHand()).width).toBeGreaterThan(10);
      await page.keyboard.press('Tab');
    }
  }
});

test('titles of the REST reference have room for whole words on a telephone', async ({ page, server }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${server.url}/docs/ote-stack`);
  const titles = page.locator('.opblock-tag small');
  await titles.first().waitFor();
  const boxes = await Promise.all((await titles.all()).map((title) => title.boundingBox()));
  const widths = boxes.map((box) => box?.width ?? 0);
  expect(widths.length).toBeGreaterThan(5);
  expect(Math.min(...widths)).toBeGreaterThan(150);
});
