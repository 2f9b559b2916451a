import { once } from 'node:events';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectTo, request, statusesOf } from '../http/connections.js';
import { type Tenant, newBusiness } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { CHART } from './support/charts.js';

const LIMIT = 50_000;

const server = useServer(async () => startServer({ CHART_LIMIT: String(LIMIT) }));
let tenant: Tenant;
beforeAll(async () => {
  tenant = await newBusiness(server);
});
beforeEach(async () => {
  await server.database.query('delete from apps');
});

const FORM = 'Content-Type: multipart/form-data; boundary=b';
const part = (head: string, content: string) => `--b\r\n${head}\r\n\r\n${content}\r\n`;
const text = (name: string, value: string) => part(`Content-Disposition: form-data; name="${name}"`, value);
const FILE = 'Content-Disposition: form-data; name="chart"; filename="hello.tgz"';
const CONTENT = CHART.toString('latin1');
const file = (content = CONTENT, head = FILE) => part(head, content);
const END = '--b--\r\n';
const NAMES = text('appName', 'test') + text('version', '1.1');

/** Of a body in Latin-1. */
const upload = (body: string, type: string | undefined = FORM): string =>
  [
    'POST /v1/app/chart HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: ${tenant.admin.token}`,
    ...(type === '' ? [] : [type]),
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');

const chunked = (body: string): string => {
  const chunks = body.match(/[^]{1,1000}/g) ?? [];
  const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
  return upload('').replace('Content-Length: 0', 'Transfer-Encoding: chunked') + `${coded}0\r\n\r\n`;
};

const listing = () => request('GET /v1/app', [`Authorization: ${tenant.admin.token}`]);
const countOf = async () => (await server.database.query('select * from apps')).rows.length;

/** The statuses of these bytes' answer and of a request after it on the same connection, and all that came. */
async function answersTo(bytes: string): Promise<[number[], string]> {
  const peer = connectTo(server.url, bytes + listing());
  while (statusesOf(peer.text()).length < 2 || !peer.text().includes('"total"'))
    await once(peer.socket, 'data');
  peer.socket.destroy();
  return [statusesOf(peer.text()), peer.text()];
}

test('a form as clients send it', async () => {
  const [statuses] = await answersTo(upload(NAMES + file() + END));
  expect(statuses).toEqual([200, 200]);
  expect(await countOf()).toBe(1);
});

test.each<[string, (body: string) => string]>([
  ['the file before the texts', () => file() + NAMES + END],
  ['a preamble and an epilogue', (body) => `before\r\n${body}after`],
  ['a type of the file', () => NAMES + file(CONTENT, `${FILE}\r\nContent-Type: application/gzip`) + END],
  ['parts that nobody knows', () => NAMES + text('other', 'x') + text('__proto__', 'x') + file() + END],
  ['no line end at the end', (body) => body.trimEnd()],
])('%s', async (_what, change) => {
  const body = change(NAMES + file() + END);
  for (const bytes of [upload(body), chunked(body)]) {
    await server.database.query('delete from apps');
    expect((await answersTo(bytes))[0]).toEqual([200, 200]);
    expect(await countOf()).toBe(1);
  }
});

test('a form that comes byte by byte', async () => {
  const peer = connectTo(server.url);
  const bytes = Buffer.from(upload(NAMES + file() + END), 'latin1');
  peer.socket.setNoDelay(true);
  for (const byte of bytes) {
    await new Promise((sent) => peer.socket.write(Buffer.of(byte), sent));
  }
  while (!peer.text().includes('}')) await once(peer.socket, 'data');
  expect(statusesOf(peer.text())).toEqual([200]);
  peer.socket.destroy();
});

describe('what is no such form', () => {
  const whole = NAMES + file() + END;
  const repeated = (each: (index: number) => string, count: number) =>
    Array.from({ length: count }, (_none, index) => each(index)).join('');

  const REFUSED: [what: string, status: number, bytes: () => string][] = [
    ['no boundary', 422, () => upload(whole, 'Content-Type: multipart/form-data')],
    ['another boundary', 422, () => upload(whole, 'Content-Type: multipart/form-data; boundary=c')],
    ['an empty boundary', 422, () => upload(whole, 'Content-Type: multipart/form-data; boundary=')],
    ['JSON', 415, () => upload('{}', 'Content-Type: application/json')],
    ['another multipart', 415, () => upload(whole, 'Content-Type: multipart/mixed; boundary=b')],
    [
      'a type that begins alike',
      415,
      () => upload(whole, 'Content-Type: multipart/form-database; boundary=b'),
    ],
    ['a plain form', 415, () => upload('appName=test', 'Content-Type: application/x-www-form-urlencoded')],
    ['no type', 415, () => upload(whole, '')],
    ['no body', 422, () => upload('')],
    ['the end alone', 422, () => upload(END)],
    ['a text', 422, () => upload('x'.repeat(1000))],
    ['no end', 422, () => upload(NAMES + file())],
    ['half of a file', 422, () => upload(NAMES + file().slice(0, 200))],
    ['half of a head', 422, () => upload(`${NAMES}--b\r\nContent-Dispo`)],
    ['half of a text', 422, () => upload('--b\r\nContent-Disposition: form-data; name="appName"\r\n\r\nte')],
    ['a part without a head', 422, () => upload(`${NAMES}--b\r\n\r\nx\r\n${END}`)],
    [
      'a part without a name',
      422,
      () => upload(`${NAMES}${part('Content-Disposition: form-data', 'x')}${file()}${END}`),
    ],
    [
      'a file without a name',
      422,
      () => upload(`${NAMES}${file(CONTENT, FILE.replace('name="chart"; ', ''))}${END}`),
    ],
    [
      'a huge head',
      422,
      () => upload(`${NAMES}${file(CONTENT, `${FILE}\r\nX: ${'x'.repeat(40_000)}`)}${END}`),
    ],
    [
      'very many header fields',
      422,
      () => upload(`${NAMES}${file(CONTENT, repeated((i) => `X${i}: x\r\n`, 2000) + FILE)}${END}`),
    ],
    ['very many texts', 422, () => upload(repeated((i) => text(`a${i}`, 'x'), 800) + whole)],
    [
      'very many files',
      422,
      () => upload(NAMES + repeated((i) => part(FILE.replace('chart', `c${i}`), 'x'), 500) + END),
    ],
    ['a text twice', 422, () => upload(text('appName', 'other') + whole)],
    ['a text of the name of the file', 422, () => upload(text('chart', 'x') + whole)],
    [
      'a long text',
      422,
      () => upload(text('appName', 'a'.repeat(5000)) + text('version', '1.1') + file() + END),
    ],
    [
      'bytes that are no UTF-8',
      422,
      () => upload(text('appName', '\xff\xfe') + text('version', '1.1') + file() + END),
    ],
    ['too large a file', 413, () => upload(NAMES + file('x'.repeat(LIMIT + 1)) + END)],
    ['much too large a file', 413, () => upload(NAMES + file('x'.repeat(LIMIT * 10)) + END)],
    ['too large a file in chunks', 413, () => chunked(NAMES + file('x'.repeat(LIMIT * 10)) + END)],
    ['too large a preamble in chunks', 413, () => chunked('x'.repeat(LIMIT * 10) + whole)],
    [
      'too large a part that nobody reads',
      413,
      () => chunked(NAMES + part('X: x', 'x'.repeat(LIMIT * 10)) + END),
    ],
  ];
  test.each(REFUSED)('%s: %i', async (_what, status, bytes) => {
    const [statuses, all] = await answersTo(bytes());
    expect(all).toMatch(/"message":"[^"]+"/);
    expect(statuses).toEqual([status, 200]);
    expect(await countOf()).toBe(0);
    expect(server.log()).not.toContain('"error":"INTERNAL"');
  });
});

test('a client that goes away in between leaves nothing', async () => {
  const bytes = upload(NAMES + file() + END);
  const ends = [300, 500, bytes.length - 5];
  for (const end of ends) {
    const peer = connectTo(server.url, bytes.slice(0, end));
    await once(peer.socket, 'connect');
    await new Promise<void>((sent) => peer.socket.end(() => sent()));
    await peer.closed;
  }
  const failures = () => server.log().split('"operation":"uploadChart"').length;
  await expect.poll(failures).toBeGreaterThan(ends.length);
  expect(await countOf()).toBe(0);
  expect(server.log()).not.toContain('"error":"INTERNAL"');
  expect((await answersTo(bytes))[0]).toEqual([200, 200]);
});

test('who may not is told before anything is read', async () => {
  const peer = connectTo(
    server.url,
    `POST /v1/app/chart HTTP/1.1\r\nHost: 127.0.0.1\r\n${FORM}\r\nContent-Length: 1000\r\n\r\n`,
  );
  while (!peer.text().includes('}')) await once(peer.socket, 'data');
  expect(statusesOf(peer.text())).toEqual([401]);
  peer.socket.destroy();
});
