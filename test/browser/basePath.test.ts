import { describe, expect } from 'vitest';
import { prefixProxy } from '../support/prefixProxy.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { visit } from './support/browser.js';
import { Editor } from './support/editor.js';
import { test as base } from './support/test.js';

const PREFIX = '/team/isthmus';

describe.for([
  { way: 'passes all on', settings: { BASE_PATH: PREFIX }, takesOff: false },
  { way: 'takes its path off and tells it', settings: { TRUSTED_PROXIES: '127.0.0.1/32' }, takesOff: true },
])('behind a proxy that $way', ({ settings, takesOff }) => {
  const proxy = useServer(async () => {
    const server = await startServer(settings);
    const { port, close } = await prefixProxy(server.url, PREFIX, takesOff);
    const origin = `http://127.0.0.1:${port}`;
    return { origin, root: `${origin}${PREFIX}`, stop: () => close().then(() => server.stop()) };
  });

  const test = base.extend('placed', async ({ browser }, { onCleanup }) => {
    const { page, complaints } = await visit(browser, proxy.origin);
    onCleanup(async () => {
      await page.context().close();
      if (complaints.length > 0) throw new Error(`the page is at fault:\n${complaints.join('\n')}`);
    });
    return page;
  });

  test('pages lead to each other, and find what they show', async ({ placed: page }) => {
    await page.goto(`${proxy.root}/`);
    await page.getByRole('link', { name: 'REST reference' }).first().click();
    await page.locator('.opblock').first().waitFor();
    const asked = page.waitForResponse(`${proxy.root}/graphql`);
    await page.getByRole('link', { name: 'Map' }).first().click();
    await page.waitForURL(`${proxy.root}/playground/map`);
    expect((await asked).status()).toBe(200);
  });

  test('the Playground asks and subscribes', async ({ placed: page }) => {
    const editor = new Editor(page);
    await editor.open(proxy.root);
    await editor.run();
    await editor.waitForResult('"viewer": null');
    await editor.openTab('PlatformChanged');
    const opened = page.waitForEvent('websocket');
    await editor.run();
    expect((await opened).url()).toBe(`${proxy.root.replace('http', 'ws')}/graphql`);
  });
});
