import { once } from 'node:events';
import { type Socket as NetSocket, connect as connectTcp } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { TokenService } from '../../src/domains/identity/token.service.js';
import { registerPlatform } from '../platforms/support.js';
import { PATIENCE } from '../support/patience.js';
import { ADMIN, logIn, startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';
import { useServer } from '../support/useServer.js';
import { connect } from './socket.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const UNAUTHORIZED = 4401;
const TEXT = 0x81;
const PING = 0x89;
const VIEWER = '{ viewer { name } }';

const server = useServer(() =>
  startServer({
    TRUSTED_PROXIES: '127.0.0.1/32',
    GRAPHQL_SOCKET_LOGIN: '3',
    GRAPHQL_SOCKETS_PER_ADDRESS: '2',
  }),
);

let addresses = 0;
/** An address of its own, so that the tests do not count together. */
const ownAddress = () => ({ 'x-forwarded-for': `192.0.2.${(addresses += 1)}` });

const open = (headers: Record<string, string>) =>
  new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });

/** `open`, or the status with which the handshake is refused. */
async function outcome(socket: WebSocket): Promise<unknown> {
  socket.on('error', () => undefined);
  const opened = once(socket, 'open').then(() => 'open');
  const refused = once(socket, 'unexpected-response').then(
    ([, response]: { statusCode?: number }[]) => response?.statusCode,
  );
  return Promise.race([opened, refused]);
}

/** A frame of a client, with a mask of zeros. */
function frame(opcode: number, payload: Buffer): Buffer {
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([
          0x80 | 127,
          0,
          0,
          0,
          0,
          ...new Uint8Array(new Uint32Array([payload.length]).buffer).toReversed(),
        ]);
  return Buffer.concat([Buffer.from([opcode]), length, Buffer.alloc(4), payload]);
}

/** A WebSocket whose client sends and never reads. */
async function unread(): Promise<NetSocket> {
  const { hostname, port } = new URL(server.url);
  const socket = connectTcp(Number(port), hostname).on('error', () => undefined);
  socket.write(
    [
      'GET /graphql HTTP/1.1',
      `Host: ${hostname}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
      `X-Forwarded-For: ${ownAddress()['x-forwarded-for']}`,
      '\r\n',
    ].join('\r\n'),
  );
  await once(socket, 'readable');
  return socket;
}

describe('a client that does not read', () => {
  const MEBIBYTE = 1024 * 1024;

  test.each([
    [
      'messages',
      frame(TEXT, Buffer.from(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(MEBIBYTE / 2) } }))),
      200,
    ],
    ['frames', Buffer.concat(Array.from({ length: 4000 }, () => frame(PING, Buffer.alloc(125)))), 200],
  ])('is cut off when its pings, as %s, have filled what waits for it', async (_kind, bytes, count) => {
    const socket = await unread();
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    for (let sent = 0; sent < count && !socket.destroyed; sent += 1) {
      // Resolves when the system has taken it, or the connection is gone.
      await Promise.race([new Promise((resolve) => socket.write(bytes, resolve)), closed]);
    }
    // 100 MB of answers wait otherwise, and all of them come.
    const end = await Promise.race([closed, delay(10_000, 'open')]);
    socket.destroy();
    expect(end).toBe('closed');
  });
});

describe.concurrent('a socket without a caller', () => {
  test.each([
    ['that says nothing', undefined],
    ['that has no token', { type: 'connection_init' }],
  ])('%s is closed after its time', async (_which, message) => {
    const socket = open(ownAddress());
    await once(socket, 'open');
    if (message) socket.send(JSON.stringify(message));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(UNAUTHORIZED);
  });

  test('does not take others with it', async () => {
    const socket = connect(server.url, { token: await server.adminToken() });
    expect((await socket.run({ query: VIEWER })).data).toEqual({ viewer: { name: ADMIN.user } });
    const stranger = open(ownAddress());
    await once(stranger, 'close');
    expect((await socket.run({ query: VIEWER })).data).toEqual({ viewer: { name: ADMIN.user } });
    socket.close();
  });
});

describe('the number of sockets', () => {
  test.each([
    ['an address', '198.51.100.1', '198.51.100.1', '198.51.100.2'],
    ['an IPv6 network of /64', '2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:1::1'],
  ])('is bounded for %s', async (_what, address, same, other) => {
    const all = [address, same, same, other].map((each) => open({ 'x-forwarded-for': each }));
    const results = await Promise.all(all.map(outcome));
    expect(results.filter((result) => result === 503)).toHaveLength(1);
    expect(results.filter((result) => result === 'open')).toHaveLength(3);
    expect(results[3]).toBe('open');
    expect(server.log()).toMatch(/"status":503,"error":"RATE_LIMITED"[^\n]*a WebSocket was refused/);
    for (const socket of all) socket.terminate();
    await expect
      .poll(async () => {
        const again = open({ 'x-forwarded-for': same });
        const result = await outcome(again);
        again.terminate();
        return result;
      })
      .toBe('open');
  });
});

test('a handshake that is none is refused without a page of its own', async () => {
  const { hostname, port } = new URL(server.url);
  const client = connectTcp(Number(port), hostname);
  client.write(
    `GET /graphql HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  let text = '';
  for await (const chunk of client) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nX-Request-Id: /);
  expect(text).not.toMatch(/html/i);
});

test('the connection of a handshake that was refused does not stay open, whatever its client does', async () => {
  const { hostname, port } = new URL(server.url);
  const client = connectTcp({ port: Number(port), host: hostname, allowHalfOpen: true });
  client.on('error', () => undefined);
  client.write(
    `GET /graphql HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://other.example\r\n\r\nmore`,
  );
  let text = '';
  for await (const chunk of client.iterator({ destroyOnReturn: false })) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 403 /);
  // Its own end is still open, and what it sends shows that nobody is there.
  await expect
    .poll(() => {
      client.write('more');
      return client.destroyed;
    }, PATIENCE)
    .toBe(true);
});

test('a token that does not work is in the log with who sent it, and not itself', async () => {
  const address = ownAddress();
  const socket = open({ ...address, 'x-request-id': 'with-a-dead-token' });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: 'd3ad-token' } }));
  expect((await once(socket, 'close'))[0]).toBe(UNAUTHORIZED);
  expect(server.log()).toContain(
    `"requestId":"with-a-dead-token","address":"${address['x-forwarded-for']}","error":"UNAUTHENTICATED"`,
  );
  expect(server.log()).not.toContain('d3ad-token');
});

describe('the token of the handshake', () => {
  test('counts like that of the first message', async () => {
    const token = await server.adminToken();
    for (const authorization of [token, `Bearer ${token}`]) {
      const socket = open({ ...ownAddress(), authorization });
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init' }));
      await once(socket, 'message');
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: VIEWER } }));
      const [message] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(message.toString())).toMatchObject({
        payload: { data: { viewer: { name: ADMIN.user } } },
      });
      socket.terminate();
    }
  });

  test('must work', async () => {
    const socket = open({ ...ownAddress(), authorization: 'nonsense' });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    expect((await once(socket, 'close'))[0]).toBe(UNAUTHORIZED);
  });
});

/** Of the only handshake. */
function requestOf(handshakes: readonly (readonly object[])[]): WeakRef<object> {
  const [[request] = []] = handshakes;
  if (!request || handshakes.length > 1) throw new Error(`${handshakes.length} handshakes`);
  return new WeakRef(request);
}

test('a client that leaves while its token is looked at leaves nothing', async () => {
  const token = await server.adminToken();
  const { promise, resolve } = Promise.withResolvers<void>();
  const { sub, sid, exp = 0 } = decodeJwt(token);
  const verifying = vi.spyOn(TokenService.prototype, 'verify');
  const upgrading = vi.spyOn(WebSocketServer.prototype, 'handleUpgrade');
  onTestFinished(() => void vi.restoreAllMocks());
  verifying.mockImplementationOnce(async () => {
    await promise;
    return { userId: Number(sub), sessionId: String(sid), expiresAt: new Date(exp * 1000) };
  });
  const socket = open(ownAddress());
  await once(socket, 'open');
  const request = requestOf(upgrading.mock.calls);
  upgrading.mockClear();
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  await expect.poll(() => verifying.mock.calls).toHaveLength(1);
  socket.terminate();
  await expect
    .poll(async () => (await fetch(`${server.url}/metrics`)).text(), PATIENCE)
    .toContain('isthmus_graphql_sockets 0');
  resolve();
  await expect
    .poll(() => {
      collect();
      return request.deref() === undefined;
    }, PATIENCE)
    .toBe(true);
});

test('what a platform is asked for a client that goes away is broken off', async () => {
  const upstream = await httpUpstream(() => undefined);
  onTestFinished(async () => upstream.close());
  const more = { kind: 'GENERIC', region: null, projectId: null };
  const platformId = await registerPlatform(server, upstream.port, more);
  const socket = open({ ...ownAddress(), authorization: await server.adminToken() });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const query = 'mutation ($input: TransmitInput!) { transmit(input: $input) { status } }';
  const variables = { input: { platformId, method: 'GET', path: '/' } };
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query, variables } }));
  await expect.poll(() => upstream.sockets).toHaveLength(1);
  socket.terminate();
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
  expect(server.log()).not.toContain('operation failed');
});

test('an operation that ends the session is answered before the socket closes', async () => {
  for (let round = 0; round < 5; round += 1) {
    const token = await logIn(server.url, ADMIN.user, ADMIN.password);
    const socket = open(ownAddress());
    await once(socket, 'open');
    const got: unknown[] = [];
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { type: string; payload?: unknown };
      got.push(message.type === 'next' ? message.payload : message.type);
      if (message.type !== 'connection_ack') return;
      const payload = { query: 'mutation { logOut { loggedOut } }' };
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
    });
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
    got.push((await once(socket, 'close'))[0]);
    const answer = { data: { logOut: { loggedOut: true } } };
    expect(got).toEqual(['connection_ack', answer, 'complete', UNAUTHORIZED]);
  }
});
