import { request } from 'undici';
import { expect } from 'vitest';
import { test } from './support/test.js';

const PAGES = ['/', '/playground', '/playground/map', '/docs'];

async function assetOf(origin: string, path: string): Promise<string> {
  const text = await (await fetch(`${origin}${path}`)).text();
  const asset = /src="([^"]+\.js)"/.exec(text)?.[1];
  if (!asset) throw new Error(`${path} loads no script`);
  return `${origin}${asset}`;
}

/** `fetch` would add that it wants no answer from a cache. */
async function statusWhenKnown(url: string, headers: Record<string, string>): Promise<number> {
  const { statusCode, body } = await request(url, { headers });
  await body.dump();
  return statusCode;
}

test('every page comes with a strict policy', async ({ server }) => {
  for (const path of PAGES) {
    const { headers, status } = await fetch(`${server.url}${path}`, { headers: { Accept: 'text/html' } });
    expect(status).toBe(200);
    const policy = headers.get('Content-Security-Policy')?.split(';') ?? [];
    for (const directive of [
      "default-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "connect-src 'self'",
    ]) {
      expect(policy).toContain(directive);
    }
    const scripts = policy.find((directive) => directive.startsWith('script-src '));
    expect(scripts).toBe("script-src 'self'");
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-cache');
  }
});

test('assets of the Playground are compressed, kept for ever and known again', async ({ server }) => {
  const asset = await assetOf(server.url, '/playground');
  for (const [accepted, encoding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const response = await fetch(asset, { headers: { 'Accept-Encoding': accepted } });
    expect(response.headers.get('Content-Encoding')).toBe(encoding);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/javascript/);
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Vary')).toBe('Accept-Encoding');
    expect(await response.text()).toContain('graphiql');
    const etag = response.headers.get('ETag') ?? '';
    expect(await statusWhenKnown(asset, { 'Accept-Encoding': accepted, 'If-None-Match': etag })).toBe(304);
  }
});

test("the Playground's editor comes beside the scripts that ask for it", async ({ server }) => {
  const text = await (await fetch(`${server.url}/playground`)).text();
  const preloaded = text.match(/<link rel="modulepreload"[^>]*>/g) ?? [];
  expect(preloaded.filter((link) => link.includes('/monaco-editor-'))).toHaveLength(1);
});

test('the files of the REST reference are compressed and known again', async ({ server }) => {
  const asset = await assetOf(server.url, '/docs');
  const compressed = await fetch(asset, { headers: { 'Accept-Encoding': 'gzip, deflate, br' } });
  expect(compressed.headers.get('Content-Encoding')).toBe('br');
  expect(compressed.headers.get('Content-Type')).toMatch(/^text\/javascript/);
  expect(await compressed.text()).toContain('SwaggerUIBundle');
  const etag = compressed.headers.get('ETag') ?? '';
  expect(await statusWhenKnown(asset, { 'Accept-Encoding': 'br', 'If-None-Match': etag })).toBe(304);
});

test('an unknown file of a page is not found', async ({ server }) => {
  for (const path of [
    '/playground/assets/none.js',
    '/playground/assets/..%2findex.html',
    '/playground/assets/%ff',
    '/docs/assets/package.json',
  ]) {
    expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 404]);
  }
});

test('a client that does not read HTML gets the first page as JSON', async ({ server }) => {
  const response = await fetch(server.url, { headers: { Accept: 'application/json' } });
  expect(response.headers.get('Vary')).toContain('Accept');
  expect(await response.json()).toMatchObject({
    name: 'Isthmus',
    ready: true,
    links: { graphql: '/graphql', playground: '/playground', map: '/playground/map', docs: '/docs' },
  });
});
