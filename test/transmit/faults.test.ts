import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { closedPort, httpUpstream, scriptedUpstream, tcpUpstream } from '../support/upstream.js';
import {
  codeOf,
  during,
  head,
  open,
  rawConnection,
  responseTo,
  routeTo,
  send,
  startForwarding,
} from './forwarding.js';

/** A forwarder before a platform that answers the n-th request with the n-th bytes and hangs up after it, or goes on. */
async function scripted(...scripts: { bytes: string; end?: 'fin' | 'reset' }[]) {
  const upstream = await during(
    scriptedUpstream(
      ...scripts.map(({ bytes, end }) => (socket: Socket) => {
        socket.write(bytes, 'latin1', () => {
          if (end === 'fin') socket.end();
          if (end === 'reset') socket.resetAndDestroy();
        });
      }),
    ),
  );
  return { upstream, forwarding: await startForwarding(routeTo(upstream)) };
}

const OK = { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' };

test('a platform that refuses connections is unreachable', async () => {
  const forwarding = await startForwarding(routeTo({ port: await closedPort() }));
  const answer = await send(forwarding, { method: 'POST', body: 'body' });
  expect(answer.status).toBe(500);
  expect(codeOf(answer)).toBe('PLATFORM_UNREACHABLE');
  expect(answer.body).toContain('refuses');
});

test('a platform whose name is unknown is unreachable', async () => {
  const forwarding = await startForwarding(routeTo({ port: 1 }, { host: 'nowhere.invalid' }), {
    resolve: (_hostname, _options, callback) =>
      callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []),
  });
  expect(codeOf(await send(forwarding))).toBe('PLATFORM_UNREACHABLE');
});

test.each(['fin', 'reset'] as const)(
  'a platform that hangs up before its headers (%s) breaks the protocol',
  async (end) => {
    const { forwarding } = await scripted({ bytes: '', end });
    const answer = await send(forwarding);
    expect(answer.status).toBe(500);
    expect(codeOf(answer)).toBe('PLATFORM_PROTOCOL');
    expect(answer.body).toContain('hung up');
  },
);

test.each([
  ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a status line alone', 'HTTP/1.1 200 OK\r\n\u0000: x\r\n\r\n'],
  ['two different lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
  ['an unknown transfer coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
  [
    'an upgrade that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  ],
  ['endless headers', `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}\r\n\r\n`],
])('%s is no answer', async (_name, bytes) => {
  const { forwarding } = await scripted({ bytes });
  const answer = await send(forwarding);
  expect(answer.status).toBe(500);
  expect(codeOf(answer)).toBe('PLATFORM_PROTOCOL');
});

test.each([
  ['a length', 'fin', 'Content-Length: 100\r\n\r\npart'],
  ['a length', 'reset', 'Content-Length: 100\r\n\r\npart'],
  ['chunks', 'fin', 'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
  ['chunks', 'reset', 'Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
  ['nothing but the end', 'reset', '\r\npart'],
] as const)('a body framed by %s that is cut off by a %s resets the client', async (_name, end, rest) => {
  const { forwarding } = await scripted({ bytes: `HTTP/1.1 200 OK\r\n${rest}`, end });
  const { closed } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.1'));
  expect(await closed).toEqual({ hadError: true });
  await expect.poll(() => forwarding.logs).toMatchObject([{ status: 200, error: 'UPSTREAM_PROTOCOL' }]);
});

test('a platform that never answers times out', async () => {
  const upstream = await during(tcpUpstream((socket) => void socket.resume()));
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_HEADERS_TIMEOUT: 100 } });
  const answer = await send(forwarding);
  expect(answer.status).toBe(500);
  expect(codeOf(answer)).toBe('PLATFORM_TIMEOUT');
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});

test('a platform that stops in the middle of its answer resets the client', async () => {
  const upstream = await during(
    scriptedUpstream((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart')),
  );
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_IDLE_TIMEOUT: 100 } });
  const { closed } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.1'));
  expect(await closed).toEqual({ hadError: true });
  await expect.poll(() => forwarding.logs).toMatchObject([{ error: 'UPSTREAM_TIMEOUT' }]);
});

test('an upload that stops is given up after the idle limit, not the limit for headers', async () => {
  const upstream = await during(httpUpstream((request) => void request.resume()));
  const forwarding = await startForwarding(routeTo(upstream), {
    config: { TRANSMIT_HEADERS_TIMEOUT: 60_000, TRANSMIT_IDLE_TIMEOUT: 100 },
  });
  const request = open(forwarding.port, { method: 'POST', headers: { 'Content-Length': 100 } });
  request.write('part');
  expect((await responseTo(request)).statusCode).toBe(500);
  request.destroy();
});

test('the time for headers starts when the body has been sent', async () => {
  const upstream = await during(
    httpUpstream((request, response) => void request.resume().on('end', () => response.end('ok'))),
  );
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_HEADERS_TIMEOUT: 100 } });
  const request = open(forwarding.port, { method: 'POST', headers: { 'Content-Length': 20 } });
  const response = responseTo(request);
  for (let sent = 0; sent < 20; sent += 1) {
    request.write('x');
    // A client that needs three times the limit for its body.
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  expect((await response).statusCode).toBe(200);
});

test('a request that finds no free connection in time is answered', async () => {
  const upstream = await during(scriptedUpstream((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nno end')));
  const forwarding = await startForwarding(routeTo(upstream), {
    config: { TRANSMIT_HEADERS_TIMEOUT: 100, TRANSMIT_CONNECTIONS: 1 },
  });
  const first = open(forwarding.port, {}).end();
  const running = await responseTo(first);
  const answer = await send(forwarding);
  expect(codeOf(answer)).toBe('PLATFORM_TIMEOUT');
  expect(answer.body).toContain('no free connection');
  running.destroy();
});

test('a GET on a connection that the platform has just closed is sent again', async () => {
  const { upstream, forwarding } = await scripted(OK, { bytes: '', end: 'reset' }, OK);
  expect((await send(forwarding)).body).toBe('ok');
  expect((await send(forwarding)).body).toBe('ok');
  expect(upstream.sockets).toHaveLength(2);
});

test('it is sent again only once', async () => {
  const { forwarding } = await scripted(OK, OK, { bytes: '', end: 'fin' });
  const both = await Promise.all([send(forwarding, { path: '/1' }), send(forwarding, { path: '/2' })]);
  expect(both.map(({ body }) => body)).toEqual(['ok', 'ok']);
  expect(codeOf(await send(forwarding))).toBe('PLATFORM_PROTOCOL');
});

test('a POST is never sent twice', async () => {
  const { upstream, forwarding } = await scripted(OK, { bytes: '', end: 'fin' }, OK);
  expect((await send(forwarding)).body).toBe('ok');
  expect(codeOf(await send(forwarding, { method: 'POST' }))).toBe('PLATFORM_PROTOCOL');
  expect(upstream.sockets).toHaveLength(1);
});

test('connections that the platform closes while they are idle are replaced', async () => {
  const { upstream, forwarding } = await scripted({ ...OK, end: 'fin' });
  for (let index = 0; index < 3; index += 1) {
    expect((await send(forwarding, { method: 'POST' })).body).toBe('ok');
    await expect.poll(() => upstream.sockets[index]?.destroyed).toBe(true);
  }
});
