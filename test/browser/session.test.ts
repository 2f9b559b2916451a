import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { logIn, query, startServer, type TestServer } from '../support/server.js';
import { visit, type Locator, type Page } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test } from './support/test.js';

interface Person {
  user: string;
  password: string;
}

const KEY = 'isthmus.session';

async function firstPage(page: Page, { url }: TestServer): Promise<Page> {
  await page.goto(url);
  await page.locator('.session-box').waitFor();
  return page;
}

async function another(page: Page, server: TestServer): Promise<Page> {
  return firstPage(await page.context().newPage(), server);
}

async function enter(page: Page, { user, password }: Person): Promise<void> {
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

const asUser = (page: Page, { user }: Person): Locator => page.getByText(`Logged in as ${user}`);
const logInForm = (page: Page): Locator => page.getByRole('form', { name: 'Log in' });
const ended = (page: Page): Locator => page.getByText('Your session has ended: log in again');

const tokenOf = (page: Page): Promise<string> =>
  page.evaluate<string>(`JSON.parse(sessionStorage.getItem('${KEY}') ?? 'null')?.session?.accessToken ?? ''`);

/** Undefined where the token does not work. */
async function viewerOf({ url }: TestServer, token: string): Promise<string | undefined> {
  const { data } = await query<{ viewer: { name: string } | null }>(url, '{ viewer { name } }', { token });
  return data?.viewer?.name;
}

test('one log-in is that of every page in every tab, and one log-out too', async ({
  page,
  server,
  admin,
}) => {
  await firstPage(page, server);
  const second = await another(page, server);
  await enter(page, admin);
  for (const tab of [page, second]) await asUser(tab, admin).waitFor();
  const token = await tokenOf(page);
  expect(await tokenOf(second)).toBe(token);

  const later = await another(page, server);
  await asUser(later, admin).waitFor();
  await later.reload();
  await asUser(later, admin).waitFor();
  expect(await later.evaluate('localStorage.length + document.cookie.length')).toBe(0);
  expect(await viewerOf(server, token)).toBe(admin.user);

  await later.getByRole('button', { name: 'Log out' }).click();
  for (const tab of [page, second, later]) {
    await logInForm(tab).waitFor();
    expect(await tokenOf(tab)).toBe('');
  }
  await expect.poll(() => viewerOf(server, token)).toBe(undefined);
});

test('a session that the server has ended is told in every tab', async ({ editor, server, admin }) => {
  const { page } = editor;
  await editor.logIn(admin);
  // The first page asks by itself, and would be told before the editor is.
  const other = await page.context().newPage();
  await other.goto(`${server.url}/docs`);
  await asUser(other, admin).waitFor();

  await query(server.url, 'mutation { logOut { loggedOut } }', { token: await tokenOf(page) });
  await editor.run();
  await editor.waitForResult('"reason": "DEAD_TOKEN"');
  for (const tab of [page, other]) {
    await ended(tab).waitFor();
    await logInForm(tab).waitFor();
  }

  await editor.token.fill('not.a.token');
  await asUser(other, admin).waitFor({ state: 'detached' });
  await editor.run();
  await ended(page).waitFor();
  expect(await editor.token.inputValue()).toBe('');
});

test('tokens are renewed while a page is open, for all tabs, and a subscription lives through it', async ({
  browser,
  admin,
}) => {
  const server = await startServer({
    ACCESS_TOKEN_LIFETIME: '4',
    ADMIN_USER: admin.user,
    ADMIN_PASSWORD: admin.password,
  });
  onTestFinished(() => server.stop());
  const { page, complaints } = await visit(browser, server.url);
  onTestFinished(() => page.context().close());
  const editor = new Editor(page);
  await editor.open(server.url);
  await editor.logIn(admin);
  const other = await another(page, server);
  await asUser(other, admin).waitFor();
  await editor.openTab('PlatformChanged');
  await editor.run();

  const first = await tokenOf(page);
  await expect.poll(() => viewerOf(server, first), { timeout: 30_000 }).toBe(undefined);
  const areBothNew = async () => {
    const tokens = [await tokenOf(page), await tokenOf(other)];
    return tokens[0] === tokens[1] && tokens[0] !== first;
  };
  await expect.poll(areBothNew, { timeout: 30_000 }).toBe(true);
  for (const tab of [page, other]) await asUser(tab, admin).waitFor();

  const hearing = editor.waitForResult('"name": "after the token"').then(() => true);
  for (let heard = false; !heard;) {
    heard = await Promise.race([hearing, register(server, admin).then(() => false)]);
  }
  expect(complaints).toEqual([]);
});

test('one logs in where nobody may run documents of his own, and has the schema then', async ({
  browser,
  admin,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-manifest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const manifest = join(folder, 'manifest.json');
  writeFileSync(manifest, '{}');
  const server = await startServer({
    TRUSTED_DOCUMENTS: manifest,
    ADMIN_USER: admin.user,
    ADMIN_PASSWORD: admin.password,
  });
  onTestFinished(() => server.stop());
  const { page, complaints } = await visit(browser, server.url);
  onTestFinished(() => page.context().close());
  await page.goto(`${server.url}/playground/map`);
  await page.getByRole('alert').filter({ hasText: 'The schema cannot be read' }).waitFor();
  await enter(page, admin);
  await page.getByRole('article', { name: 'Platform', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Logged out', { exact: true }).waitFor();

  const editor = new Editor(page);
  await editor.open(server.url);
  await editor.logIn(admin);
  await editor.write(editor.operation, '{ viewer { na');
  await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'name' }).first().waitFor();
  expect(complaints).toEqual([]);
});

/** Changes what the tab has kept of the session, behind the back of the page. */
const tamper = (page: Page, change: string): Promise<string> =>
  page.evaluate<string>(`(() => {
    const held = JSON.parse(sessionStorage.getItem('${KEY}'));
    const { session } = held;
    ${change};
    sessionStorage.setItem('${KEY}', JSON.stringify(held));
    return session.renewal.refreshToken;
  })()`);

test('a log-out ends a session at the server whose access token is at its end', async ({
  page,
  server,
  admin,
}) => {
  await firstPage(page, server);
  await enter(page, admin);
  await asUser(page, admin).waitFor();
  const refreshToken = await tamper(page, `session.accessToken = 'at its end'; session.renewal.dueAt = 0`);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Logged out', { exact: true }).waitFor();

  const renew = `mutation Renew($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken } }`;
  const { errors } = await query(server.url, renew, { variables: { input: { refreshToken } } });
  expect(errors[0]?.extensions['reason']).toBe('DEAD_REFRESH_TOKEN');
});

test('an operation is run again with the next token when the server does not know the one it came with', async ({
  editor,
  admin,
}) => {
  const { page } = editor;
  await editor.logIn(admin);
  await tamper(page, `session.accessToken = 'of yesterday'`);
  await editor.run();
  await editor.waitForResult(`"name": "${admin.user}"`);
  expect(await tokenOf(page)).not.toBe('of yesterday');

  await tamper(page, `session.accessToken = 'of yesterday'`);
  await page.getByRole('link', { name: 'Map' }).click();
  await page.getByRole('article', { name: 'Platform', exact: true }).waitFor();
  await asUser(page, admin).waitFor();
});

test('one logs in and out by the keyboard alone', async ({ page, server, admin }) => {
  const atHand = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
  await firstPage(page, server);
  await page.getByLabel('User', { exact: true }).focus();
  await page.keyboard.type(admin.user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(admin.password);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(atHand).toBe(`Logged in as ${admin.user}`);
  await page.keyboard.press('Tab');
  expect(await atHand()).toBe('Log out');
  await page.keyboard.press('Enter');
  await expect.poll(atHand).toBe('Logged out');
  await page.keyboard.press('Shift+Tab');
  expect(await atHand()).toBe('Log in');
});

async function register({ url }: TestServer, { user, password }: Person): Promise<void> {
  const token = await logIn(url, user, password);
  const input = { name: 'after the token', protocol: 'HTTP', host: '127.0.0.1' };
  const document = `mutation Register($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
  await query(url, document, { variables: { input }, token });
}
