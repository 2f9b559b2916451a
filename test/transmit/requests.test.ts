import { once } from 'node:events';
import { expect, test } from 'vitest';
import { httpUpstream, scriptedUpstream } from '../support/upstream.js';
import {
  during,
  head,
  open,
  rawConnection,
  read,
  responseTo,
  routeTo,
  send,
  startForwarding,
} from './forwarding.js';

interface Seen {
  line: string;
  fields: string[];
  body: string;
}

/** A forwarder, and what its platform has seen of each request. */
async function recording(options: Parameters<typeof startForwarding>[1] = {}) {
  const seen: Seen[] = [];
  const upstream = await during(
    httpUpstream((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, httpVersion, rawHeaders } = request;
        const body = Buffer.concat(chunks).toString('latin1');
        seen.push({ line: `${method} ${url} HTTP/${httpVersion}`, fields: pairs(rawHeaders), body });
        response.end('ok');
      });
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream), options);
  return { seen, upstream, forwarding };
}

function pairs(raw: string[]): string[] {
  return Array.from({ length: raw.length / 2 }, (_, index) => `${raw[2 * index]}: ${raw[2 * index + 1]}`);
}

test('the platform sees order, case and duplicates of the fields, and what this hop adds', async () => {
  const { seen, upstream, forwarding } = await recording();
  const request = head(
    'GET /sys/transmit/a?b=c HTTP/1.1',
    'x-first: 1',
    'Authorization: Basic abc',
    'Cookie: a=1; b=2',
    'X-Access-Token: secret',
    'X-Twice: 1',
    'x-twice: caf\u00e9',
    'Connection: keep-alive, X-Hop',
    'X-Hop: 1',
    'Keep-Alive: 300',
    'TE: trailers',
    'Proxy-Connection: keep-alive',
    'Via: 1.0 elsewhere',
    'X-Request-Id: mine',
  );
  await rawConnection(forwarding.port, request).until('ok');
  expect(seen[0]).toEqual({
    line: 'GET /a?b=c HTTP/1.1',
    body: '',
    fields: [
      `Host: 127.0.0.1:${upstream.port}`,
      'x-first: 1',
      'Authorization: Basic abc',
      'Cookie: a=1; b=2',
      'X-Twice: 1',
      'x-twice: caf\u00e9',
      'Via: 1.0 elsewhere',
      'X-Request-Id: mine',
      'X-Forwarded-For: 127.0.0.1',
      'X-Forwarded-Host: localhost',
      'X-Forwarded-Proto: http',
      'Via: 1.1 isthmus-test',
    ],
  });
});

const CLAIMS = {
  'X-Forwarded-For': '10.1.1.1, 10.2.2.2',
  'X-Forwarded-Host': 'public.example',
  'X-Forwarded-Proto': 'https',
  Forwarded: 'for=10.1.1.1',
};

test('what an unknown proxy claims is replaced', async () => {
  const { seen, forwarding } = await recording();
  await send(forwarding, { headers: { ...CLAIMS, Host: 'localhost' } });
  const fields = seen[0]?.fields.filter((field) => /forwarded/i.test(field));
  expect(fields).toEqual([
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-Host: localhost',
    'X-Forwarded-Proto: http',
  ]);
});

test('what a trusted proxy reports is kept and continued', async () => {
  const { seen, forwarding } = await recording({ proxies: ['127.0.0.1'] });
  await send(forwarding, { headers: CLAIMS });
  const fields = seen[0]?.fields.filter((field) => /forwarded/i.test(field));
  expect(fields?.toSorted()).toEqual([
    'Forwarded: for=10.1.1.1',
    'X-Forwarded-For: 10.1.1.1, 10.2.2.2, 127.0.0.1',
    'X-Forwarded-Host: public.example',
    'X-Forwarded-Proto: https',
  ]);
});

test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('%s is forwarded with its body', async (method) => {
  const { seen, forwarding } = await recording();
  expect((await send(forwarding, { method, headers: { 'Content-Length': 4 }, body: 'body' })).body).toBe(
    'ok',
  );
  expect(seen[0]).toMatchObject({ line: `${method} / HTTP/1.1`, body: 'body' });
  expect(seen[0]?.fields).toContain('Content-Length: 4');
});

test('a chunked body stays chunked', async () => {
  const { seen, forwarding } = await recording();
  const request = open(forwarding.port, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
  request.write('one ');
  request.end('two');
  await read(await responseTo(request));
  expect(seen[0]?.body).toBe('one two');
  expect(seen[0]?.fields).toContain('Transfer-Encoding: chunked');
});

test('the trailers of a body are passed on, but for those that are only for a head', async () => {
  const upstream = await during(
    httpUpstream((request, response) => {
      request.resume().on('end', () => response.end(JSON.stringify(request.rawTrailers)));
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = head('POST /sys/transmit/ HTTP/1.1', 'Transfer-Encoding: chunked');
  const trailers = 'X-Sum: 3\r\nX-Access-Token: t\r\nx-sum: 4\r\n';
  const { until } = rawConnection(forwarding.port, `${request}3\r\nabc\r\n0\r\n${trailers}\r\n`);
  expect(await until(']')).toContain('["X-Sum","3","x-sum","4"]');
});

test('a length that Connection gives away is kept: the platform must know where the body ends', async () => {
  const { seen, forwarding } = await recording();
  const headers = { Connection: 'close, Content-Length', 'Content-Length': 4 };
  await send(forwarding, { method: 'POST', headers, body: 'body' });
  expect(seen[0]).toMatchObject({ body: 'body' });
  expect(seen[0]?.fields).toContain('Content-Length: 4');
});

test('a POST without a body is forwarded, and so is one with an empty body', async () => {
  const { seen, forwarding } = await recording();
  const empty = head('POST /sys/transmit/1 HTTP/1.1');
  const chunked = head('POST /sys/transmit/2 HTTP/1.1', 'Transfer-Encoding: chunked');
  await rawConnection(forwarding.port, empty).until('ok');
  await rawConnection(forwarding.port, `${chunked}0\r\n\r\n`).until('ok');
  expect(seen.map(({ line, body }) => [line, body])).toEqual([
    ['POST /1 HTTP/1.1', ''],
    ['POST /2 HTTP/1.1', ''],
  ]);
});

test('a client that expects 100-continue is told to continue', async () => {
  const { seen, forwarding } = await recording();
  const request = head('PUT /sys/transmit/ HTTP/1.1', 'Content-Length: 4', 'Expect: 100-continue');
  const { socket, until } = rawConnection(forwarding.port, request);
  await until('HTTP/1.1 100 Continue\r\n\r\n');
  socket.write('late');
  await until('ok');
  expect(seen[0]?.body).toBe('late');
  expect(seen[0]?.fields.join()).not.toMatch(/expect/i);
});

test('bodies are streamed: the platform answers before it has seen the end', async () => {
  const upstream = await during(
    httpUpstream((request, response) => {
      request.on('data', (chunk: Buffer) => response.write(chunk));
      request.on('end', () => response.end());
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = open(forwarding.port, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
  request.write('ping');
  const response = await responseTo(request);
  const first = once(response, 'data');
  expect(String(await first)).toBe('ping');
  request.end('pong');
  expect((await read(response)).body).toBe('pong');
});

test('the final answer to an unfinished upload is passed on at once, and the connection can go on', async () => {
  const upstream = await during(
    scriptedUpstream((socket) => {
      socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno');
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = head('POST /sys/transmit/ HTTP/1.1', 'Content-Length: 100');
  const { socket, until, text } = rawConnection(forwarding.port, `${request}begin`);
  await until('\r\n\r\nno');
  socket.write('x'.repeat(95) + head('GET /elsewhere HTTP/1.1'));
  await until('404 Not Found');
  expect(text()).toMatch(/^HTTP\/1\.1 413 Too Large\r\n/);
});

test('requests in absolute form, below both prefixes and with the bare prefix are forwarded', async () => {
  const { seen, forwarding } = await recording();
  const targets = [
    'http://localhost/sys/transmit/a?b',
    '/api/sys/transmit/c',
    '/sys/transmit',
    '/sys/transmit?d=/e',
  ];
  for (const target of targets) {
    await rawConnection(forwarding.port, head(`GET ${target} HTTP/1.1`)).until('ok');
  }
  expect(seen.map(({ line }) => line.split(' ')[1])).toEqual(['/a?b', '/c', '/', '/?d=/e']);
});
