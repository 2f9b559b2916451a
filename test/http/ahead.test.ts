import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';
import { scriptedUpstream, type Upstream } from '../support/upstream.js';
import { connectTo, register, request, statusesOf } from './connections.js';

const OFFER = ['Connection: Upgrade', 'Upgrade: h2c'];
const SMALL = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

let server: TestServer;
let silent: Upstream;
beforeAll(async () => {
  server = await startServer();
  silent = await scriptedUpstream(() => undefined);
});
afterAll(async () => {
  // Whoever waits for it is read from no more, and holds up the end of the server.
  await silent.close();
  await server.stop();
});

test('who sends ahead leaves others their turn', async () => {
  const [ahead, other] = [connectTo(server.url, SMALL), connectTo(server.url, SMALL)];
  for (const { text } of [ahead, other]) await expect.poll(() => statusesOf(text())).toEqual([200]);
  const turn = once(other.socket, 'data').then(() => statusesOf(ahead.text()).length);
  ahead.socket.write(SMALL.repeat(200));
  other.socket.write(SMALL);
  expect(await turn).toBeLessThan(150);
  await expect.poll(() => statusesOf(ahead.text()).length).toBe(201);
});

test('a connection that sends far ahead of its answers is cut off, whatever it waits for', async () => {
  const id = await register(server.url, silent);
  const first = request('GET /sys/transmit/x', [`Plat-Route-Id: ${id}`]);
  const some = connectTo(server.url, first + SMALL.repeat(200));
  const far = connectTo(server.url, first + SMALL.repeat(2_000));
  await far.closed;
  expect(statusesOf(far.text())).toEqual([]);
  expect(some.socket.destroyed).toBe(false);
  some.socket.destroy();
});

test('connections that send ahead are bounded together', async () => {
  const id = await register(server.url, silent);
  const bytes = request('GET /sys/transmit/x', [`Plat-Route-Id: ${id}`]) + SMALL.repeat(200);
  const peers = Array.from({ length: 150 }, () => connectTo(server.url, bytes));
  await expect.poll(() => peers.filter(({ socket }) => socket.destroyed).length).toBeGreaterThan(30);
  for (const { socket } of peers) socket.destroy();
  const { text } = connectTo(server.url, request('GET /healthz').repeat(5));
  await expect.poll(() => statusesOf(text())).toEqual([200, 200, 200, 200, 200]);
});

test('offers without end leave nothing behind on their connection', async () => {
  const warnings: string[] = [];
  const note = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', note);
  try {
    const { text } = connectTo(server.url, request('GET /healthz', OFFER).repeat(50));
    await expect.poll(() => statusesOf(text()).length).toBe(50);
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', note);
  }
});
