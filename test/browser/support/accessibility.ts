import axe, { type AxeResults } from 'axe-core';
import type { Page } from './browser.js';

type Impact = NonNullable<AxeResults['violations'][number]['impact']>;

/** What axe finds wrong in the part of the page that `selector` chooses, one line a rule. */
export async function accessibilityFlaws(
  page: Page,
  selector: string,
  impacts: readonly Impact[] = ['minor', 'moderate', 'serious', 'critical'],
): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(selector)})`);
  const wanted = violations.filter(({ impact }) => !impact || impacts.includes(impact));
  return wanted.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
