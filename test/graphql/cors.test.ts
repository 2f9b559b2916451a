import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type TestServer, startServer } from '../support/server.js';
import { type Upstream, httpUpstream } from '../support/upstream.js';
import { dataOf } from './client.js';
import { RegisterPlatform } from './operations.js';

const ORIGIN = 'https://ui.example.org';
const OTHER = 'https://evil.example.org';

/** Where the platform has a CORS policy of its own. */
const OPEN_PATH = '/open';
const OPEN_PLATFORM = { vary: 'accept', 'access-control-allow-origin': '*' };

type Call = RequestInit & { path: string };

let closed: TestServer;
let open: TestServer;
let upstream: Upstream;
const calls = new Map<TestServer, Record<string, Call>>();

beforeAll(async () => {
  [closed, open, upstream] = await Promise.all([
    startServer({ PUBLIC_HOSTS: 'LocalHost' }),
    startServer({ CORS_ORIGINS: 'https://other.example.org, HTTPS://UI.Example.org:443/' }),
    httpUpstream((request, response) =>
      response
        .writeHead(200, { 'x-platform': 'yes', ...(request.url === OPEN_PATH ? OPEN_PLATFORM : {}) })
        .end('hello'),
    ),
  ]);
});
beforeAll(async () => {
  for (const server of [closed, open]) calls.set(server, await callsOf(server));
});
afterAll(() => Promise.all([closed.stop(), open.stop(), upstream.close()]));

/** Every door that a page may want to call, each with what its request carries. */
async function callsOf(server: TestServer): Promise<Record<string, Call>> {
  const token = await server.adminToken();
  const input = { name: 'upstream', protocol: 'HTTP', host: '127.0.0.1', port: upstream.port } as const;
  const { registerPlatform } = await dataOf(server.url, RegisterPlatform, { input }, token);
  const json = { 'content-type': 'application/json' };
  return {
    GraphQL: { path: '/graphql', method: 'POST', headers: json, body: '{"query":"{__typename}"}' },
    'ote-stack': { path: '/v1/authorization', headers: { authorization: token } },
    registry: { path: '/sys/transmit/v1/routes', headers: { 'x-access-token': token } },
    'the registry under its other name': {
      path: '/api/sys/transmit/v1/routes',
      headers: { 'x-access-token': token },
    },
    forwarding: {
      path: '/sys/transmit/anything?x=1',
      headers: { 'x-access-token': token, 'plat-route-id': registerPlatform.platform.id },
    },
    'forwarding to an open platform': {
      path: `/sys/transmit${OPEN_PATH}`,
      headers: { 'x-access-token': token, 'plat-route-id': registerPlatform.platform.id },
    },
    health: { path: '/healthz' },
  };
}

const NAMES = [
  'GraphQL',
  'ote-stack',
  'registry',
  'the registry under its other name',
  'forwarding',
  'health',
];

async function call(server: TestServer, name: string, origin: string) {
  const { path, ...init }: Call = calls.get(server)?.[name] ?? { path: '' };
  const headers = new Headers(init.headers);
  headers.set('origin', origin);
  return fetch(server.url + path, { ...init, headers });
}

async function preflight(server: TestServer, name: string, origin: string) {
  const { path, method = 'GET' } = calls.get(server)?.[name] ?? { path: '' };
  const headers = {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'content-type,authorization,x-access-token,plat-route-id',
  };
  return fetch(server.url + path, { method: 'OPTIONS', headers });
}

const corsHeaders = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe.each(NAMES)('%s', (name) => {
  test('is closed by default', async () => {
    expect(corsHeaders(await call(closed, name, ORIGIN))).toEqual([]);
    expect(corsHeaders(await preflight(closed, name, ORIGIN))).toEqual([]);
  });

  test('is open to the pages of CORS_ORIGINS', async () => {
    const answer = await call(open, name, ORIGIN);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Request-Id');
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin');
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });

  test('answers their preflight', async () => {
    const { status, headers } = await preflight(open, name, ORIGIN);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(headers.get('access-control-allow-headers')).toContain('plat-route-id');
  });

  test('is closed to all others', async () => {
    for (const origin of [OTHER, 'null', `${ORIGIN}.evil.org`, 'http://ui.example.org']) {
      expect((await call(open, name, origin)).headers.has('access-control-allow-origin')).toBe(false);
      expect((await preflight(open, name, origin)).headers.has('access-control-allow-origin')).toBe(false);
    }
  });
});

test('forwarded answers keep what the platform says', async () => {
  const answer = await call(open, 'forwarding', ORIGIN);
  expect(answer.headers.get('x-platform')).toBe('yes');
  expect(await answer.text()).toBe('hello');
});

test("a platform's own policy stands where there is none of ours, and nowhere else", async () => {
  const name = 'forwarding to an open platform';
  const through = await call(closed, name, OTHER);
  expect(through.headers.get('access-control-allow-origin')).toBe('*');
  expect(through.headers.get('vary')).toBe('accept, Plat-Route-Id');

  const allowed = await call(open, name, ORIGIN);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(allowed.headers.get('vary')).toBe('accept, Plat-Route-Id, Origin');
  const refused = await call(open, name, OTHER);
  expect(refused.headers.has('access-control-allow-origin')).toBe(false);
  expect(refused.headers.get('vary')).toBe('accept, Plat-Route-Id, Origin');
});

test('a failure can be read by the page too', async () => {
  const answer = await fetch(`${open.url}/v1/authorization`, { headers: { origin: ORIGIN } });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
});

describe('WebSocket, which CORS does not cover', () => {
  const outcome = async (server: TestServer, origin?: string) => {
    const options = origin === undefined ? {} : { origin };
    const socket = new WebSocket(
      `${server.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      options,
    );
    const opened = once(socket, 'open').then(() => 'open');
    const refused = once(socket, 'unexpected-response').then(
      ([, response]: { statusCode?: number }[]) => response?.statusCode,
    );
    const result = await Promise.race([opened, refused]);
    socket.on('error', () => undefined).terminate();
    return result;
  };

  test('is open to programs, to its own pages and to those of CORS_ORIGINS', async () => {
    expect(await outcome(closed)).toBe('open');
    expect(await outcome(closed, closed.url)).toBe('open');
    expect(await outcome(closed, 'https://localhost')).toBe('open');
    expect(await outcome(closed, 'https://localhost.:8443')).toBe('open');
    expect(await outcome(open, ORIGIN)).toBe('open');
  });

  test('is closed to all others', async () => {
    for (const origin of [OTHER, 'null', `${closed.url}0`, 'file://'])
      expect(await outcome(closed, origin)).toBe(403);
    expect(await outcome(closed, ORIGIN)).toBe(403);
    expect(await outcome(open, OTHER)).toBe(403);
  });
});
