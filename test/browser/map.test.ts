import { expect } from 'vitest';
import { accessibilityFlaws } from './support/accessibility.js';
import { screenshot, type Locator, type Page } from './support/browser.js';
import { test } from './support/test.js';

/** Pixels that text has at least, in any drawing that is seen first. */
const LEGIBLE = 11;

const drawing = (page: Page, domain: string): Locator =>
  page.getByRole('region', { name: `${domain}, drawn` });
const box = (page: Page, type: string): Locator => page.getByRole('article', { name: type, exact: true });

const zoomOf = (page: Page): Promise<number> =>
  page.evaluate<number>(`document.querySelector('.type-box').currentCSSZoom`);

async function search(page: Page, word: string): Promise<void> {
  const field = page.getByRole('searchbox');
  await field.fill(word);
  await field.press('Enter');
}

test('the Playground leads to a map that draws one domain at a time', async ({ page, editor }) => {
  await editor.operation.waitFor();
  await page.getByRole('link', { name: 'Map' }).click();
  await page.waitForURL('**/playground/map');
  for (const type of ['Query', 'Platform']) await box(page, type).waitFor();
  expect(await box(page, 'Cluster').count()).toBe(0);
  await expect.poll(() => zoomOf(page)).toBe(1);

  await page.getByLabel('Domain').selectOption({ label: 'Data centers' });
  await drawing(page, 'Data centers').waitFor();
  await box(page, 'DataCenter').waitFor();
  const boxes = await page.getByRole('article').count();
  expect(boxes).toBeGreaterThan(30);
  // In full it would be wider than the screen.
  expect(await zoomOf(page)).toBeLessThan(1);
  const sizes = await page.evaluate<number[]>(
    `[...document.querySelectorAll('.type-box :is(a, li)')].map((text) =>
       parseFloat(getComputedStyle(text).fontSize) * text.currentCSSZoom)`,
  );
  expect(sizes.filter((size) => size < LEGIBLE)).toEqual([]);
  await screenshot(page, 'map');
});

test('a search leads to a type wherever it is, and zooms to it', async ({ page, server }) => {
  await page.goto(`${server.url}/playground/map`);
  const smaller = page.getByRole('button', { name: 'Smaller' });
  for (const zoom of [0.85, 0.7, 0.5]) {
    await smaller.click();
    await expect.poll(() => zoomOf(page)).toBeCloseTo(zoom);
  }
  expect(await smaller.isDisabled()).toBe(true);
  await search(page, 'clusternode');
  await drawing(page, 'Clusters').waitFor();
  await expect.poll(() => zoomOf(page)).toBe(1);
  await expect.poll(() => isOnPaper(page, 'Clusters', 'ClusterNode')).toBe(true);
  await page.getByRole('complementary', { name: 'About ClusterNode' }).waitFor();

  await search(page, 'Query.dataCenters');
  const details = page.getByRole('complementary', { name: 'About Query' });
  await details.getByRole('link', { name: 'dataCenters', exact: true }).waitFor();
  await page.goBack();
  await page.getByRole('complementary', { name: 'About ClusterNode' }).waitFor();
  await page.getByRole('link', { name: 'Close' }).click();
  await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
  await drawing(page, 'Clusters').waitFor();
});

test('a type is one click away from a query in the Playground', async ({ page, server, editor, admin }) => {
  await editor.logIn(admin);
  await page.goto(`${server.url}/playground/map#Platform`);
  await page.getByRole('link', { name: 'Query it in the Playground' }).click();
  await editor.operation.filter({ hasText: 'platforms' }).waitFor();
  await editor.run();
  await editor.waitForResult('"platforms":');
});

test('what a search has found gives way to what is drawn', async ({ page, server }) => {
  await page.goto(`${server.url}/playground/map`);
  await page.getByRole('searchbox').fill('clust');
  const found = page.getByRole('list', { name: 'Found' });
  await found.getByRole('link', { name: 'ClusterNode', exact: true }).click();
  await page.getByRole('complementary', { name: 'About ClusterNode' }).waitFor();
  await page.getByRole('searchbox').fill('clust');
  await found.waitFor();
  await page.getByRole('button', { name: 'Larger' }).click();
  await found.waitFor({ state: 'detached' });
});

const SIZES = [
  ['wide', { width: 1440, height: 900 }],
  ['narrow', { width: 390, height: 844 }],
] as const;

for (const [name, size] of SIZES) {
  test(`the map is accessible and ${name}, in light and dark`, async ({ page, server }) => {
    await page.setViewportSize(size);
    await page.goto(`${server.url}/playground/map#DataCenter`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(() => isOnPaper(page, 'Data centers', 'DataCenter')).toBe(true);
      expect(await accessibilityFlaws(page, 'body')).toEqual([]);
      await screenshot(page, `map-${name}-${colorScheme}`);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width);
    for (const control of [
      page.getByLabel('Domain'),
      page.getByRole('searchbox'),
      page.getByRole('button', { name: 'Larger' }),
      page.getByRole('link', { name: 'Query it in the Playground' }),
    ]) {
      expect(await isInSight(page, control)).toBe(true);
    }
  });
}

test('a domain has the size that the window asks for, unless one is chosen', async ({ page, server }) => {
  const turn = (width: number, height: number) => page.setViewportSize({ width, height });
  await page.goto(`${server.url}/playground/map`);
  await expect.poll(() => zoomOf(page)).toBe(1);
  await turn(390, 844);
  await expect.poll(() => zoomOf(page)).toBeCloseTo(0.85);
  await turn(1360, 850);
  await expect.poll(() => zoomOf(page)).toBe(1);
  await page.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(() => zoomOf(page)).toBe(1.25);
  await turn(390, 844);
  await box(page, 'Platform').waitFor();
  expect(await zoomOf(page)).toBe(1.25);
});

test('what is selected stays in sight when the window changes its size', async ({ page, server }) => {
  await page.goto(`${server.url}/playground/map#Task`);
  for (const [width, height] of [
    [1360, 850],
    [844, 390],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect.poll(() => isOnPaper(page, 'Data centers', 'Task')).toBe(true);
  }
});

test('a type that is followed is read in full, and leaves domains as they were', async ({ page, server }) => {
  await page.goto(`${server.url}/playground/map#domain:data-centers`);
  await expect.poll(() => zoomOf(page)).toBeCloseTo(0.85);
  await box(page, 'DataCenter').getByRole('link', { name: 'DataCenter', exact: true }).click();
  await expect.poll(() => zoomOf(page)).toBe(1);
  await page.getByRole('link', { name: 'Close' }).click();
  await expect.poll(() => zoomOf(page)).toBeCloseTo(0.85);

  await page.getByRole('button', { name: 'Smaller' }).click();
  await search(page, 'Cluster');
  await expect.poll(() => zoomOf(page)).toBe(1);
  await page.getByRole('button', { name: 'Larger' }).click();
  await expect.poll(() => zoomOf(page)).toBe(1.25);
  await search(page, 'Host');
  await box(page, 'Host').waitFor();
  expect(await zoomOf(page)).toBe(1.25);
  await page.getByLabel('Domain').selectOption({ label: 'Deployments' });
  await expect.poll(() => zoomOf(page)).toBeCloseTo(0.7);
});

test('a change of size leaves the middle where it is, and closing leaves the place', async ({
  page,
  server,
}) => {
  const middle = () =>
    page.evaluate<number[]>(`(() => {
      const paper = document.querySelector('.paper');
      const zoom = document.querySelector('.drawing').currentCSSZoom;
      return [
        (paper.scrollLeft + paper.clientWidth / 2) / zoom,
        (paper.scrollTop + paper.clientHeight / 2) / zoom,
      ];
    })()`);
  const left = () => page.evaluate<number>(`document.querySelector('.paper').scrollLeft`);

  await page.goto(`${server.url}/playground/map#domain:data-centers`);
  await box(page, 'DataCenter').waitFor();
  await page.evaluate(`document.querySelector('.paper').scrollTo(300, 200)`);
  await expect.poll(left).toBe(300);
  const before = await middle();
  for (const [name, zoom] of [
    ['Larger', 1],
    ['Larger', 1.25],
    ['Smaller', 1],
  ] as const) {
    await page.getByRole('button', { name }).click();
    await expect.poll(() => zoomOf(page)).toBe(zoom);
    // Papers scroll by whole pixels.
    const drift = async () =>
      Math.max(...(await middle()).map((part, axis) => Math.abs(part - (before[axis] ?? 0))));
    await expect.poll(drift).toBeLessThan(4);
  }

  await box(page, 'DataCenter').getByRole('link', { name: 'DataCenter', exact: true }).click();
  await page.getByRole('complementary', { name: 'About DataCenter' }).waitFor();
  const place = await left();
  expect(place).toBeGreaterThan(0);
  await page.getByRole('link', { name: 'Close' }).click();
  await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
  expect(await left()).toBe(place);
});

test('the keyboard stays with a zoom button at its last step, goes with a type and back to its box', async ({
  page,
  server,
}) => {
  await page.goto(`${server.url}/playground/map`);
  const smaller = page.getByRole('button', { name: 'Smaller' });
  await smaller.focus();
  for (const zoom of [0.85, 0.7, 0.5, 0.5]) {
    await page.keyboard.press('Enter');
    await expect.poll(() => zoomOf(page)).toBeCloseTo(zoom);
  }
  expect(await isFocused(page, smaller)).toBe(true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => zoomOf(page)).toBeCloseTo(0.7);

  const type = box(page, 'PlatformOperation').getByRole('link', { name: 'PlatformOperation', exact: true });
  await type.press('Enter');
  await expect
    .poll(() => isFocused(page, page.getByRole('heading', { name: 'PlatformOperation', level: 2 })))
    .toBe(true);
  await page.keyboard.press('Tab');
  expect(await isFocused(page, page.getByRole('link', { name: 'Close' }))).toBe(true);
  await page.keyboard.press('Enter');
  await expect.poll(() => isFocused(page, type)).toBe(true);
});

test('what is being typed goes on when the graph arrives', async ({ page, server }) => {
  const held = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(`${server.url}/playground/map`);
  const user = page.getByLabel('User', { exact: true });
  await user.click();
  await page.keyboard.type('ad');
  held.resolve();
  await box(page, 'Platform').waitFor();
  await page.keyboard.type('min');
  expect(await user.inputValue()).toBe('admin');
});

test('what is said of a type begins at its beginning', async ({ page, server }) => {
  await page.goto(`${server.url}/playground/map#Query`);
  const details = page.getByRole('complementary');
  const last = details.locator('dt a[href^="#"]').last();
  const name = (await last.getAttribute('href'))?.slice(1) ?? '';
  await last.click();
  await page.getByRole('heading', { name, level: 2 }).waitFor();
  expect(await page.evaluate(`document.querySelector('.details').scrollTop`)).toBe(0);
});

const isFocused = async (page: Page, locator: Locator): Promise<boolean> =>
  (await locator.and(page.locator(':focus')).count()) === 1;

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

const SCREEN: Area = { x: 0, y: 0, width: 0, height: 0 };

/** Whether the head of an element lies inside of the area that scrolls, or of the screen. */
async function isInSight(page: Page, locator: Locator, inside: Area | null = null): Promise<boolean> {
  const area = await locator.boundingBox();
  const { x, y, width, height } = inside ?? { ...SCREEN, ...page.viewportSize() };
  if (!area) return false;
  const middle = { x: area.x + area.width / 2, y: area.y + Math.min(area.height, 20) / 2 };
  return middle.x > x && middle.x < x + width && middle.y > y && middle.y < y + height;
}

const isOnPaper = async (page: Page, domain: string, type: string): Promise<boolean> =>
  isInSight(page, box(page, type), await drawing(page, domain).boundingBox());
