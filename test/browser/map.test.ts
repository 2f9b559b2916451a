import { screenshot } from './support/browser.js';
import { test } from './support/test.js';

test('the Playground leads to a map that draws the types of the schema', async ({ page, editor }) => {
  await editor.operation.waitFor();
  await page.getByRole('link', { name: 'Map' }).click();
  await page.waitForURL('**/playground/map');
  for (const type of ['Query', 'Platform', 'User']) {
    await page
      .locator('svg .node', { hasText: new RegExp(`^\\s*${type}`) })
      .first()
      .waitFor();
  }
  await screenshot(page, 'map');
});
