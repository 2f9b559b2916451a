import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { httpUpstream } from '../support/upstream.js';
import { during, open, read, responseTo, routeTo, send, startForwarding } from './forwarding.js';

async function ordinary(text = 'ok') {
  return during(httpUpstream((_request, response) => response.end(text)));
}

test('connections are used again, also after requests with bodies', async () => {
  const upstream = await ordinary();
  const forwarding = await startForwarding(routeTo(upstream));
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'GET']) {
    await send(
      forwarding,
      method === 'HEAD' ? { method } : { method, headers: { 'Content-Length': 4 }, body: 'body' },
    );
  }
  expect(upstream.sockets).toHaveLength(1);
});

test('no more connections are made than allowed, and everyone gets a turn', async () => {
  const upstream = await ordinary();
  const forwarding = await startForwarding(routeTo(upstream), { config: { TRANSMIT_CONNECTIONS: 2 } });
  const answers = await Promise.all(Array.from({ length: 40 }, () => send(forwarding)));
  expect(answers.every(({ body }) => body === 'ok')).toBe(true);
  expect(upstream.sockets).toHaveLength(2);
});

test('a changed platform gets new connections, told or not, and what is under way ends in peace', async () => {
  let held: ServerResponse | undefined;
  const before = await during(
    httpUpstream((_request, response) => {
      response.write('begun ');
      held = response;
    }),
  );
  const after = await ordinary('after');
  const forwarding = await startForwarding(routeTo(before));
  const running = await responseTo(open(forwarding.port, {}).end());
  const changed = routeTo(after);
  forwarding.routes.set(changed.id, changed);
  expect((await send(forwarding)).body).toBe('after');
  held?.end('and ended');
  expect((await read(running)).body).toBe('begun and ended');
  await expect.poll(() => before.sockets.every(({ destroyed }) => destroyed)).toBe(true);
});

test('a route that is equal keeps its connections', async () => {
  const upstream = await ordinary();
  const forwarding = await startForwarding(routeTo(upstream));
  for (let index = 0; index < 3; index += 1) {
    forwarding.routes.set(routeTo(upstream).id, routeTo(upstream));
    await send(forwarding);
  }
  expect(upstream.sockets).toHaveLength(1);
});

test('forgetting a platform closes its idle connections', async () => {
  const upstream = await ordinary();
  const route = routeTo(upstream);
  const forwarding = await startForwarding(route);
  await send(forwarding);
  forwarding.transmit.forget(route.id);
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
  expect((await send(forwarding)).body).toBe('ok');
});

test('closing waits for what is under way', async () => {
  let held: ServerResponse | undefined;
  const upstream = await during(httpUpstream((_request, response) => (held = response)));
  const forwarding = await startForwarding(routeTo(upstream));
  const response = responseTo(open(forwarding.port, {}).end());
  await expect.poll(() => upstream.sockets).toHaveLength(1);
  let isClosed = false;
  const closing = forwarding.transmit.close().then(() => (isClosed = true));
  expect(isClosed).toBe(false);
  await expect.poll(() => held).toBeDefined();
  held?.end('late');
  expect((await read(await response)).body).toBe('late');
  await closing;
  await expect.poll(() => upstream.sockets[0]?.destroyed).toBe(true);
});
