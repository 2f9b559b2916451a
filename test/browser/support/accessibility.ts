import axe, { type AxeResults } from 'axe-core';
import type { Page } from './browser.js';

type Impact = NonNullable<AxeResults['violations'][number]['impact']>;

/** A colour on its way from light to dark has a contrast that nobody reads: what moves stands at its end. */
const withoutMotion = `(async () => {
  const still = new CSSStyleSheet();
  still.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important; }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
})()`;

/** What axe finds wrong in the part of the page that `selector` chooses, one line a rule. */
export async function accessibilityFlaws(
  page: Page,
  selector: string,
  impacts: readonly Impact[] = ['minor', 'moderate', 'serious', 'critical'],
): Promise<string[]> {
  await page.evaluate(withoutMotion);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(selector)})`);
  const wanted = violations.filter(({ impact }) => !impact || impacts.includes(impact));
  return wanted.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
