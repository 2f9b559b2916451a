import axe, { type AxeResults } from 'axe-core';
import type { Page } from './browser.js';

/** What axe finds wrong in the part of the page that `selector` chooses, one line a rule. */
export async function accessibilityFlaws(page: Page, selector: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(selector)})`);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
