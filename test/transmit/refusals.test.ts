import { once } from 'node:events';
import http from 'node:http';
import { expect, test } from 'vitest';
import { DomainError } from '../../src/kernel/errors.js';
import { httpUpstream } from '../support/upstream.js';
import {
  codeOf,
  during,
  head,
  open,
  type Options,
  rawConnection,
  read,
  responseTo,
  ROUTE_ID,
  routeTo,
  send,
  startForwarding,
} from './forwarding.js';

async function forwardingWith(options: Options = {}) {
  const upstream = await during(httpUpstream((_request, response) => response.end('ok')));
  return startForwarding(routeTo(upstream), options);
}

const refusing = (code: 'FORBIDDEN' | 'UNAUTHENTICATED') => new DomainError(code, 'not you');

test('a request without the platform id says which header it lacks', async () => {
  const forwarding = await forwardingWith();
  const answer = await send(forwarding, { headers: ['Host', 'localhost'] });
  expect(answer).toMatchObject({
    status: 400,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });
  expect(codeOf(answer)).toBe('PLAT_ROUTE_ID_REQUIRED');
  expect(answer.body).toContain('Plat-Route-Id');
});

test('an unknown platform names the header', async () => {
  const forwarding = await forwardingWith();
  const answer = await send(forwarding, { headers: { 'Plat-Route-Id': 'nobody' } });
  expect(codeOf(answer)).toBe('PLATFORM_NOT_FOUND');
  expect(answer.body).toContain('Plat-Route-Id');
});

test.each(['OPTIONS', 'TRACE', 'PROPFIND'])('%s is not forwarded', async (method) => {
  const answer = await send(await forwardingWith(), { method });
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST, PUT, PATCH, DELETE, HEAD' } });
  expect(codeOf(answer)).toBe('METHOD_NOT_ALLOWED');
});

test('the loop is found before anything else is asked', async () => {
  const forwarding = await forwardingWith({
    ports: {
      authorise: () => {
        throw refusing('FORBIDDEN');
      },
    },
  });
  const headers = { Via: '1.1 other (a, comment), 1.1 Isthmus-Test (x)' };
  expect(codeOf(await send(forwarding, { headers }))).toBe('FORWARDING_LOOP');
  expect(codeOf(await send(forwarding, { headers: { Via: '1.1 other (1.1 isthmus-test)' } }))).toBe(
    'FORBIDDEN',
  );
});

test('authorisation comes before the platform is looked up, at once or later', async () => {
  const later = await forwardingWith({
    ports: { authorise: () => Promise.reject(refusing('UNAUTHENTICATED')) },
  });
  expect(codeOf(await send(later, { headers: ['Host', 'localhost'] }))).toBe('UNAUTHENTICATED');
  const granted = await forwardingWith({
    ports: { authorise: () => Promise.resolve(null), findRoute: () => Promise.resolve(null) },
  });
  expect(codeOf(await send(granted))).toBe('PLATFORM_NOT_FOUND');
});

test('a defect is not shown', async () => {
  const forwarding = await forwardingWith({
    ports: { findRoute: () => Promise.reject(new Error('secret detail')) },
  });
  const answer = await send(forwarding);
  expect(codeOf(answer)).toBe('INTERNAL');
  expect(answer.body).not.toContain('secret detail');
  expect(forwarding.logs).toMatchObject([
    { level: 50, error: 'INTERNAL', err: { message: 'secret detail' } },
  ]);
});

test('the request id is the one that the caller gave, if it is a sane one', async () => {
  const forwarding = await forwardingWith();
  const ask = (id: string) => send(forwarding, { method: 'OPTIONS', headers: { 'X-Request-Id': id } });
  expect((await ask('abc-1')).headers['x-request-id']).toBe('abc-1');
  for (const id of ['a b', 'x'.repeat(129), '"q"', '']) {
    const answer = await ask(id);
    expect(answer.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
  }
});

test('HEAD gets the error without its body', async () => {
  const answer = await send(await forwardingWith(), {
    method: 'HEAD',
    headers: { 'Plat-Route-Id': 'nobody' },
  });
  expect(answer).toMatchObject({ status: 400, body: '' });
  expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
});

test('requests that were pipelined behind a refused one are answered in order', async () => {
  const forwarding = await forwardingWith();
  const bad = 'GET /sys/transmit/ HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const { until } = rawConnection(
    forwarding.port,
    bad +
      head('GET /sys/transmit/ HTTP/1.1') +
      bad +
      head('GET /sys/transmit/ HTTP/1.1', 'Connection: close'),
  );
  const text = await until('Connection: close');
  expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([
    'HTTP/1.1 400',
    'HTTP/1.1 200',
    'HTTP/1.1 400',
    'HTTP/1.1 200',
  ]);
});

test('the connection of a refused request is used again', async () => {
  const forwarding = await forwardingWith();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (const id of ['nobody', ROUTE_ID, 'nobody']) {
    await send(forwarding, { headers: { 'Plat-Route-Id': id }, agent });
  }
  const connections = new Promise((resolve) =>
    forwarding.server.getConnections((_error, count) => resolve(count)),
  );
  expect(await connections).toBe(1);
  agent.destroy();
});

test('a body that nobody reads does not hide the answer', async () => {
  const forwarding = await forwardingWith();
  const request = open(forwarding.port, {
    method: 'POST',
    headers: { 'Plat-Route-Id': 'nobody', 'Content-Length': 500_000 },
  });
  request.write(Buffer.alloc(400_000));
  const response = await responseTo(request);
  expect(response.headers.connection).toBe('close');
  expect(codeOf(await read(response))).toBe('PLATFORM_NOT_FOUND');
  request.end(Buffer.alloc(100_000));
  await once(request, 'close');
});

test('an endless body is cut off after the answer', async () => {
  const forwarding = await forwardingWith();
  const request = open(forwarding.port, { method: 'POST', headers: { 'Plat-Route-Id': 'nobody' } });
  const closed = new Promise((resolve) => request.on('close', resolve));
  request.on('error', () => undefined);
  const more = () => {
    while (!request.destroyed && request.write(Buffer.alloc(65_536))) continue;
  };
  request.on('drain', more);
  more();
  expect(codeOf(await read(await responseTo(request)))).toBe('PLATFORM_NOT_FOUND');
  await closed;
});

test('a transfer coding that would be lost is refused', async () => {
  const forwarding = await forwardingWith();
  const request = head('POST /sys/transmit/ HTTP/1.1', 'Transfer-Encoding: gzip, chunked');
  expect(await rawConnection(forwarding.port, `${request}0\r\n\r\n`).until('}')).toContain(
    'UNKNOWN_TRANSFER_CODING',
  );
});

test('more requests than may be under way are refused at once', async () => {
  const upstream = await during(
    httpUpstream((request, response) => void request.on('end', () => response.flushHeaders()).resume()),
  );
  const forwarding = await startForwarding(routeTo(upstream), {
    config: { TRANSMIT_QUEUE: 2, TRANSMIT_CONNECTIONS: 1 },
  });
  const first = open(forwarding.port, {}).end();
  const running = await responseTo(first);
  const second = open(forwarding.port, {})
    .end()
    .on('error', () => undefined);
  await expect
    .poll(() => forwarding.registry.getSingleMetricAsString('isthmus_transmit_in_flight'))
    .toMatch(/ 2$/m);
  expect(codeOf(await send(forwarding))).toBe('PLATFORM_UNREACHABLE');
  running.destroy();
  second.destroy();
  await expect
    .poll(() => forwarding.registry.getSingleMetricAsString('isthmus_transmit_in_flight'))
    .toMatch(/ 0$/m);
});
