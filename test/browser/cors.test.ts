import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { startServer } from '../support/server.js';
import { test } from './support/test.js';

/** A frontend of another origin: one empty page, whose scripts the tests are. */
const pages = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>frontend</title>');
});
let frontend: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  frontend = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
});
afterAll(() => void pages.close());

interface Outcome {
  logIn: string;
  platforms: string;
  forwarded: string;
}

/** What the frontend's script does: logs in over REST, lists platforms in GraphQL, has a request forwarded. */
const SCRIPT = `async (isthmus, user, password) => {
  const attempt = (promise) => promise.catch((error) => error.name);
  const json = { 'Content-Type': 'application/json' };
  const answer = await attempt(fetch(isthmus + '/v1/authorization', {
    method: 'POST', headers: json, body: JSON.stringify({ user, password }),
  }).then((response) => response.json()));
  const token = answer.token ?? '';
  const platforms = await attempt(fetch(isthmus + '/graphql', {
    method: 'POST',
    headers: { ...json, Authorization: 'Bearer ' + token },
    body: JSON.stringify({ query: '{ platforms { totalCount } }' }),
  }).then((response) => response.text()));
  const forwarded = await attempt(fetch(isthmus + '/sys/transmit/x', {
    headers: { 'X-Access-Token': token, 'Plat-Route-Id': '11111111-2222-3333-4444-555555555555' },
  }).then((response) => response.text()));
  return { logIn: typeof answer === 'string' ? answer : answer.message, platforms, forwarded };
}`;

for (const isOpen of [true, false]) {
  test(`a page of another origin ${isOpen ? 'in CORS_ORIGINS calls every door' : 'is kept out by default'}`, async ({
    browser,
    admin,
  }) => {
    const server = await startServer(isOpen ? { CORS_ORIGINS: frontend } : {});
    const page = await browser.newPage();
    try {
      await page.goto(frontend);
      const call = `(${SCRIPT})(${[server.url, admin.user, admin.password].map((text) => JSON.stringify(text)).join()})`;
      const outcome = await page.evaluate<Outcome>(call);
      expect(outcome.logIn).toBe(isOpen ? 'success' : 'TypeError');
      expect(outcome.platforms).toBe(isOpen ? '{"data":{"platforms":{"totalCount":0}}}\n' : 'TypeError');
      expect(outcome.forwarded).toMatch(isOpen ? /PLATFORM_NOT_FOUND/ : /^TypeError$/);
    } finally {
      await page.close();
      await server.stop();
    }
  });
}
