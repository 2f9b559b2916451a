import { describe, expect, onTestFinished, test } from 'vitest';
import { createKubernetesConnector } from '../../../src/connectors/kubernetes/index.js';
import type { Pace } from '../../../src/connectors/kubernetes/pace.js';
import { AddressPolicy } from '../../../src/kernel/networks.js';
import { nodeOf } from '../../support/kubernetes/objects.js';
import { FakeApiServer } from '../../support/kubernetes/server.js';
import { HASTY, watch } from './lab.js';
import { Recorder } from './recorder.js';

const CLUSTERS = 9;
const MOST_ANSWERS = 16;

/** Clusters of one connector, as a server has them. */
async function startMany(count: number, pace: Partial<Pace> = {}) {
  const connector = createKubernetesConnector(new AddressPolicy([]), {
    pace: { ...HASTY, patience: 60_000, call: 60_000, list: 60_000, answer: 60_000, ...pace },
  });
  const clusters = await Promise.all(Array.from({ length: count }, () => FakeApiServer.start()));
  return Promise.all(
    clusters.map(async (cluster) => {
      cluster.store.put('nodes', nodeOf('worker-1'));
      const client = await connector.open(cluster.kubeconfig());
      onTestFinished(async () => {
        client.close();
        await cluster.close();
      });
      return { cluster, client };
    }),
  );
}

test('clusters that do not answer keep no other from being listed', async () => {
  const many = await startMany(CLUSTERS);
  for (const { cluster } of many.slice(1)) cluster.break('hang');
  const recorders = many.toReversed().map(({ client }) => watch(client));
  await expect.poll(() => recorders.at(-1)?.lists).toBe(1);
  expect(recorders.slice(0, -1).map(({ lists }) => lists)).toEqual(Array<number>(CLUSTERS - 1).fill(0));
});

test('lists that drip end, and the others come', async () => {
  const many = await startMany(CLUSTERS, { list: 200 });
  for (const { cluster } of many.slice(1)) cluster.break('drip', /limit=500/);
  const recorders = many.toReversed().map(({ client }) => watch(client));
  await expect.poll(() => recorders.at(-1)?.lists).toBe(1);
  for (const recorder of recorders.slice(0, -1)) {
    await expect.poll(() => recorder.failures.length).toBeGreaterThan(0);
    expect(recorder.failures[0]).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: expect.stringContaining('did not send its list in time'),
    });
  }
});

describe('while as many answers as are read at once drip', () => {
  async function dripping(pace: Partial<Pace>) {
    const [asked, ...others] = await startMany(MOST_ANSWERS + 1, pace);
    if (!asked) throw new Error('there is no cluster');
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const given = others.map(async ({ cluster, client }) => {
      cluster.break('drip');
      return client.requested(stop.signal).catch((error: unknown) => error);
    });
    await expect.poll(() => others.every(({ cluster }) => cluster.requests.length === 1)).toBe(true);
    return { ...asked, given };
  }

  test('others are asked once that is over, and have all their time', async () => {
    const { client, given } = await dripping({ answer: 500 });
    const { signal } = new AbortController();
    expect(await client.requested(signal)).toEqual({ cpu: 0, memory: 0 });
    expect(await client.listEvents('all', 1, signal)).toEqual([]);
    for (const failure of await Promise.all(given))
      expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('who gives up, or whose client is closed, waits no longer, and asks nothing', async () => {
    const { cluster, client } = await dripping({ answer: 60_000 });
    const stop = new AbortController();
    const given = client.requested(stop.signal);
    stop.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    const closed = client.listEvents('all', 1, new AbortController().signal);
    client.close();
    await expect(closed).rejects.toThrow();
    expect(cluster.requests).toEqual([]);
  });
});

test('clusters that do not answer at all hold no place of those that are read', async () => {
  const connector = createKubernetesConnector(new AddressPolicy([]), { pace: HASTY });
  const [asked, ...others] = await startMany(MOST_ANSWERS + 1);
  if (!asked) throw new Error('there is no cluster');
  const { signal } = new AbortController();
  const { uid } = await asked.client.preflight(signal);
  const openAgain = async (cluster: FakeApiServer) => {
    const client = await connector.open(cluster.kubeconfig(), uid);
    onTestFinished(() => client.close());
    return client;
  };
  const given = others.map(async ({ cluster }) => {
    cluster.break('hang');
    return (await openAgain(cluster)).listEvents('all', 1, signal).catch(() => 'ended');
  });
  await expect.poll(() => others.every(({ cluster }) => cluster.requests.length === 1)).toBe(true);
  const answer = (await openAgain(asked.cluster)).listEvents('all', 1, signal);
  expect(await Promise.race([answer, ...given])).toEqual([]);
});

test('a list without end is given up', async () => {
  const [lab] = await startMany(1, { answer: 100 });
  if (!lab) throw new Error('there is no cluster');
  const { cluster, client } = lab;
  cluster.break('endless');
  const expected = { code: 'UPSTREAM_TIMEOUT', message: expect.stringContaining('its list in time') };
  const { signal } = new AbortController();
  await expect(client.requested(signal)).rejects.toMatchObject(expected);
  await expect(client.listEvents('all', 1, signal)).rejects.toMatchObject(expected);
});

test('a cluster has an end of nodes', async () => {
  const [lab] = await startMany(1);
  if (!lab) throw new Error('there is no cluster');
  const { cluster, client } = lab;
  for (let index = 1; index < 4000; index += 1)
    cluster.store.put('nodes', { ...nodeOf(`node-${index}`), spec: {}, status: {} });
  cluster.break('endless', /nodes\?.*limit=(?!1\b)/);
  const recorder = watch(client);
  await expect.poll(() => recorder.failures.length).toBeGreaterThan(0);
  expect(recorder.failures[0]).toMatchObject({
    code: 'UPSTREAM_PROTOCOL',
    message: expect.stringContaining('more than 20000 nodes'),
  });
  expect(recorder.changes).toEqual([]);
});

describe('while others take in their lists', () => {
  /** One cluster that waits, and what ends the others' turns. */
  async function waiting() {
    const [last, ...first] = await startMany(5, { silence: 20 });
    if (!last) throw new Error('there is no cluster');
    const taken = Promise.withResolvers<void>();
    onTestFinished(() => taken.resolve());
    let begun = 0;
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const changed = async () => {
      begun += 1;
      await taken.promise;
    };
    for (const { client } of first) void client.watchNodes({ ...new Recorder(), changed }, stop.signal);
    await expect.poll(() => begun).toBe(4);
    return { ...last, release: () => taken.resolve() };
  }

  test('a cluster that waits is there, and comes in the end', async () => {
    const { client, release } = await waiting();
    const recorder = watch(client);
    await expect.poll(() => recorder.timesAlive).toBeGreaterThan(3);
    expect(recorder.lists).toBe(0);
    release();
    await expect.poll(() => recorder.lists).toBe(1);
    expect(recorder.failures).toEqual([]);
  });

  test('a cluster that goes away meanwhile waits no longer', async () => {
    const { cluster, client, release } = await waiting();
    const recorder = watch(client);
    await expect.poll(() => recorder.timesAlive).toBeGreaterThan(1);
    await cluster.down();
    await expect.poll(() => recorder.failures.length).toBeGreaterThan(1);
    expect(recorder.failures[0]).toMatchObject({ code: 'UPSTREAM_UNREACHABLE' });
    release();
    await cluster.up();
    await expect.poll(() => recorder.lists).toBe(1);
  });

  test('a watch that is told to end waits no longer', async () => {
    const { client } = await waiting();
    const recorder = new Recorder();
    const stop = new AbortController();
    const ended = client.watchNodes(recorder, stop.signal);
    await expect.poll(() => recorder.timesAlive).toBeGreaterThan(1);
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
    expect(recorder.failures).toEqual([]);
  });
});

test('a few lists at a time are taken in', async () => {
  const many = await startMany(CLUSTERS);
  const taken = Promise.withResolvers<void>();
  let begun = 0;
  const signal = new AbortController();
  onTestFinished(() => signal.abort());
  for (const { client } of many) {
    const recorder = new Recorder();
    const changed = async () => {
      begun += 1;
      await taken.promise;
    };
    void client.watchNodes({ ...recorder, changed }, signal.signal);
  }
  const probed = () =>
    many.filter(({ cluster }) => cluster.requests.some((each) => each.endsWith('limit=1')));
  await expect.poll(() => probed().length).toBe(CLUSTERS);
  await expect.poll(() => begun).toBe(4);
  expect(
    many.filter(({ cluster }) => cluster.requests.some((each) => each.includes('limit=500'))),
  ).toHaveLength(4);
  taken.resolve();
  await expect.poll(() => begun).toBe(CLUSTERS);
});
