import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RequestSigner } from '../../src/domains/platforms/index.js';
import type { Principal } from '../../src/kernel/context.js';
import { ADMINISTRATOR } from '../support/administrator.js';
import { httpUpstream, tcpUpstream } from '../support/upstream.js';
import {
  during,
  head,
  open,
  rawConnection,
  responseTo,
  routeTo,
  send,
  startForwarding,
  type Forwarding,
} from './forwarding.js';

const ignore = () => undefined;
const metric = ({ registry }: Forwarding, name: string) =>
  registry.getSingleMetricAsString(`isthmus_transmit_${name}`);

test('a client that leaves before the answer aborts the request to the platform', async () => {
  let asked = 0;
  const upstream = await during(httpUpstream(() => (asked += 1)));
  const forwarding = await startForwarding(routeTo(upstream));
  const request = open(forwarding.port, {}).end().on('error', ignore);
  await expect.poll(() => asked).toBe(1);
  request.destroy();
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
  await expect.poll(() => metric(forwarding, 'requests_total')).toMatch(/class="none"} 1$/m);
  expect(forwarding.logs).toMatchObject([{ status: 0 }]);
});

test('a client that leaves in the middle of the answer aborts it', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.write('part')));
  const forwarding = await startForwarding(routeTo(upstream));
  const response = await responseTo(open(forwarding.port, {}).end());
  response.on('error', ignore).destroy();
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});

test('a client that leaves in the middle of its upload aborts it', async () => {
  let received = 0;
  const upstream = await during(
    httpUpstream(
      (request) => void request.on('data', (chunk: Buffer) => (received += chunk.length)).on('error', ignore),
    ),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = open(forwarding.port, { method: 'PUT', headers: { 'Content-Length': 100 } }).on(
    'error',
    ignore,
  );
  request.write('part');
  await expect.poll(() => received).toBe(4);
  request.destroy();
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});

test('a client that leaves while it waits for a connection never reaches the platform', async () => {
  const paths: unknown[] = [];
  const upstream = await during(
    httpUpstream((request, response) => {
      paths.push(request.url);
      if (request.url === '/first') response.write('part');
      else response.end('ok');
    }),
  );
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_CONNECTIONS: 1 } });
  const first = await responseTo(open(forwarding.port, { path: '/first' }).end());
  const second = open(forwarding.port, { path: '/second' }).end().on('error', ignore);
  await expect.poll(() => metric(forwarding, 'in_flight')).toMatch(/ 2$/m);
  second.destroy();
  await expect.poll(() => metric(forwarding, 'in_flight')).toMatch(/ 1$/m);
  const third = send(forwarding, { path: '/third' });
  first.on('error', ignore).destroy();
  expect((await third).body).toBe('ok');
  expect(paths).toEqual(['/first', '/third']);
});

test('a client that leaves while the connection is made leaves it for the next', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.end('ok')));
  let answer: (() => void) | undefined;
  const forwarding = await startForwarding(routeTo(upstream, { host: 'platform.test' }), {
    config: { TRANSMIT_CONNECTIONS: 1 },
    resolve: (_hostname, _options, callback) =>
      (answer = () => callback(null, [{ address: '127.0.0.1', family: 4 }])),
  });
  const request = open(forwarding.port, {}).end().on('error', ignore);
  await expect.poll(() => answer).toBeDefined();
  request.destroy();
  await expect.poll(() => metric(forwarding, 'in_flight')).toMatch(/ 0$/m);
  answer?.();
  expect((await send(forwarding)).body).toBe('ok');
  expect(upstream.sockets).toHaveLength(1);
});

test('a platform that is gone in the middle of an upload answers an error', async () => {
  const upstream = await during(
    tcpUpstream((socket) => void socket.once('data', () => socket.resetAndDestroy())),
  );
  const forwarding = await startForwarding(routeTo(upstream));
  const request = open(forwarding.port, { method: 'PUT', headers: { 'Content-Length': 1_000 } });
  request.write('part');
  const response = await responseTo(request);
  expect(response.statusCode).toBe(500);
  expect(response.headers.connection).toBe('close');
  request.destroy();
});

const connections = async ({ server }: Forwarding) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

/** Sends a request whose client leaves once something has been asked, before the answer comes. */
async function leaves(
  forwarding: Forwarding,
  request: string,
  { isAsked, answer }: { isAsked: () => boolean; answer: () => void },
): Promise<void> {
  const { socket, closed } = rawConnection(forwarding.port, request);
  await expect.poll(isAsked).toBe(true);
  socket.destroy();
  await closed;
  await expect.poll(async () => connections(forwarding)).toBe(0);
  answer();
  await setImmediate();
}

test('a client that leaves before it is let in leaves nobody who listens for the end of its session', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.end()));
  const { promise, resolve } = Promise.withResolvers<Principal>();
  let [asked, followed] = [0, 0];
  const authorise = () => {
    asked += 1;
    return promise;
  };
  const onSessionEnd = () => {
    followed += 1;
    return () => void (followed -= 1);
  };
  const forwarding = await startForwarding(routeTo(upstream), { ports: { authorise, onSessionEnd } });
  const request = head('GET /sys/transmit/ HTTP/1.1', 'Connection: Upgrade', 'Upgrade: other');
  await leaves(forwarding, request, { isAsked: () => asked > 0, answer: () => resolve(ADMINISTRATOR) });
  expect(followed).toBe(0);
});

test('a client that leaves before its body is read leaves its place to others', async () => {
  const upstream = await during(httpUpstream((_request, response) => response.end()));
  const route = routeTo(upstream, { isSigned: true });
  const { promise, resolve } = Promise.withResolvers<RequestSigner>();
  let asked = 0;
  const findSigner = () => {
    asked += 1;
    return promise;
  };
  const forwarding = await startForwarding(route, { ports: { findSigner } });
  const signer = { route, hashesBody: true, sign: async () => ({}), isToRepeat: () => false };
  const request = head('POST /sys/transmit/ HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 5');
  await leaves(forwarding, request, { isAsked: () => asked > 0, answer: () => resolve(signer) });
  expect(await metric(forwarding, 'in_flight')).toMatch(/} 0$/m);
});
