import { expect, onTestFinished } from 'vitest';
import { query } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { accessibilityFlaws } from './support/accessibility.js';
import { screenshot } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test } from './support/test.js';

test('typing offers the fields of the schema', async ({ page, editor }) => {
  await editor.write(editor.operation, '{ viewer { na');
  await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'name' }).first().waitFor();
  await screenshot(page, 'playground-completion');
});

test('the schema is read once one can type', async ({ page, server }) => {
  const editor = new Editor(page);
  const isThere: boolean[] = [];
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes('IntrospectionQuery'))
      isThere.push(await editor.operation.locator('.view-line').first().isVisible());
    await route.continue();
  });
  await editor.open(server.url);
  await expect.poll(() => isThere).toEqual([true]);
});

test('a field that the schema lacks is marked', async ({ editor }) => {
  await editor.write(editor.operation, '{ viewer { nonsense } }');
  await editor.operation.locator('.squiggly-error').first().waitFor();
});

test('resting on a field shows what the schema says of it', async ({ page, editor }) => {
  const hover = page.locator('.monaco-hover', { hasText: 'Query.viewer' });
  const rest = async () => {
    // What is known of a field is asked for as the pointer comes, which may be before the schema is there.
    await page.mouse.move(0, 0);
    await editor.operation.getByText('viewer', { exact: true }).hover();
    return hover.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
  };
  await expect.poll(rest, { timeout: 30_000 }).toBe(true);
});

test('an operation runs and its result shows', async ({ editor }) => {
  await editor.run();
  await editor.waitForResult('"viewer": null');
});

test('logging in fills the token box, and operations then run as that user', async ({
  page,
  editor,
  admin,
}) => {
  await editor.logIn(admin);
  expect(await editor.token.inputValue()).not.toBe('');
  await editor.run();
  await editor.waitForResult(`"name": "${admin.user}"`);
  await screenshot(page, 'playground');

  await editor.reload();
  expect(await editor.token.inputValue()).not.toBe('');
  expect(await page.evaluate('localStorage.length')).toBe(0);

  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Logged out').waitFor();
  expect(await editor.token.inputValue()).toBe('');
  await editor.run();
  await editor.waitForResult('"viewer": null');
});

test('a wrong password is told in the page', async ({ page, editor, admin }) => {
  await editor.fillLogIn({ ...admin, password: 'not the password' });
  await page.locator('output.failed').filter({ hasText: /./ }).waitFor();
  expect(await editor.token.inputValue()).toBe('');
});

test('the worked examples register a platform, list it, talk to it and hear of the next one', async ({
  page,
  editor,
  server,
  admin,
}) => {
  const { port, close } = await httpUpstream((_request, response) => response.end('{"status":"Succeeded"}'));
  onTestFinished(close);
  await editor.logIn(admin);

  await editor.openTab('RegisterPlatform');
  const files = { name: 'files', protocol: 'HTTP', host: '127.0.0.1', port };
  await editor.write(editor.variables, JSON.stringify({ input: files }));
  await editor.run();
  await editor.waitForResult('"name": "files"');

  await editor.openTab('Platforms');
  await editor.run();
  await editor.waitForResult('"totalCount": 1');
  const id = /"id":\s"([0-9a-f-]{36})"/.exec(await editor.result())?.[1] ?? '';

  await editor.openTab('Transmit');
  await editor.write(
    editor.variables,
    JSON.stringify({ input: { platformId: id, method: 'GET', path: '/task.json' } }),
  );
  await editor.run();
  await editor.waitForResult('"status": 200');

  await editor.openTab('PlatformChanged');
  await editor.run();
  const token = await server.adminToken();
  const hearing = editor.waitForResult('"name": "The next one"').then(() => true);
  // The protocol doesn't say when a subscription has begun, so platforms are registered until one is heard of.
  for (let heard = false; !heard;) {
    const registering = register(server.url, token, 'The next one').then(() => false);
    heard = await Promise.race([hearing, registering]);
  }
  await screenshot(page, 'playground-subscription');
});

test('our part of the page is accessible, in light and dark, and the editors follow the system', async ({
  page,
  editor,
}) => {
  await editor.operation.waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await accessibilityFlaws(page, '.site-header')).toEqual([]);
  }
  await page.locator('.monaco-editor.vs-dark').first().waitFor();
  await screenshot(page, 'playground-dark');
});

async function register(origin: string, token: string, name: string): Promise<void> {
  const document = `mutation Register($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }`;
  const input = { name, protocol: 'HTTP', host: '127.0.0.1' };
  const { errors } = await query(origin, document, { variables: { input }, token });
  expect(errors).toEqual([]);
}
