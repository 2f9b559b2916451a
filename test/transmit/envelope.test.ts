import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { startServer, type TestServer } from '../support/server.js';
import {
  closedPort,
  httpUpstream,
  scriptedUpstream,
  tcpUpstream,
  type Upstream,
} from '../support/upstream.js';
import { parsed } from './forwarding.js';

let server: TestServer;
let garbage: Upstream;
let silent: Upstream;
let mirror: Upstream;
/** How this server names itself to platforms. */
let via = '';
const ids: Record<string, string> = {};

/** Registers a platform on this port of the loopback address. */
async function register(name: string, port: number): Promise<void> {
  const answer = await send(`${server.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name, protocol: 'http', host: '127.0.0.1', port: String(port) },
  });
  ids[name] = ((await answer.json()) as { data: { id: string } }).data.id;
}

beforeAll(async () => {
  server = await startServer({ TRANSMIT_HEADERS_TIMEOUT: '0.2' });
  garbage = await scriptedUpstream((socket) => socket.end('nonsense\r\n\r\n'));
  silent = await tcpUpstream((socket) => void socket.resume());
  mirror = await httpUpstream((request, response) => response.end(request.headers.via));
  await register('mirror', mirror.port);
  const headers = { 'Plat-Route-Id': ids['mirror'] ?? '' };
  via = await (await fetch(`${server.url}/sys/transmit/`, { headers })).text();
  await register('garbage', garbage.port);
  await register('silent', silent.port);
  await register('absent', await closedPort());
});
afterAll(async () => {
  await server.stop();
  await mirror.close();
  await garbage.close();
  await silent.close();
});

/** All that is answered to these lines, as Latin-1; the server closes after it. */
async function answerTo(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = net.connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.write([...lines, 'Host: 127.0.0.1', '', ''].join('\r\n'), 'latin1');
  await once(socket, 'close');
  return text;
}

const CLOSE = 'Connection: close';
const to = (name: string) => `Plat-Route-Id: ${ids[name] ?? name}`;

test.each([
  ['no platform', () => [CLOSE], '400 Bad Request', 'PLAT_ROUTE_ID_REQUIRED'],
  ['an unknown platform', () => [to('nobody'), CLOSE], '400 Bad Request', 'PLATFORM_NOT_FOUND'],
  ['a loop', () => [`Via: ${via}`, CLOSE], '500 Internal Server Error', 'FORWARDING_LOOP'],
  ['a dead token', () => ['X-Access-Token: x', CLOSE], '401 Unauthorized', 'UNAUTHENTICATED'],
  ["another site's page", () => ['Origin: http://evil.example', CLOSE], '403 Forbidden', 'FORBIDDEN'],
  ['a dead platform', () => [to('absent'), CLOSE], '500 Internal Server Error', 'PLATFORM_UNREACHABLE'],
  ['no HTTP', () => [to('garbage'), CLOSE], '500 Internal Server Error', 'PLATFORM_PROTOCOL'],
  ['no answer', () => [to('silent'), CLOSE], '500 Internal Server Error', 'PLATFORM_TIMEOUT'],
  [
    'no answer to an upgrade',
    () => [to('silent'), 'Connection: Upgrade, close', 'Upgrade: websocket'],
    '500 Internal Server Error',
    'PLATFORM_TIMEOUT',
  ],
] as const)('%s fails in the envelope, as JSON', async (_name, fields, status, code) => {
  const [head = '', body = ''] = (await answerTo('GET /sys/transmit/x HTTP/1.1', ...fields())).split(
    '\r\n\r\n',
  );
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
  expect(head).toContain('\r\nContent-Type: application/json; charset=utf-8\r\n');
  expect(head).toContain(`\r\nContent-Length: ${body.length}\r\n`);
  expect(head).toMatch(/\r\nX-Request-Id: [\da-f-]{36}\r\n/);
  expect(parsed(body)).toEqual({ status: false, code, message: expect.any(String), data: null });
});

test('a method that is not forwarded says which are', async () => {
  const answer = await answerTo('TRACE /sys/transmit/x HTTP/1.1', CLOSE);
  expect(answer).toContain('\r\nContent-Type: application/json; charset=utf-8\r\n');
  expect(answer).toContain('\r\nAllow: GET, POST, PUT, PATCH, DELETE, HEAD\r\n');
});
