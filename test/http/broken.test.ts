import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { connectTo, request, statusesOf } from './connections.js';

const server = useServer(() => startServer());

/** What a body has in the words of each door, and at no door's path. */
const DOORS: [string, RegExp][] = [
  ['/sys/transmit/x', /^\{"status":false,"code":"(\w+)","message":"[^"]+","data":null\}$/],
  ['/api/sys/transmit/v1/routes', /^\{"status":false,"code":"(\w+)","message":"[^"]+","data":null\}$/],
  ['/v1/cluster', /^\{"code":(\d+),"message":"[^"]+"\}$/],
  ['/api/v1/login', /^\{"status":false,"code":(\d+),"message":"[^"]+","data":null\}$/],
  [
    '/graphql',
    /^\{"errors":\[\{"message":"[^"]+","extensions":\{"code":"(\w+)","fields":\[\],"requestId":"[^"]+"\}\}\]\}$/,
  ],
  ['/healthz', /^\{"error":\{"code":"(\w+)","message":"[^"]+"\},"requestId":"[^"]+"\}$/],
];

const LARGE = `X-Large: ${'x'.repeat(20_000)}`;
const FAULTS: [string, number, string, (path: string) => string][] = [
  ['20 KB of headers', 431, 'HEADERS_TOO_LARGE', (path) => request(`GET ${path}`, [LARGE])],
  ['40 KB of headers', 431, 'HEADERS_TOO_LARGE', (path) => request(`GET ${path}`, [LARGE, LARGE])],
  [
    'a coding that nobody knows',
    501,
    'UNKNOWN_TRANSFER_CODING',
    (path) => request(`POST ${path}`, ['Transfer-Encoding: br']),
  ],
  [
    'a coding beneath the chunks',
    501,
    'UNKNOWN_TRANSFER_CODING',
    (path) => `${request(`POST ${path}`, ['Transfer-Encoding: gzip, chunked'])}0\r\n\r\n`,
  ],
  ['two hosts', 400, 'MALFORMED_REQUEST', (path) => request(`GET ${path}`, ['Host: other'])],
  ['the same host twice', 400, 'MALFORMED_REQUEST', (path) => request(`GET ${path}`, ['host: 127.0.0.1'])],
  ['no host', 400, 'MALFORMED_REQUEST', (path) => `GET ${path} HTTP/1.1\r\n\r\n`],
  ['a field without a name', 400, 'MALFORMED_REQUEST', (path) => request(`GET ${path}`, [': x'])],
  ['a space before the colon', 400, 'MALFORMED_REQUEST', (path) => request(`GET ${path}`, ['X : x'])],
  [
    'two lengths',
    400,
    'MALFORMED_REQUEST',
    (path) => request(`POST ${path}`, ['Content-Length: 1', 'Content-Length: 2']),
  ],
  [
    'a length and chunks',
    400,
    'MALFORMED_REQUEST',
    (path) => request(`POST ${path}`, ['Content-Length: 1', 'Transfer-Encoding: chunked']),
  ],
];

test.each(FAULTS)(
  '%s: %i in the words of every door, also behind another request',
  async (_name, status, code, bytes) => {
    for (const [path, form] of DOORS) {
      for (const before of ['', request('GET /readyz')]) {
        const { socket, text, closed } = connectTo(server.url, before + bytes(path));
        await Promise.race([closed, once(socket, 'end')]).catch(() => undefined);
        const earlier = before === '' ? [] : [200];
        expect.soft(statusesOf(text()), `${path} ${text()}`).toEqual([...earlier, status]);
        const answer = text().slice(text().lastIndexOf('HTTP/1.1'));
        expect.soft(answer).toMatch(/\r\nX-Request-Id: [\w-]+\r\n/i);
        expect.soft(answer).toMatch(/\r\nContent-Type: application\/json; charset=utf-8\r\n/i);
        expect.soft(answer).toMatch(/\r\nCache-Control: no-store\r\n/i);
        expect
          .soft([code, String(status), 'BAD_USER_INPUT'])
          .toContain(form.exec(answer.split('\r\n\r\n')[1] ?? '')?.[1]);
        socket.destroy();
        const [, requestId = ''] = /X-Request-Id: ([\w-]+)/i.exec(answer) ?? [];
        const isTold = `"requestId":"${requestId}"[^\\n]*"error":"${code}"`;
        await expect.poll(() => server.log()).toMatch(new RegExp(isTold));
      }
    }
    expect(server.log()).not.toContain('rawPacket');
  },
);

test('a body that breaks off is answered by the door that reads it', async () => {
  for (const path of ['/graphql', '/v1/authorization', '/api/v1/login', '/sys/transmit/v1/routes']) {
    const fields = ['Transfer-Encoding: chunked', 'Content-Type: application/json'];
    const { text, closed } = connectTo(server.url, `${request(`POST ${path}`, fields)}5\r\n{"a":\r\nzz\r\n`);
    await closed;
    expect(statusesOf(text())).toEqual([400]);
    const form = DOORS.find(([door]) => path.startsWith(door.replace(/\w+$/, '')))?.[1];
    expect.soft(text().split('\r\n\r\n')[1], path).toMatch(form ?? /^$/);
  }
});

test('what is no HTTP at all, and CONNECT', async () => {
  for (const [bytes, status] of [
    ['\u0016\u0003\u0001\u0002hello', 400],
    ['GET\r\n\r\n', 400],
    ['CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n', 405],
  ] as const) {
    const { text, closed } = connectTo(server.url, bytes);
    await closed;
    expect(statusesOf(text())).toEqual([status]);
    expect(text()).toContain('"error":{"code":"');
    // None, which a 405 must say (RFC 9110 15.5.6).
    if (status === 405) expect(text()).toContain('\r\nAllow: \r\n');
  }
});

test('what follows a request that was to be the last changes nothing', async () => {
  const { text, closed } = connectTo(
    server.url,
    request('GET /readyz', ['Connection: close']) + request('GET /readyz'),
  );
  await closed;
  expect(statusesOf(text())).toEqual([200]);
});

test('more headers than are read, in many pieces, are answered too', async () => {
  const { socket, text, closed } = connectTo(server.url, 'GET /v1/cluster HTTP/1.1\r\nHost: 127.0.0.1\r\n');
  for (let piece = 0; piece < 20; piece += 1) socket.write(`${LARGE}\r\n`);
  await closed;
  expect(statusesOf(text())).toEqual([431]);
});

test('every header field counts, however many', async () => {
  const fields = Array.from({ length: 1500 }, (_, index) => `a:${index % 10}`);
  const { text } = connectTo(server.url, request('GET /healthz', [...fields, 'Host: other']));
  await expect.poll(() => statusesOf(text())).toEqual([400]);
});

test('the limit is a setting', async () => {
  const generous = await startServer({ HEADERS_LIMIT: '40000' });
  try {
    const { text } = connectTo(generous.url, request('GET /healthz', [LARGE]));
    await expect.poll(() => statusesOf(text())).toEqual([200]);
  } finally {
    await generous.stop();
  }
});
