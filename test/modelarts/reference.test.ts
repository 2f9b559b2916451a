import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(startServer);

test('the REST reference shows the document of ModelArts', async () => {
  const reference = await fetch(`${server.url}/docs`);
  const [, path] = /href="(\/docs\/[^"]*)"[^>]*>ModelArts</.exec(await reference.text()) ?? [];
  const page = await fetch(`${server.url}${path}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('data-url="/openapi/modelarts.json"');
  const document = await fetch(`${server.url}/openapi/modelarts.json`);
  expect(document.headers.get('content-type')).toContain('application/json');
  const file = new URL('../../schema/openapi/modelarts.json', import.meta.url);
  expect(await document.text()).toBe(readFileSync(file, 'utf8'));
});
