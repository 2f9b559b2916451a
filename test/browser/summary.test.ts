import { expect } from 'vitest';
import { logIn, query } from '../support/server.js';
import { accessibilityFlaws } from './support/accessibility.js';
import { screenshot } from './support/browser.js';
import { test } from './support/test.js';

test('the first page shows who is logged in what there is and what to do first, as it changes', async ({
  page,
  server,
  admin,
}) => {
  await page.goto(server.url);
  const summary = page.locator('#summary');
  await summary.filter({ hasText: 'Log in above' }).waitFor();
  await page.getByLabel('User', { exact: true }).fill(admin.user);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Log in' }).click();

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
