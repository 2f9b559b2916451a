import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { httpUpstream, scriptedUpstream } from '../support/upstream.js';
import { during, head, type Options, rawConnection, routeTo, send, startForwarding } from './forwarding.js';

/** A forwarder before a platform that answers every request with these bytes. */
async function answering(bytes: string, end = false, options: Options = {}) {
  const upstream = await during(
    scriptedUpstream((socket) => {
      socket.write(bytes, 'latin1');
      if (end) socket.end();
    }),
  );
  return startForwarding(routeTo(upstream), options);
}

/** What this hop adds to an answer. */
const ADDED = ['Content-Security-Policy', 'sandbox', 'Vary', 'Plat-Route-Id'];
const ADDED_LINES = 'Content-Security-Policy: sandbox\r\nVary: Plat-Route-Id\r\n';

test('status, reason, header fields and body come back as the platform sent them', async () => {
  const fields = 'X-B: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-b: caf\u00e9\r\nContent-Length: 5\r\n';
  const forwarding = await answering(`HTTP/1.1 299 Quite Fine\r\n${fields}\r\nhello`);
  const { socket, until } = rawConnection(
    forwarding.port,
    head('GET /sys/transmit/ HTTP/1.1', 'Connection: close'),
  );
  await once(socket, 'end');
  expect(await until('hello')).toBe(
    `HTTP/1.1 299 Quite Fine\r\n${fields}${ADDED_LINES}Connection: close\r\n\r\nhello`,
  );
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
  expect(rawHeaders).toEqual(['X-Kept', '1', 'Content-Length', '0', ...ADDED, 'Connection', 'close']);
});

test.each([
  [204, ADDED],
  // What the answer that it is about said of documents stands.
  [304, ['Vary', 'Plat-Route-Id']],
])('a %i has no body', async (status, added) => {
  const forwarding = await answering(`HTTP/1.1 ${status} Nothing\r\nETag: "x"\r\n\r\n`);
  const answer = await send(forwarding);
  expect(answer).toMatchObject({ status, body: '' });
  expect(answer.rawHeaders).toEqual(['ETag', '"x"', ...added, 'Connection', 'close']);
});

test("a platform's own policy and Vary stand", async () => {
  const fields = "content-security-policy: default-src 'self'\r\nvary: Accept\r\nContent-Length: 0\r\n";
  const forwarding = await answering(`HTTP/1.1 200 OK\r\n${fields}\r\n`);
  const { headers, rawHeaders } = await send(forwarding);
  expect(rawHeaders).not.toContain('Content-Security-Policy');
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'self'",
    vary: 'Accept, Plat-Route-Id',
  });
});

test('the sandbox can be turned off', async () => {
  const forwarding = await answering('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', false, {
    config: { TRANSMIT_SANDBOX: false },
  });
  const { rawHeaders } = await send(forwarding);
  expect(rawHeaders).toEqual(['Content-Length', '0', 'Vary', 'Plat-Route-Id', 'Connection', 'close']);
});

test.each([
  ['close', 'close, Upgrade'],
  ['keep-alive', 'Upgrade'],
])('a 426 says which protocols it wants, to a client that says %s', async (asked, answered) => {
  const fields = 'Upgrade: TLS/1.2, HTTP/2.0\r\nConnection: Upgrade\r\nContent-Length: 2\r\n';
  const forwarding = await answering(`HTTP/1.1 426 Upgrade Required\r\n${fields}\r\nno`);
  const { until } = rawConnection(
    forwarding.port,
    head('GET /sys/transmit/ HTTP/1.1', `Connection: ${asked}`),
  );
  const text = await until('\r\n\r\nno');
  expect(text).toContain('\r\nUpgrade: TLS/1.2, HTTP/2.0\r\n');
  expect(text.match(/^connection: .*(?=\r)/gim)).toEqual([`Connection: ${answered}`]);
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
  expect(text()).toBe(`HTTP/1.1 200 OK\r\n${ADDED_LINES}Connection: close\r\n\r\nabc`);
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
  expect(text()).toBe(`HTTP/1.1 200 OK\r\n${ADDED_LINES}Connection: close\r\n\r\nabc`);
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

test('every interim answer is passed on whole, but for what is about the connection', async () => {
  const hints = 'Link: </a.css>; rel=preload\r\nLink: </b.css>; rel=preload';
  const forwarding = await answering(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-A: \u00e9\r\nKeep-Alive: timeout=5\r\n\r\nHTTP/1.1 103 Early Hints\r\n${hints}\r\n\r\n` +
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  const { until } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.1'));
  const text = await until('\r\n\r\nok');
  expect(text.split('HTTP/1.1 200 OK')[0]).toBe(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX-A: \u00e9\r\n\r\nHTTP/1.1 103 Early Hints\r\n${hints}\r\n\r\n`,
  );
});

test('a client of HTTP/1.0 knows no interim answers', async () => {
  const forwarding = await answering(
    'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  const { socket, text } = rawConnection(forwarding.port, head('GET /sys/transmit/ HTTP/1.0'));
  await once(socket, 'end');
  expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
});
