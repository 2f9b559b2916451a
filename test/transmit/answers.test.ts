import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { httpUpstream, scriptedUpstream } from '../support/upstream.js';
import { during, head, rawConnection, routeTo, send, startForwarding } from './forwarding.js';

/** A forwarder before a platform that answers every request with these bytes. */
async function answering(bytes: string, end = false) {
  const upstream = await during(
    scriptedUpstream((socket) => {
      socket.write(bytes, 'latin1');
      if (end) socket.end();
    }),
  );
  return startForwarding(routeTo(upstream));
}

test('status, reason, header fields and body come back as the platform sent them', async () => {
  const fields = 'X-B: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-b: caf\u00e9\r\nContent-Length: 5\r\n';
  const forwarding = await answering(`HTTP/1.1 299 Quite Fine\r\n${fields}\r\nhello`);
  const { socket, until } = rawConnection(
    forwarding.port,
    head('GET /sys/transmit/ HTTP/1.1', 'Connection: close'),
  );
  await once(socket, 'end');
  expect(await until('hello')).toBe(`HTTP/1.1 299 Quite Fine\r\n${fields}Connection: close\r\n\r\nhello`);
});

test('a reason phrase keeps its bytes', async () => {
  const forwarding = await answering('HTTP/1.1 200 \u00c3\u00a9t\u00c3\u00a9\r\nContent-Length: 0\r\n\r\n');
  expect((await send(forwarding)).reason).toBe('\u00c3\u00a9t\u00c3\u00a9');
});

test('fields about the connection to the platform stay behind', async () => {
  const fields = [
    'Connection: close, X-Hop',
    'Connection: X-Other',
    'X-Hop: 1',
    'x-other: 1',
    'Keep-Alive: timeout=7',
    'Proxy-Connection: keep-alive',
    'TE: trailers',
    'Upgrade: h2c',
    'X-Kept: 1',
  ];
  const forwarding = await answering(
    `HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
  );
  const { rawHeaders } = await send(forwarding);
  expect(rawHeaders).toEqual(['X-Kept', '1', 'Content-Length', '0', 'Connection', 'close']);
});

test.each([204, 304])('a %i has no body', async (status) => {
  const forwarding = await answering(`HTTP/1.1 ${status} Nothing\r\nETag: "x"\r\n\r\n`);
  const answer = await send(forwarding);
  expect(answer).toMatchObject({ status, body: '' });
  expect(answer.rawHeaders).toEqual(['ETag', '"x"', 'Connection', 'close']);
});

test('HEAD gets the length and no body, and the connection to the platform is used again', async () => {
  const upstream = await during(
    httpUpstream((_request, response) => {
      response.writeHead(200, ['Content-Length', '1234']).end();
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  for (let index = 0; index < 3; index += 1) {
    expect(await send(forwarding, { method: 'HEAD' })).toMatchObject({
      status: 200,
      headers: { 'content-length': '1234' },
      body: '',
    });
  }
  expect(upstream.sockets).toHaveLength(1);
});

test('a chunked body arrives whole, with its trailers', async () => {
  const forwarding = await answering(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n',
  );
  const answer = await send(forwarding);
  expect(answer).toMatchObject({ body: 'abcde', trailers: { 'x-sum': '5' }, headers: { trailer: 'X-Sum' } });
});

test('trailers that the client can not be sent are left out', async () => {
  const forwarding = await answering(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 5\r\n\r\n',
  );
  const { socket, text } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.0'));
  await once(socket, 'end');
  expect(text()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc');
});

test('a body that ends with the connection arrives whole', async () => {
  const forwarding = await answering('HTTP/1.1 200 OK\r\n\r\nuntil the end', true);
  expect(await send(forwarding)).toMatchObject({ status: 200, body: 'until the end' });
});

test('a client of HTTP/1.0 is answered without chunks', async () => {
  const forwarding = await answering(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  );
  const { socket, text } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.0'));
  await once(socket, 'end');
  expect(text()).toBe('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc');
});

test('nothing is decoded and no redirect is followed', async () => {
  const packed = gzipSync('packed');
  const upstream = await during(
    httpUpstream((_request, response) => {
      response.writeHead(302, ['Location', '/elsewhere', 'Content-Encoding', 'gzip']).end(packed);
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const answer = await send(forwarding);
  expect(answer).toMatchObject({
    status: 302,
    headers: { location: '/elsewhere', 'content-encoding': 'gzip' },
  });
  expect(answer.body).toBe(packed.toString('latin1'));
});

test('early hints are passed on, other interim answers are not', async () => {
  const forwarding = await answering(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  const { until } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.1'));
  const text = await until('\r\n\r\nok');
  expect(text).toMatch(
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a\.css>; rel=preload\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
  );
});
