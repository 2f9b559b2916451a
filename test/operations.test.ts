import { expect, onTestFinished, test } from 'vitest';
import { send } from './support/rest.js';
import { type Environment, startServer } from './support/server.js';

async function start(environment: Environment = {}) {
  const server = await startServer(environment);
  onTestFinished(() => server.stop());
  return async (path: string, headers: Record<string, string> = {}) =>
    (await send(server.url + path, { headers })).status;
}

test('metrics are read from their networks, and by nobody who merely says to be there', async () => {
  const status = await start();
  expect(await status('/metrics')).toBe(200);
  expect(await status('/metrics', { 'x-forwarded-for': '203.0.113.1' })).toBe(403);
  expect(await status('/metrics', { 'x-forwarded-for': '127.0.0.1' })).toBe(403);
  expect(await status('/metrics', { forwarded: 'for=203.0.113.1' })).toBe(403);
});

test('behind a trusted proxy its reports count', async () => {
  const status = await start({ TRUSTED_PROXIES: '127.0.0.1', METRICS_NETWORKS: '10.0.0.0/8' });
  expect(await status('/metrics')).toBe(403);
  expect(await status('/metrics', { 'x-forwarded-for': '10.1.2.3' })).toBe(200);
  expect(await status('/metrics', { 'x-forwarded-for': '10.1.2.3, 203.0.113.1' })).toBe(403);
  expect(await status('/metrics', { 'x-forwarded-for': 'unknown' })).toBe(403);
  expect(await status('/metrics', { 'x-forwarded-for': '10.1.2.3', forwarded: 'for=10.1.2.3' })).toBe(200);
});

test('with TRUSTED_NETWORKS=none everybody needs a token', async () => {
  const status = await start({ TRUSTED_NETWORKS: 'none', METRICS_NETWORKS: 'none' });
  expect(await status('/sys/transmit/v1/routes')).toBe(401);
  expect(await status('/sys/transmit/x', { 'plat-route-id': 'x' })).toBe(401);
  expect(await status('/metrics')).toBe(403);
});
