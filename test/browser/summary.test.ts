import { expect } from 'vitest';
import { newUser, PASSWORD } from '../support/people.js';
import { logIn, query } from '../support/server.js';
import { accessibilityFlaws } from './support/accessibility.js';
import { type Page, screenshot } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test } from './support/test.js';

async function enter(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('the first page shows who is logged in what there is and what to do first, as it changes', async ({
  page,
  server,
  admin,
}) => {
  await page.goto(server.url);
  const summary = page.locator('#summary');
  await summary.filter({ hasText: 'Log in above' }).waitFor();
  await enter(page, admin.user, admin.password);

  const platforms = summary.locator('.counts a', { hasText: 'Platforms' });
  await platforms.filter({ hasText: '0' }).waitFor();
  const steps = await summary.locator('.first a').allInnerTexts();
  expect(steps).toEqual(['Register a platform', 'Register a cluster', 'Register a data center']);
  expect(await platforms.getAttribute('href')).toBe('/playground#example=Platforms');
  for (const [width, name] of [
    [1440, 'summary-1440'],
    [390, 'summary-390'],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await accessibilityFlaws(page, 'body')).toEqual([]);
      await screenshot(page, `${name}-${colorScheme}`);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  }

  const token = await logIn(server.url, admin.user, admin.password);
  const document = `mutation Register($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
  const input = { name: 'files', protocol: 'HTTP', host: '127.0.0.1' };
  await query(server.url, document, { variables: { input }, token });
  await platforms.filter({ hasText: '1' }).waitFor();
  await summary.locator('.first a', { hasText: 'Register a platform' }).waitFor({ state: 'detached' });

  await page.getByRole('button', { name: 'Log out' }).click();
  await summary.filter({ hasText: 'Log in above' }).waitFor();
  expect(await platforms.count()).toBe(0);
});

test('what somebody was still being told is shown to nobody who logs in next', async ({
  page,
  server,
  admin,
}) => {
  const { name } = await newUser(server);
  const asked = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  let isFirst = true;
  await page.route('**/graphql', async (route) => {
    const isHeld = isFirst && (route.request().postData() ?? '').includes('all: users');
    if (!isHeld) return route.continue();
    isFirst = false;
    asked.resolve();
    const response = await route.fetch();
    await told.promise;
    return route.fulfill({ response });
  });

  await page.goto(server.url);
  await enter(page, admin.user, admin.password);
  await asked.promise;
  await page.getByRole('button', { name: 'Log out' }).click();
  await enter(page, name, PASSWORD);
  await page.getByText(`Logged in as ${name}`).waitFor();
  told.resolve();

  const counts = page.locator('#summary .counts');
  await counts.waitFor();
  expect(await counts.innerText()).toContain('Data centers');
  expect(await counts.innerText()).not.toContain('Users');
});

test('who has logged in is told that answers are waited for', async ({ page, server, admin }) => {
  const held = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    if ((route.request().postData() ?? '').includes('all: clusters')) await held.promise;
    await route.continue();
  });
  await page.goto(server.url);
  await enter(page, admin.user, admin.password);
  const summary = page.locator('#summary');
  await summary.filter({ hasText: 'Looking around' }).waitFor();
  held.resolve();
  await summary.locator('.counts').waitFor();
});

test('names and reasons are shown as they are written, whatever they hold', async ({
  page,
  server,
  admin,
}) => {
  const name = `<img src="x" onerror="document.title = 'taken'">`;
  const failure = `${'<script>1</script>&amp; '.repeat(20)}${'x'.repeat(500)}`;
  await page.route('**/graphql', async (route) => {
    if (!(route.request().postData() ?? '').includes('all: clusters')) return route.continue();
    const nodes = [
      { name, failure },
      { name: '\u202Eright to left', failure: 'read from the left' },
      { name: 'n'.repeat(300), failure: null },
    ];
    return route.fulfill({ json: { data: { all: { totalCount: 3 }, bad: { totalCount: 3, nodes } } } });
  });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(server.url);
  await enter(page, admin.user, admin.password);
  const problems = page.locator('#summary .problems li');
  await problems.filter({ hasText: `${name} <script>1</script>&amp;` }).waitFor();
  expect(await page.locator('#summary img, #summary script').count()).toBe(0);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  const reasonsLeft = await page.evaluate<number>(`(() => {
    const rows = [...document.querySelectorAll('#summary .problems li')];
    const row = rows.find(({ textContent }) => textContent.includes('read from the left'));
    const range = document.createRange();
    range.selectNodeContents(row.lastChild);
    return range.getBoundingClientRect().left - row.querySelector('a').getBoundingClientRect().right;
  })()`);
  expect(reasonsLeft).toBeGreaterThanOrEqual(0);
  await screenshot(page, 'summary-390-hostile');
});

test('a count leads to a list of as many', async ({ page, server, admin }) => {
  const token = await logIn(server.url, admin.user, admin.password);
  const document = `mutation Register($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
  const input = { name: 'any other name', protocol: 'HTTP', host: '127.0.0.1' };
  await query(server.url, document, { variables: { input }, token });
  await page.goto(server.url);
  await enter(page, admin.user, admin.password);
  const platforms = page.locator('#summary .counts a', { hasText: 'Platforms' });
  const count = await platforms.locator('strong').innerText();
  await platforms.click();
  const editor = new Editor(page);
  await editor.operation.filter({ hasText: /query\sPlatforms/ }).waitFor();
  await editor.run();
  await editor.waitForResult(`"totalCount": ${count}`);
  await editor.waitForResult('"any other name"');
});

test('the keyboard stays at a link whose count changes', async ({ page, server, admin }) => {
  await page.goto(server.url);
  await enter(page, admin.user, admin.password);
  const users = page.locator('#summary .counts a', { hasText: 'Users' });
  await users.focus();
  const before = await users.innerText();
  await newUser(server);
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await expect.poll(() => users.innerText()).not.toBe(before);
  expect(await users.and(page.locator(':focus')).count()).toBe(1);
});
