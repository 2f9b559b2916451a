import { createClient } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readConfig } from '../../src/config/config.js';
import { ADMIN, logIn, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { connectTo, register, request, statusesOf } from './connections.js';

const PROXY = { 'X-Forwarded-For': '192.0.2.7' };

const configured = useServer(() => startServer({ BASE_PATH: '/isthmus' }));
const behind = useServer(() => startServer({ TRUSTED_PROXIES: '127.0.0.1/32' }));
const alone = useServer(() => startServer());

const textAt = async (url: string, headers: Record<string, string> = {}): Promise<string> => {
  const response = await fetch(url, { headers: { Accept: 'text/html', ...headers }, redirect: 'manual' });
  expect([url, response.status]).toEqual([url, 200]);
  return response.text();
};

/** Every path of this server that a page leads to or loads. */
const linksOf = (text: string): string[] =>
  [...text.matchAll(/(?:href|src|data-url)="([^"#]*)"/g)].map(([, link]) => link ?? '');

/** The others are built: the browser's tests look at them. */
const PAGES = ['/', '/docs', '/docs/modelarts'];

describe('below BASE_PATH', () => {
  test.each(PAGES)('every link of %s leads below it, and somewhere', async (page) => {
    for (const path of [`/isthmus${page}`, page]) {
      const links = linksOf(await textAt(`${configured.url}${path}`));
      expect(links.length).toBeGreaterThan(1);
      for (const link of new Set(links)) {
        expect(link).toMatch(/^\/isthmus\//);
        expect([link, (await fetch(`${configured.url}${link}`)).status]).not.toEqual([link, 404]);
      }
    }
    expect(await textAt(`${configured.url}/isthmus${page}`)).toContain('data-base="/isthmus"');
  });

  test('the first page has no need of a slash at its end, and tells programs where all is', async () => {
    const response = await fetch(`${configured.url}/isthmus`, { headers: { Accept: 'application/json' } });
    const { links, ...home } = (await response.json()) as { links: Record<string, string>; base?: string };
    expect(links).toMatchObject({ graphql: '/isthmus/graphql', playground: '/isthmus/playground' });
    for (const link of Object.values(links)) expect(link).toMatch(/^\/isthmus\//);
    expect(home).not.toHaveProperty('base');
  });

  test('OpenAPI documents name servers below it', async () => {
    const { paths } = JSON.parse(await textAt(`${configured.url}/openapi.json`)) as { paths: object };
    expect(Object.keys(paths)).toContain('/v1/authorization');
    const expected = {
      '/openapi.json': ['/isthmus'],
      '/openapi/platform.json': ['/isthmus/sys/transmit', '/isthmus/api/sys/transmit'],
      '/openapi/ote.json': ['/isthmus/v1'],
      '/openapi/optimus.json': ['/isthmus/api/v1', '/isthmus/api/ericic/v1'],
      '/openapi/modelarts.json': ['/isthmus/sys/transmit'],
    };
    for (const [path, servers] of Object.entries(expected)) {
      const document = JSON.parse(await textAt(`${configured.url}/isthmus${path}`)) as {
        servers: { url: string }[];
      };
      expect([path, document.servers.map(({ url }) => url)]).toEqual([path, servers]);
    }
  });

  test('a browser that opens the endpoint is led to the Playground', async () => {
    for (const path of ['/isthmus/graphql', '/isthmus/graphql/']) {
      const url = `${configured.url}${path}`;
      const response = await fetch(url, { headers: { Accept: 'text/html' }, redirect: 'manual' });
      const location = new URL(response.headers.get('Location') ?? '', url);
      expect([response.status, location.pathname]).toEqual([303, '/isthmus/playground']);
    }
  });

  test('queries, subscriptions by both ways and REST are answered', async () => {
    const base = `${configured.url}/isthmus`;
    const token = await logIn(base, ADMIN.user, ADMIN.password);
    const authorization = { Authorization: `Bearer ${token}` };
    const post = { method: 'POST', body: '{"query":"{viewer{name}}"}' };
    const headers = { 'Content-Type': 'application/json', ...authorization };
    expect(await (await fetch(`${base}/graphql`, { ...post, headers })).json()).toEqual({
      data: { viewer: { name: 'admin' } },
    });

    const stream = await fetch(`${base}/graphql`, {
      method: 'POST',
      body: '{"query":"subscription{platformChanged{change}}"}',
      headers: { ...headers, Accept: 'text/event-stream' },
    });
    expect(stream.headers.get('Content-Type')).toContain('text/event-stream');
    await stream.body?.cancel();

    const client = createClient({
      url: `${base.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: authorization,
      retryAttempts: 0,
    });
    const { value } = await client.iterate({ query: '{ viewer { name } }' }).next();
    expect(value).toEqual({ data: { viewer: { name: 'admin' } } });
    await client.dispose();
  });

  test('platforms get paths and fields without it, tunnels too', async () => {
    const received: string[][] = [];
    const platform = await httpUpstream(({ url = '', rawHeaders }, response) => {
      received.push([url, ...rawHeaders]);
      response.end();
    });
    try {
      const id = await register(configured.url, platform);
      const route = [`Plat-Route-Id: ${id}`];
      const sent =
        request('GET /isthmus/sys/transmit/isthmus/a%2Fb//c?d=/isthmus', [
          ...route,
          'X-Forwarded-Prefix: /isthmus',
        ]) +
        request('GET http://host/isthmus/api/sys/transmit/x', route) +
        request('GET /sys/transmit/y', route) +
        request('GET /isthmus/sys/transmit/socket', [...route, 'Connection: Upgrade', 'Upgrade: other']);
      const peer = connectTo(configured.url, sent);
      await expect.poll(() => statusesOf(peer.text())).toEqual([200, 200, 200, 200]);
      peer.socket.destroy();
      expect(received.map(([url]) => url)).toEqual(['/isthmus/a%2Fb//c?d=/isthmus', '/x', '/y', '/socket']);
      expect(received.flat().join().toLowerCase()).not.toContain('x-forwarded-prefix');
    } finally {
      await platform.close();
    }
  });

  test('what is no request is answered in the words of its door', async () => {
    const peer = connectTo(
      configured.url,
      'POST /isthmus/graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    );
    await expect.poll(() => peer.text()).toContain('"errors"');
    peer.socket.destroy();
  });

  test('what is beside it does not exist', async () => {
    for (const path of ['/isthmusx/graphql', '/isthmus/isthmus/graphql', '/Isthmus/graphql'])
      expect((await fetch(`${configured.url}${path}`)).status).toBe(404);
  });

  test.each(['other', 'websocket'])('an offer of the protocol %s takes it off once', async (protocol) => {
    const offer = ['Connection: Upgrade', `Upgrade: ${protocol}`];
    const sent =
      request('GET /isthmus/healthz', offer) +
      request('GET /isthmus/isthmus/healthz', offer) +
      request('GET /isthmus/healthz') +
      request('GET /isthmus/isthmus/healthz');
    const peer = connectTo(configured.url, sent);
    await expect.poll(() => statusesOf(peer.text())).toEqual([200, 404, 200, 404]);
    peer.socket.destroy();
  });
});

describe('X-Forwarded-Prefix', () => {
  test.each(['/team/isthmus', '/team/isthmus/'])(
    '%s of a trusted proxy counts, taken off or not',
    async (prefix) => {
      const headers = { ...PROXY, 'X-Forwarded-Prefix': prefix };
      for (const path of ['/docs', '/team/isthmus/docs']) {
        const links = linksOf(await textAt(`${behind.url}${path}`, headers));
        expect(links).toContain('/team/isthmus/playground');
        for (const link of links) expect(link).toMatch(/^\/team\/isthmus\//);
      }
    },
  );

  test.each(['//evil.example.org', '/a/../b', '/a"><script>', '/a, /b', '/api', 'https://evil.example.org'])(
    '%s counts for nothing',
    async (prefix) => {
      const text = await textAt(`${behind.url}/`, { ...PROXY, 'X-Forwarded-Prefix': prefix });
      expect(text).toContain('data-base=""');
      expect(text).toContain('href="/playground"');
    },
  );

  test('of anybody else counts for nothing', async () => {
    const headers = { 'X-Forwarded-Prefix': '/isthmus' };
    expect(await textAt(`${alone.url}/`, headers)).toContain('href="/playground"');
    expect((await fetch(`${alone.url}/isthmus/healthz`, { headers })).status).toBe(404);
  });
});

test.each(['isthmus', '/isthmus/', '//host', '/a/..', '/v1', '/metrics', '/healthz'])(
  'BASE_PATH=%s is refused',
  (path) => {
    expect(() => readConfig({ BASE_PATH: path })).toThrow(/BASE_PATH/);
  },
);
