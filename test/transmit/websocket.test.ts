import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { httpUpstream, scriptedUpstream } from '../support/upstream.js';
import {
  codeOf,
  during,
  head,
  type Options,
  rawConnection,
  read,
  ROUTE_ID,
  routeTo,
  send,
  startForwarding,
} from './forwarding.js';

/** A platform that sends every message back, and a forwarder before it. */
async function echoing(options: Options = {}) {
  const upstream = await during(httpUpstream((_request, response) => response.end('plain')));
  const requests: IncomingMessage[] = [];
  const sockets = new WebSocketServer({ server: upstream.server });
  sockets.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return { upstream, requests, forwarding: await startForwarding(routeTo(upstream), options) };
}

function connect(port: number, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sys/transmit/socket?q=1`, ['chat'], {
    headers: { 'Plat-Route-Id': ROUTE_ID, ...headers },
  });
  onTestFinished(() => socket.terminate());
  return socket;
}

async function refusalOf(socket: WebSocket) {
  socket.on('error', () => undefined);
  const response = new Promise<IncomingMessage>((resolve) =>
    socket.on('unexpected-response', (_request, answer) => resolve(answer)),
  );
  return read(await response);
}

test('messages pass both ways, small and large', async () => {
  const { requests, forwarding } = await echoing();
  const socket = connect(forwarding.port, { Cookie: 'a=1', 'X-Access-Token': 'secret' });
  await once(socket, 'open');
  expect(socket.protocol).toBe('chat');
  const large = Buffer.alloc(3_000_000, 'x');
  for (const message of [Buffer.from('hello'), large]) {
    socket.send(message);
    const echo = await new Promise<unknown>((resolve) => socket.once('message', resolve));
    expect(message.equals(echo instanceof Buffer ? echo : Buffer.alloc(0))).toBe(true);
  }
  socket.close(1000);
  await once(socket, 'close');
  expect(requests[0]).toMatchObject({
    url: '/socket?q=1',
    headers: { cookie: 'a=1', 'x-forwarded-for': '127.0.0.1', via: '1.1 isthmus-test', upgrade: 'websocket' },
  });
  expect(requests[0]?.headers).not.toHaveProperty('x-access-token');
  await expect.poll(() => forwarding.logs).toMatchObject([{ status: 101, path: '/socket' }]);
  expect(Number(forwarding.logs[0]?.bytesUp)).toBeGreaterThan(large.length);
  expect(Number(forwarding.logs[0]?.bytesDown)).toBeGreaterThan(large.length);
});

test('the same checks apply', async () => {
  const { forwarding } = await echoing();
  expect(codeOf(await refusalOf(connect(forwarding.port, { 'Plat-Route-Id': 'nobody' })))).toBe('NOT_FOUND');
  expect(codeOf(await refusalOf(connect(forwarding.port, { Via: '1.1 isthmus-test' })))).toBe(
    'FORWARDING_LOOP',
  );
});

test('an answer that is no upgrade is an ordinary answer', async () => {
  const upstream = await during(
    httpUpstream((_request, response) =>
      response.writeHead(404, { 'X-Why': 'none' }).end('x'.repeat(300_000)),
    ),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const answer = await refusalOf(connect(forwarding.port));
  expect(answer).toMatchObject({ status: 404, headers: { 'x-why': 'none', connection: 'keep-alive' } });
  expect(answer.body).toHaveLength(300_000);
});

test('a platform that hangs up is an error', async () => {
  const upstream = await during(scriptedUpstream((socket) => socket.end()));
  const forwarding = await startForwarding(routeTo(upstream));
  expect(codeOf(await refusalOf(connect(forwarding.port)))).toBe('UPSTREAM_PROTOCOL');
});

test.each([
  ['client', 'ends'],
  ['client', 'resets'],
  ['platform', 'ends'],
  ['platform', 'resets'],
] as const)('when the %s %s, the other end is closed too', async (side, how) => {
  const { upstream, forwarding } = await echoing();
  const request = head(
    'GET /sys/transmit/ HTTP/1.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  );
  const client = rawConnection(forwarding.port, request);
  expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  const ends = { client: client.socket, platform: upstream.sockets[0] };
  if (how === 'resets') ends[side]?.resetAndDestroy();
  else ends[side]?.end();
  await client.closed;
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
  await expect.poll(() => forwarding.logs).toHaveLength(1);
});

test('a tunnel in which nothing happens is closed', async () => {
  const { forwarding } = await echoing({ config: { TRANSMIT_IDLE_TIMEOUT: 100 } });
  const socket = connect(forwarding.port);
  await once(socket, 'open');
  const code = await new Promise((resolve) => socket.once('close', resolve));
  expect(code).toBe(1006);
});

test('an upgrade leaves its connection to others, and shutting down ends tunnels', async () => {
  const { upstream, forwarding } = await echoing({ config: { TRANSMIT_CONNECTIONS: 1 } });
  const socket = connect(forwarding.port);
  await once(socket, 'open');
  expect((await send(forwarding)).body).toBe('plain');
  expect(upstream.sockets).toHaveLength(2);
  const closed = once(socket, 'close');
  await forwarding.transmit.close();
  await closed;
});
