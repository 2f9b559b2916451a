import { expect, onTestFinished } from 'vitest';
import { httpUpstream } from '../support/upstream.js';
import { accessibilityFlaws } from './support/accessibility.js';
import { screenshot } from './support/browser.js';
import { test } from './support/test.js';

test('a tab gets its keys from earlier answers', async ({ editor, admin }) => {
  const { port, close } = await httpUpstream((_request, response) => response.end('{"status":"Succeeded"}'));
  onTestFinished(close);
  await editor.logIn(admin);
  await editor.openTab('RegisterPlatform');
  const input = { name: 'files', protocol: 'HTTP', host: '127.0.0.1', port };
  await editor.write(editor.variables, JSON.stringify({ input }));
  await editor.run();
  await editor.waitForResult('"name": "files"');

  await editor.openTab('Transmit');
  await editor.run();
  await editor.waitForResult('"status": 200');
});

test('an operation is handed on as a link, which opens it and runs nothing, and as curl', async ({
  page,
  editor,
  server,
  admin,
}) => {
  await editor.logIn(admin);
  await editor.openTab('VirtualMachines');
  await page.getByRole('button', { name: 'Hand on as a link or as curl' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/playground#query=/);
  expect(await accessibilityFlaws(page, 'dialog')).toEqual([]);
  await screenshot(page, 'playground-link');
  const command = await page.getByRole('textbox', { name: 'curl' }).inputValue();
  expect(command).toContain(`curl -s '${server.url}/graphql'`);
  expect(command).toContain('Authorization: Bearer $TOKEN');
  expect(command).not.toContain(await editor.token.inputValue());
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const curl = page.locator('.hand-on-dialog section', { hasText: 'curl' });
  await curl.getByRole('button', { name: 'Copy' }).click();
  await curl.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(command);
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  const asked: string[] = [];
  page.on('request', (request) => void asked.push(`${request.url()} ${request.postData() ?? ''}`));
  const fragment = new URLSearchParams({
    query: 'query Elsewhere { elsewhere: viewer { name } }',
    variables: '{"known": "from the link"}',
  });
  await page.goto('about:blank');
  await page.goto(`${server.url}/playground#${fragment.toString()}`);
  await page.locator('[role=tab]', { hasText: 'Elsewhere' }).waitFor();
  await editor.variables.filter({ hasText: /from\sthe\slink/ }).waitFor();
  expect(await page.evaluate('location.hash')).toBe('');
  expect(asked.filter((text) => /elsewhere/i.test(text))).toEqual([]);

  await page.evaluate(`location.hash = '#example=Clusters'`);
  await editor.operation.filter({ hasText: /query\sClusters/ }).waitFor();
});

test('why a subscription is refused is told in words', async ({ editor }) => {
  await editor.openTab('PlatformChanged');
  await editor.write(editor.operation, 'subscription { nonsense }');
  await editor.run();
  await editor.waitForResult('Cannot query field');
});

test('a telephone shows the query or the answer, and the answer when it comes', async ({ page, editor }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  const result = page.getByRole('region', { name: 'Result Window' });
  await result.waitFor({ state: 'hidden' });
  await editor.operation.waitFor();
  await screenshot(page, 'playground-390-query');
  await editor.run();
  await editor.waitForResult('"viewer": null');
  await editor.operation.waitFor({ state: 'hidden' });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  expect(await accessibilityFlaws(page, '.panes')).toEqual([]);
  await screenshot(page, 'playground-390-answer');
  await page.getByRole('button', { name: 'Query', exact: true }).click();
  await editor.operation.waitFor();
});

test('a telephone shows the documentation by itself, and leads back to the query', async ({
  page,
  editor,
}) => {
  await editor.openTab('Jobs');
  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  const documentation = page.locator('.graphiql-plugin');
  await documentation.getByText('All Schema Types').waitFor();
  await editor.operation.waitFor({ state: 'hidden' });
  expect((await documentation.boundingBox())?.width).toBeGreaterThan(300);
  await screenshot(page, 'playground-390-documentation');
  await page.getByRole('button', { name: 'Query', exact: true }).click();
  await editor.operation.waitFor();
  await page.setViewportSize({ width: 1360, height: 850 });
  await documentation.waitFor({ state: 'hidden' });
  await page.setViewportSize({ width: 390, height: 800 });

  await page.getByRole('button', { name: 'Open settings dialog' }).click();
  const dark = await page.getByRole('button', { name: 'Dark' }).boundingBox();
  const dialog = await page.getByRole('dialog').boundingBox();
  expect((dark?.x ?? 0) + (dark?.width ?? 0)).toBeLessThan((dialog?.x ?? 0) + (dialog?.width ?? 0));
});

test('a telephone shows the tab that is open, and every word of its query', async ({
  page,
  server,
  editor,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('about:blank');
  await page.goto(`${server.url}/playground#example=Jobs`);
  await editor.operation.filter({ hasText: /query\sJobs/ }).waitFor();
  const overhang = (selector: string, frame: string) =>
    page.evaluate<number>(`(() => {
      const edge = document.querySelector('${frame}').getBoundingClientRect().right;
      const rights = [...document.querySelectorAll('${selector}')].map((part) => part.getBoundingClientRect().right);
      return Math.max(...rights) - edge;
    })()`);
  await expect
    .poll(() => overhang('[role=tab][aria-selected=true]', '[role=tablist]'))
    .toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1360, height: 800 });
  await page.setViewportSize({ width: 390, height: 800 });
  await expect
    .poll(() => overhang('[role=tab][aria-selected=true]', '[role=tablist]'))
    .toBeLessThanOrEqual(0);
  const lines = '.graphiql-query-editor .view-line > span';
  await expect
    .poll(() => overhang(lines, '.graphiql-query-editor .monaco-scrollable-element'))
    .toBeLessThanOrEqual(0);
  await screenshot(page, 'playground-390-tab');
});
