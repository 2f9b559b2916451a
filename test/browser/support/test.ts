import { test as base } from 'vitest';
import { ADMIN, startServer } from '../../support/server.js';
import { visit } from './browser.js';
import { Editor } from './editor.js';
import { CHROMIUM, launch } from './launch.js';

/** A server and a browser for the file; for each test a page of its own, which must have caused no complaint. */
export const test = base
  .extend('admin', { scope: 'file' }, ADMIN)
  .extend('server', { scope: 'file' }, async ({ admin }, { onCleanup }) => {
    const server = await startServer({ ADMIN_USER: admin.user, ADMIN_PASSWORD: admin.password });
    onCleanup(() => server.stop());
    return server;
  })
  .extend('chromium', { scope: 'file' }, CHROMIUM)
  .extend('browser', { scope: 'file' }, async ({ chromium }, { onCleanup }) => {
    const browser = await launch(chromium);
    onCleanup(() => browser.close());
    return browser;
  })
  .extend('page', async ({ browser, server }, { onCleanup }) => {
    const { page, complaints } = await visit(browser, server.url);
    onCleanup(async () => {
      await page.context().close();
      if (complaints.length > 0) throw new Error(`the page is at fault:\n${complaints.join('\n')}`);
    });
    return page;
  })
  .extend('editor', async ({ page, server }) => {
    const editor = new Editor(page);
    await editor.open(server.url);
    return editor;
  });
