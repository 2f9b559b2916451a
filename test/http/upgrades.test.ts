import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { scriptedUpstream, type Upstream } from '../support/upstream.js';
import { connectTo, register, request, statusesOf, TLS } from './connections.js';

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
const QUERY = '{"query":"{viewer{name}}"}';
const JSON_TYPE = 'Content-Type: application/json';
const HEALTH = request('GET /healthz');
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

const plain = useServer(() => startServer());

describe('an upgrade behind a request that is being answered', () => {
  let secure: TestServer;
  let slow: Upstream;
  beforeAll(async () => {
    // Answers each request as soon as the next one is asked.
    slow = await scriptedUpstream((socket) => setTimeout(() => socket.write(OK), 100));
    secure = await startServer(TLS);
  });
  afterAll(() => Promise.all([secure.stop(), slow.close()]));

  test.each(['plain', 'over TLS'])('is answered in its turn, at every door, %s', async (kind) => {
    const { url } = kind === 'plain' ? plain : secure;
    const id = await register(url, slow);
    const first = [
      request('POST /graphql', [JSON_TYPE], QUERY),
      request('GET /readyz'),
      request('GET /sys/transmit/slow', [`Plat-Route-Id: ${id}`]),
    ];
    const seconds: [string, number][] = [
      [request('GET /sys/transmit/x', [...WEBSOCKET, 'Plat-Route-Id: nobody']), 400],
      [request('GET /graphql', WEBSOCKET), 101],
      [request('GET /healthz', WEBSOCKET), 200],
      [request('POST /graphql', [...H2C, JSON_TYPE], QUERY), 200],
    ];
    for (const before of first) {
      for (const [upgrade, status] of seconds) {
        const peer = connectTo(url, before + upgrade);
        await expect.poll(() => statusesOf(peer.text())).toEqual([200, status]);
        peer.socket.destroy();
      }
    }
    expect((await fetch(`${plain.url}/healthz`)).status).toBe(200);
  });

  test('is not answered when its client goes away meanwhile', async () => {
    const id = await register(plain.url, slow);
    const { socket } = connectTo(
      plain.url,
      request('GET /sys/transmit/slow', [`Plat-Route-Id: ${id}`]) + request('GET /graphql', WEBSOCKET),
    );
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await expect.poll(() => plain.log()).toContain('"path":"/slow"');
    expect((await fetch(`${plain.url}/healthz`)).status).toBe(200);
  });
});

describe('a client that resets its connection', () => {
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await scriptedUpstream((socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'),
    );
  });
  afterAll(() => upstream.close());

  test.each([
    ['that wants a proxy', request('CONNECT a:1')],
    ['that says what is no HTTP', 'no HTTP\r\n\r\n'],
    ['whose head is too large', request('GET /healthz', [`X: ${'x'.repeat(40_000)}`])],
    ['that opens a WebSocket', request('GET /graphql', WEBSOCKET)],
    ['that offers what nobody takes', request('GET /healthz', ['Connection: Upgrade', 'Upgrade: tcp'])],
    ['that is refused a WebSocket', request('GET /graphql', ['Connection: Upgrade', 'Upgrade: websocket'])],
  ])('harms nobody: one %s', async (_, bytes) => {
    const { socket } = connectTo(plain.url, bytes);
    await once(socket, 'data');
    socket.resetAndDestroy();
    expect((await fetch(`${plain.url}/healthz`)).status).toBe(200);
  });

  test.each(['GET /sys/transmit/x', 'POST /sys/transmit/x'])(
    'harms nobody: one that offers another protocol to a platform (%s)',
    async (line) => {
      const route = `Plat-Route-Id: ${await register(plain.url, upstream)}`;
      const { socket } = connectTo(
        plain.url,
        request(line, [route, 'Connection: Upgrade', 'Upgrade: tcp'], line.startsWith('POST') ? '{}' : ''),
      );
      await once(socket, 'data');
      socket.resetAndDestroy();
      expect((await fetch(`${plain.url}/healthz`)).status).toBe(200);
    },
  );
});

describe('an offer that every server may ignore', () => {
  let upstream: Upstream;
  let route: string;
  beforeAll(async () => {
    upstream = await scriptedUpstream((socket) => socket.write(OK));
    route = `Plat-Route-Id: ${await register(plain.url, upstream)}`;
  });
  afterAll(() => upstream.close());

  const doors = (): [string, string[], string][] => [
    ['GET /healthz', [], ''],
    ['GET /sys/transmit/v1/routes', [], ''],
    ['POST /v1/authorization', [JSON_TYPE], '{"user":"admin","password":"Correct-Horse-7"}'],
    ['POST /graphql', [JSON_TYPE], QUERY],
    ['GET /sys/transmit/x', [route], ''],
    ['POST /sys/transmit/x', [route, JSON_TYPE], '{"a":1}'],
  ];

  test.each([
    ['h2c', H2C],
    ['TLS', ['Connection: upgrade', 'Upgrade: TLS/1.2']],
    ['both', ['Connection: Upgrade', 'Upgrade: TLS/1.2, h2c']],
  ])('of %s changes nothing, with a body and with a request behind it', async (_name, offer) => {
    for (const [line, fields, body] of doors()) {
      const peer = connectTo(plain.url, request(line, [...offer, ...fields], body) + HEALTH + HEALTH);
      await expect.poll(() => statusesOf(peer.text()), { message: line }).toEqual([200, 200, 200]);
      // The connection is kept.
      peer.socket.write(request(line, [...offer, ...fields], body));
      await expect.poll(() => statusesOf(peer.text()), { message: line }).toEqual([200, 200, 200, 200]);
    }
  });

  test('in pieces, with a chunked body', async () => {
    const head = request('POST /graphql', [...H2C, JSON_TYPE, 'Transfer-Encoding: chunked']);
    const bytes = `${head}${QUERY.length.toString(16)}\r\n${QUERY}\r\n0\r\n\r\n${HEALTH}`;
    const { socket, text } = connectTo(plain.url);
    await once(socket, 'connect');
    for (const byte of bytes) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    await expect.poll(() => statusesOf(text())).toEqual([200, 200]);
    expect(text()).toContain('"viewer":null');
  });
});

test('requests that are sent ahead are answered one after the other, in order', async () => {
  const asked: string[] = [];
  const upstream = await scriptedUpstream((socket) => setTimeout(() => socket.write(OK), 30));
  upstream.server.on('connection', (socket) => socket.on('data', () => asked.push('asked')));
  try {
    const id = await register(plain.url, upstream);
    const one = request('GET /sys/transmit/x', [`Plat-Route-Id: ${id}`]);
    const peer = connectTo(plain.url, one.repeat(5) + request('GET /healthz', ['Connection: close']));
    await peer.closed;
    expect(statusesOf(peer.text())).toEqual([200, 200, 200, 200, 200, 200]);
    expect(asked).toHaveLength(5);
    // One request to the platform at a time needs one connection.
    expect(upstream.sockets).toHaveLength(1);
  } finally {
    await upstream.close();
  }
});
