import { expect, test } from 'vitest';
import * as items from '../datacenters/inventory/support/items.js';
import { takeIn } from '../datacenters/inventory/support/world.js';
import { newCenter, startClouds } from '../datacenters/support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(async () => startClouds());

test.each<[string, (id: string) => [string, object]]>([
  ['an endpoint', (id) => [`/api/v1/${id}/cpu_layout/h1`, {}]],
  [
    'a query',
    (id) => [
      '/graphql',
      {
        method: 'POST',
        body: JSON.stringify({ query: `{ host(id: "${id}:h1") { cpuLayout { message } } }` }),
      },
    ],
  ],
])('who goes away before the answer of %s is no failure of the server', async (_what, callOf) => {
  const { id, cloud } = await newCenter(server);
  await takeIn(server, id, { hosts: [items.host('h1')] });
  const host = cloud.addHost('h1');
  host.held = new Promise(() => undefined);
  const [path, init] = callOf(id);
  const leaving = new AbortController();
  const headers = {
    authorization: path === '/graphql' ? `Bearer ${server.token}` : server.token,
    'content-type': 'application/json',
    'x-request-id': `leaves-${id}`,
  };
  const answer = fetch(server.url + path, { ...init, headers, signal: leaving.signal });
  await expect.poll(() => host.sessions).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await expect.poll(() => host.sessions).toBe(0);
  const lines = () =>
    server
      .log()
      .split('\n')
      .filter((line) => line.includes(`leaves-${id}`))
      .map((line) => JSON.parse(line) as { level: number; msg: string });
  await expect
    .poll(() => lines().map(({ msg }) => msg))
    .toEqual(['request', path === '/graphql' ? 'operation refused' : 'request failed']);
  expect(lines().filter(({ level }) => level > 30)).toEqual([]);
});
