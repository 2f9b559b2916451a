import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { PATIENCE } from '../support/patience.js';
import { newMember } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { type World, become, deploy, newApp, newClusters, ownerOf, startWorld } from './support/world.js';

const world = useServer(async () => {
  // A business may have ten connections, and one of its callers five.
  const limits = { clusters: 2, containers: 2, all: 20, bytes: 1000 };
  const started = await startWorld({ UNREAD_TIMEOUT: '1' }, { logLimits: limits, keepAlive: 3000 });
  return { ...started, stop: () => started.server.stop() };
});

interface Line {
  clusterId: string;
  line: string;
  notice: string | null;
}

const FOLLOW = (id: string) =>
  `subscription { deploymentLogs(id: "${id}", tail: 0) { clusterId line notice } }`;

/** A deployment in so many clusters. */
async function running(count: number) {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, count);
  const { id } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  const ids = clusters.map((cluster) => String(cluster.id));
  const fakes = clusters.map(({ fake }) => fake.workloads);
  return { id, ids, fakes, owner: ownerOf(world, id) };
}

/** A subscription, and what it has told so far. */
function follow({ server, tenant }: World, id: string, token = tenant.admin.token) {
  const socket = connect(server.url, { token });
  onTestFinished(() => socket.close());
  const told: Line[] = [];
  const { next } = socket.results<{ deploymentLogs: Line }>({ query: FOLLOW(id) });
  const read = async (): Promise<void> => {
    for (;;) {
      const { data } = await next();
      if (data) told.push(data.deploymentLogs);
    }
  };
  read().catch(() => undefined);
  return { told, close: () => socket.close() };
}

const byCluster = (told: readonly Line[]) =>
  told.toSorted((one, other) => Number(one.clusterId) - Number(other.clusterId));

test('logs of as many clusters and containers are followed as there is room for, and it is told which are not', async () => {
  const { id, ids, fakes, owner } = await running(3);
  const [first, second, third] = ids.map((clusterId) => ({ clusterId, line: '', notice: null }));
  const CLUSTER = 'the cluster is not followed: too many others are';
  const one = follow(world, id);
  await expect.poll(() => one.told, PATIENCE).toEqual([{ ...third, notice: CLUSTER }]);
  await expect.poll(() => fakes.map(({ followers }) => followers), PATIENCE).toEqual([1, 1, 0]);
  for (const fake of fakes) fake.say(owner, { pod: 'p', container: 'c', line: 'said' });
  await expect
    .poll(() => byCluster(one.told), PATIENCE)
    .toEqual([
      { ...first, line: 'said' },
      { ...second, line: 'said' },
      { ...third, notice: CLUSTER },
    ]);
  // Of five connections it has two in each of its clusters.
  const other = follow(world, id);
  await expect
    .poll(() => byCluster(other.told), PATIENCE)
    .toEqual([
      { ...first, notice: '1 container is not followed: too many others are' },
      { ...second, notice: CLUSTER },
      { ...third, notice: CLUSTER },
    ]);
  one.close();
  other.close();
  await expect.poll(() => fakes.map(({ followers }) => followers), PATIENCE).toEqual([0, 0, 0]);
  const again = follow(world, id);
  await expect.poll(() => again.told, PATIENCE).toEqual([{ ...third, notice: CLUSTER }]);
  again.close();
});

test('a caller leaves places to its colleagues', async () => {
  const colleague = await newMember(world.server, world.tenant);
  const { id, ids, fakes } = await running(1);
  const [clusterId] = ids;
  const [fake] = fakes;
  const greedy = Array.from({ length: 6 }, () => follow(world, id));
  const refused = () =>
    greedy.filter(({ told }) => told.some((line) => line.notice?.startsWith('the cluster')));
  const decided = () => (fake?.followers ?? 0) + refused().length;
  await expect.poll(decided, PATIENCE).toBe(greedy.length);
  expect(refused()).not.toEqual([]);
  const modest = follow(world, id, colleague.token);
  await expect.poll(decided, PATIENCE).toBe(greedy.length + 1);
  expect(modest.told).not.toContainEqual(expect.objectContaining({ clusterId, line: '' }));
  for (const { close } of [...greedy, modest]) close();
  await expect.poll(() => fake?.followers, PATIENCE).toBe(0);
});

test('what one operation reads of logs is bounded, however many deployments and clusters it asks', async () => {
  const deployments = [await running(2), await running(2)];
  for (const { fakes, owner } of deployments)
    for (const fake of fakes)
      for (let count = 1; count <= 10; count += 1)
        fake.log(owner, { pod: 'p', container: 'c', line: `${count}`.padStart(68, '.') });
  const fields = deployments.map(
    ({ id }, index) =>
      `d${index}: deployment(id: "${id}") { logs(tail: 4) { failure containers { lines } } }`,
  );
  interface Logs {
    logs: { failure: string | null; containers: { lines: string[] }[] }[];
  }
  const { data } = await ask<Record<string, Logs>>(world.server, `{ ${fields.join(' ')} }`);
  const logs = Object.values(data ?? {}).flatMap((deployment) => deployment.logs);
  const lines = logs.flatMap(({ containers }) => containers.flatMap((container) => container.lines));
  // Of sixteen that are asked for; a line of 68 characters takes 100 bytes.
  expect(lines).toHaveLength(10);
  const short = logs.filter(({ containers }) => (containers[0]?.lines.length ?? 0) < 4);
  expect(short.length).toBeGreaterThan(0);
  for (const { failure } of short) expect(failure).toContain('ask for fewer lines');
  // The last ones of each are kept.
  const last = '10'.padStart(68, '.');
  for (const { containers } of logs) {
    const [container] = containers;
    if (container && container.lines.length > 0) expect(container.lines.at(-1)).toBe(last);
  }
});

async function pausedSocket({ server, tenant }: World, id: string, isFollowed: () => Promise<void>) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token: tenant.admin.token } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: FOLLOW(id) } }));
  await isFollowed();
  socket.pause();
}

async function pausedStream({ server, tenant }: World, id: string, isFollowed: () => Promise<void>) {
  const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const body = JSON.stringify({ query: FOLLOW(id) });
  const token = tenant.admin.token;
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n` +
      `Authorization: ${token}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  socket.pause();
  await isFollowed();
}

test.each([
  ['WebSocket', pausedSocket],
  ['event stream', pausedStream],
])(
  'who stops reading logs by %s is cut off, leaves nothing and holds up nobody',
  async (_what, pause) => {
    const { id, fakes, owner } = await running(1);
    const [fake] = fakes;
    if (!fake) throw new Error('there is no cluster');
    const followedBy = async (count: number) => {
      await expect.poll(() => fake.followers, PATIENCE).toBe(count);
    };
    const reader = follow(world, id);
    await followedBy(1);
    await pause(world, id, () => followedBy(2));
    const line = 'x'.repeat(4000);
    const speak = () => {
      for (let count = 0; count < 100; count += 1) fake.say(owner, { pod: 'p', container: 'c', line });
      return fake.followers;
    };
    // The system's buffers hold some megabytes; clients of WebSockets have time to show that they are there.
    await expect.poll(speak, { timeout: 90_000, interval: 500 }).toBe(1);
    fake.say(owner, { pod: 'p', container: 'c', line: 'the last' });
    await expect.poll(() => reader.told.at(-1)?.line, PATIENCE).toBe('the last');
    reader.close();
    await followedBy(0);
  },
  180_000,
);
