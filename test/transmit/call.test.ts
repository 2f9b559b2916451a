import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { httpUpstream, scriptedUpstream, type Upstream } from '../support/upstream.js';
import type { PlatformCall } from '../../src/domains/platforms/index.js';
import { during, routeTo, startForwarding, type Options } from './forwarding.js';

async function calling(upstream: Upstream, options: Options = {}, route = routeTo(upstream)) {
  const { transmit } = await startForwarding(route, options);
  const { signal } = new AbortController();
  return (call: Partial<PlatformCall>) =>
    transmit.call(route, { method: 'GET', path: '/', address: '192.0.2.1', signal, ...call });
}

async function describing() {
  return during(
    httpUpstream((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.writeHead(201, {
          'Content-Type': 'application/json; charset=utf-8',
          'Set-Cookie': ['a=1', 'b=2'],
        });
        response.end(
          JSON.stringify({ line: `${request.method} ${request.url}`, headers: request.headers, body }),
        );
      });
    }),
  );
}

test('a call answers status, headers and parsed JSON', async () => {
  const upstream = await describing();
  const call = await calling(upstream);
  const answer = await call({ method: 'POST', path: '/a/../b//%2F?x=1', body: { é: 1 } });
  expect(answer).toMatchObject({
    status: 201,
    headers: { 'set-cookie': ['a=1', 'b=2'] },
    body: { line: 'POST /a/../b//%2F?x=1', body: '{"é":1}' },
  });
  expect(answer.body).toHaveProperty('headers', {
    host: `127.0.0.1:${upstream.port}`,
    'accept-encoding': 'gzip, deflate, br, zstd',
    'x-forwarded-for': '192.0.2.1',
    via: '1.1 isthmus-test',
    'content-type': 'application/json',
    'content-length': '8',
  });
});

test('given headers are sent, but for those that are not for the caller to set', async () => {
  const call = await calling(await describing());
  const headers = {
    Authorization: 'Basic abc',
    'Content-Type': 'text/x',
    Host: 'evil',
    Connection: 'upgrade',
    'Transfer-Encoding': 'chunked',
    'Content-Length': '1',
    Via: '1.1 x',
    'X-Access-Token': 'secret',
    'X-Forwarded-For': '1.2.3.4',
  };
  const answer = await call({ method: 'PUT', headers, body: 'text' });
  expect(answer.body).toMatchObject({
    body: 'text',
    headers: {
      authorization: 'Basic abc',
      'content-type': 'text/x',
      'x-forwarded-for': '192.0.2.1',
      via: '1.1 isthmus-test',
      'content-length': '4',
    },
  });
  expect(answer.body).not.toHaveProperty('headers.x-access-token');
});

test.each([
  [{ method: 'TRACE' }, 'method'],
  [{ path: 'relative' }, 'path'],
  [{ path: '/a b' }, 'path'],
  [{ path: '/é' }, 'path'],
  [{ headers: { 'a b': 'c' } }, 'headers.a b'],
  [{ headers: { a: 'b\r\nc: d' } }, 'headers.a'],
  [{ body: {} }, 'body'],
])('%o is refused', async (wrong, path) => {
  const call = await calling(await describing());
  await expect(call(wrong)).rejects.toMatchObject({ code: 'BAD_INPUT', details: { fields: [{ path }] } });
});

test('failures have the codes of forwarding', async () => {
  const hanging = await during(httpUpstream(() => undefined));
  const slow = await calling(hanging, { config: { TRANSMIT_HEADERS_TIMEOUT: 100 } });
  await expect(slow({})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  const denied = await calling(hanging, {}, routeTo(hanging, { host: '169.254.1.1' }));
  await expect(denied({})).rejects.toMatchObject({ code: 'ADDRESS_DENIED' });
  const garbage = await calling(await during(scriptedUpstream((socket) => socket.end('nonsense\r\n\r\n'))));
  await expect(garbage({})).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  const huge = await calling(
    await during(httpUpstream((_request, response) => response.end(Buffer.alloc(2_000_000)))),
  );
  await expect(huge({})).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  await expect(huge({})).rejects.toThrow('more than 1048576 bytes');
});

test('an answer that drips has an end, however steadily it comes', async () => {
  const dripping = await during(
    httpUpstream((_request, response) => {
      response.writeHead(200, { 'Content-Length': 1_000_000 }).write('x');
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    }),
  );
  const call = await calling(dripping, { config: { TRANSMIT_IDLE_TIMEOUT: 200 } });
  await expect(call({})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});

test('redirects and errors are answers; text stays text; nothing is null', async () => {
  const upstream = await during(
    httpUpstream((request, response) => {
      if (request.url === '/empty') response.writeHead(204).end();
      else if (request.url === '/bad')
        response.writeHead(500, { 'Content-Type': 'application/json' }).end('{');
      else response.writeHead(302, { Location: '/empty', 'Content-Type': 'text/plain' }).end('moved');
    }),
  );
  const call = await calling(upstream);
  expect(await call({})).toMatchObject({ status: 302, body: 'moved' });
  expect(await call({ path: '/empty' })).toMatchObject({ status: 204, body: null });
  expect(await call({ path: '/bad' })).toMatchObject({ status: 500, body: '{' });
});

test('reads share connections, and what must not be sent twice goes on one of its own', async () => {
  const upstream = await describing();
  const call = await calling(upstream, { config: { TRANSMIT_CONNECTIONS: 2 } });
  for (let reads = 0; reads < 3; reads += 1) await call({});
  expect(upstream.sockets).toHaveLength(1);
  for (let writes = 0; writes < 4; writes += 1) await call({ method: 'POST', body: {} });
  expect(upstream.sockets).toHaveLength(5);
  await Promise.all(
    Array.from({ length: 8 }, async (_, index) => call({ method: index % 2 ? 'GET' : 'PUT' })),
  );
  expect(upstream.sockets.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(2);
});

test('a read on a connection that was closed at the same moment is sent again, once', async () => {
  const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  const upstream = await during(
    scriptedUpstream(
      (socket) => socket.write(answer),
      (socket) => socket.destroy(),
      (socket) => socket.write(answer),
      (socket) => socket.destroy(),
      (socket) => socket.destroy(),
    ),
  );
  const call = await calling(upstream);
  expect(await call({})).toMatchObject({ body: 'ok' });
  expect(await call({})).toMatchObject({ body: 'ok' });
  expect(upstream.sockets).toHaveLength(2);
  await expect(call({})).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
});

test('a request that may have a body says that it has none', async () => {
  const call = await calling(await describing());
  expect((await call({ method: 'POST' })).body).toHaveProperty('headers.content-length', '0');
  expect((await call({ method: 'DELETE' })).body).not.toHaveProperty('headers.content-length');
});

test('fields that repeat are read as Node reads them', async () => {
  const lines = ['X-A: 1', 'x-a: 2', 'Set-Cookie: a', 'Set-Cookie: b', 'Retry-After: 1', 'Retry-After: 2'];
  const bytes = `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`;
  const call = await calling(await during(scriptedUpstream((socket) => socket.write(bytes))));
  expect((await call({})).headers).toEqual({
    'x-a': '1, 2',
    'set-cookie': ['a', 'b'],
    'retry-after': '1',
    'content-length': '0',
  });
});

test('an aborted call ends', async () => {
  const upstream = await during(httpUpstream(() => undefined));
  const call = await calling(upstream);
  const abort = new AbortController();
  const answer = call({ signal: abort.signal });
  await expect.poll(() => upstream.sockets).toHaveLength(1);
  abort.abort();
  await expect(answer).rejects.toThrow('aborted');
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});

test('a head that is too large, and interim answers without end, are refused with their limit', async () => {
  const huge = `HTTP/1.1 200 OK\r\nX-A: ${'x'.repeat(70_000)}\r\n\r\n`;
  const large = await calling(await during(scriptedUpstream((socket) => socket.write(huge))));
  await expect(large({})).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('a head of more than 65536 bytes'),
  });
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'.repeat(1_001);
  const hinting = await calling(await during(scriptedUpstream((socket) => socket.write(hints))));
  await expect(hinting({})).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 1000 interim answers'),
  });
});

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json';
test.each([
  ['white space before a colon', `${HEAD}\r\nX-A \t: 1\r\nContent-Length : 7\r\n\r\n{"a":1}`],
  ['lines that end in LF', `${HEAD}\nX-A: 1\nContent-Length: 7\n\n{"a":1}`.replaceAll('\r', '')],
  ['chunks', `${HEAD}\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4 \r\n":1}\r\n0\r\n\r\n`],
  ['a body until the end', `${HEAD}\r\nX-A: 1\r\n\r\n{"a":1}`],
  [
    'interim answers',
    `HTTP/1.1 103 Early Hints\r\n\r\n${HEAD}\r\nX-A: 1\r\nContent-Length: 7\r\n\r\n{"a":1}`,
  ],
  ['more than was asked for', `${HEAD}\r\nX-A: 1\r\nContent-Length: 7\r\n\r\n{"a":1}HTTP/1.1 200 OK\r\n\r\n`],
])('an answer with %s is read as forwarding reads it, in one piece or in many', async (_what, bytes) => {
  for (const pieces of [[bytes], Array.from(bytes)]) {
    const upstream = await during(
      scriptedUpstream((socket) => {
        for (const piece of pieces) socket.write(piece, 'latin1');
        socket.end();
      }),
    );
    expect(await (await calling(upstream))({})).toMatchObject({
      status: 200,
      headers: { 'x-a': '1' },
      body: { a: 1 },
    });
  }
});

test.each([
  ['both a length and chunks', `${HEAD}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['an upgrade that nobody asked for', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'],
  ['a malformed header field', `${HEAD}\r\nno field\r\n\r\n`],
])('an answer with %s is refused in the same words', async (words, bytes) => {
  const call = await calling(await during(scriptedUpstream((socket) => socket.write(bytes))));
  await expect(call({})).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining(words),
  });
});

test('an answer that breaks off is none', async () => {
  const bytes = `${HEAD}\r\nContent-Length: 7\r\n\r\n{"a"`;
  const call = await calling(await during(scriptedUpstream((socket) => socket.end(bytes))));
  await expect(call({ method: 'POST' })).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
});

interface Written {
  type?: string;
  coding?: string;
  body: string | Buffer;
}

/** What a call makes of an answer. */
async function readingOf({ type = 'application/json', coding, body }: Written) {
  const upstream = await during(
    httpUpstream((_request, response) => {
      response.setHeader('Content-Type', type);
      if (coding !== undefined) response.setHeader('Content-Encoding', coding);
      response.end(body);
    }),
  );
  const { body: read, bodyEncoding } = await (await calling(upstream))({});
  return [JSON.stringify(read), bodyEncoding];
}

test.each(['9007199254740993', '1e400', '-0', '1.10', '0.1', '123456789012345678901234567890.5'])(
  'the number %s keeps its digits',
  async (digits) => {
    const text = `{"a":[${digits},1],"b":${digits}}`;
    expect(await readingOf({ body: text })).toEqual([text, 'JSON']);
    expect(await readingOf({ body: digits })).toEqual([digits, 'JSON']);
  },
);

const packed: [string, (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['BR', brotliCompressSync],
  ['zstd', zstdCompressSync],
];
test.each(packed)('the coding %s is read', async (coding, pack) => {
  expect(await readingOf({ coding, body: pack('{"a":1}') })).toEqual(['{"a":1}', 'JSON']);
  const cut = pack('{"a":1}').subarray(0, 6);
  await expect(readingOf({ coding, body: cut })).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  const bomb = pack('x'.repeat(2_000_000));
  await expect(readingOf({ coding, body: bomb })).rejects.toThrow(
    'more than 1048576 bytes once they are decoded',
  );
});

test('codings above each other are undone, down to one that is not known; more than servers use are refused', async () => {
  const twice = gzipSync(brotliCompressSync('{"a":1}'));
  expect(await readingOf({ coding: 'br, identity, gzip', body: twice })).toEqual(['{"a":1}', 'JSON']);
  expect(await readingOf({ coding: 'utf-8', body: '{"a":1}' })).toEqual(['{"a":1}', 'JSON']);
  await expect(readingOf({ coding: 'br, br, br, br', body: twice })).rejects.toThrow(
    'more than 3 content codings',
  );
});

test.each<[string, Written, string, string]>([
  ['a byte order mark is dropped', { body: '\ufeff{"a":1}' }, '{"a":1}', 'JSON'],
  ['of a text, too', { type: 'text/plain', body: '\ufeffa' }, '"a"', 'TEXT'],
  [
    'a text in the charset that it names',
    { type: 'text/plain; charset="iso-8859-1"', body: Buffer.from('caf\u00e9', 'latin1') },
    '"caf\u00e9"',
    'TEXT',
  ],
  [
    'JSON in another charset',
    { type: 'application/json;charset=UTF-16LE', body: Buffer.from('{"a":"\u00e9"}', 'utf16le') },
    '{"a":"\u00e9"}',
    'JSON',
  ],
  ['bytes that are no UTF-8', { type: 'text/plain', body: Buffer.from([0x63, 0xe9]) }, '"Y+k="', 'BASE64'],
  ['bytes of no type', { type: 'image/png', body: Buffer.from([0x89, 0x50]) }, '"iVA="', 'BASE64'],
  ['a charset that nobody knows', { type: 'text/plain; charset=x', body: 'a' }, '"YQ=="', 'BASE64'],
  ['JSON that is none', { body: '{' }, '"{"', 'TEXT'],
])('%s', async (_name, written, text, encoding) => {
  expect(await readingOf(written)).toEqual([text, encoding]);
});

test('JSON that nests deeply is refused as such, however deeply', async () => {
  const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  expect(await readingOf({ body: nested(512) })).toEqual([nested(512), 'JSON']);
  for (const levels of [513, 5_000, 500_000]) {
    await expect(readingOf({ body: nested(levels) })).rejects.toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      message: expect.stringContaining('JSON that nests deeper than 512 levels'),
    });
  }
  const brackets = `["${'['.repeat(600)}\\""]`;
  expect(await readingOf({ body: brackets })).toEqual([brackets, 'JSON']);
});

test('JSON of very many values is refused before it is parsed', async () => {
  const upstream = await during(
    httpUpstream((request, response) => {
      const values = Number(request.url?.slice(1));
      response.setHeader('Content-Type', 'application/json');
      response.end(`[${'"[,",'.repeat(values)}0]`);
    }),
  );
  const call = await calling(upstream);
  const mostAnswered = 16_777_216;
  expect((await call({ path: '/100000', mostAnswered })).body).toHaveLength(100_001);
  await expect(call({ path: '/1100000', mostAnswered })).rejects.toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('JSON of more than 1048576 values'),
  });
});

test('answers that come at the same time have so much room together, which they give back', async () => {
  const piece = Buffer.alloc(1_048_576, 'x');
  const open: ServerResponse[] = [];
  const upstream = await during(
    httpUpstream((request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      if (request.url === '/small') response.end('small');
      else {
        for (let sent = 0; sent < 12; sent += 1) response.write(piece);
        open.push(response);
      }
    }),
  );
  const call = await calling(upstream);
  const leaving = new AbortController();
  const large = Array.from({ length: 8 }, async () =>
    call({ mostAnswered: 16_777_216, signal: leaving.signal }).catch((error: unknown) => error),
  );
  // Of 96 MiB there is room for five times twelve.
  expect(await Promise.race(large)).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfter: 5 } });
  leaving.abort();
  await Promise.all(large);
  open.length = 0;
  const again = call({ mostAnswered: 16_777_216 });
  await expect.poll(() => open.length).toBe(1);
  open[0]?.end();
  expect((await again).body).toHaveLength(12 * piece.length);
  expect(await call({ path: '/small' })).toMatchObject({ body: 'small' });
});
