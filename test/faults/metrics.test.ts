import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';
import { httpUpstream } from '../support/upstream.js';

test("Prometheus' own tool has nothing to say about the metrics", async () => {
  const server = await startServer();
  const upstream = await httpUpstream((_request, response) => void response.end('answer'));
  onTestFinished(async () => {
    await server.stop();
    await upstream.close();
  });
  const body = { name: 'a "b" \\ \n', protocol: 'http', host: '127.0.0.1', port: String(upstream.port) };
  const registered = await send(`${server.url}/sys/transmit/v1/routes`, { method: 'POST', body });
  const { id } = ((await registered.json()) as { data: { id: string } }).data;
  await send(`${server.url}/sys/transmit/x`, { headers: { 'plat-route-id': id } });
  const metrics = await (await send(`${server.url}/metrics`)).text();
  expect(metrics).toContain(`platform="${id}"`);
  const { stdout, stderr, status, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: metrics,
    encoding: 'utf8',
  });
  expect({ stdout, stderr, status, error }).toEqual({ stdout: '', stderr: '', status: 0, error: undefined });
});
