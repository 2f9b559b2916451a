import { expect, onTestFinished, test } from 'vitest';
import type { ClusterEvent } from '../../src/domains/edge/clusters/cluster.port.js';
import type { MemoryCluster } from '../support/clusters.js';
import { PATIENCE } from '../support/patience.js';
import { newBusiness } from '../support/people.js';
import { useServer } from '../support/useServer.js';
import { ask, register, startEdge } from './support/world.js';

const server = useServer(() => startEdge({ CLUSTER_PATIENCE: '1' }));

/** Milliseconds, of which callers waited 15,000 where patience had no setting. */
const STALL = 10_000;

/** It answers no question until it is released. */
function hold(fake: MemoryCluster): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.held = promise;
  onTestFinished(() => resolve());
  return () => {
    fake.held = Promise.resolve();
    resolve();
  };
}

const eventOf = (subject: string): ClusterEvent => ({
  type: 'Normal',
  reason: 'Tested',
  message: subject,
  subject,
  namespace: null,
  count: 1,
  lastSeenAt: null,
});

interface LastTold {
  lastEvents: { readAt: string; failure: string | null; events: { subject: string }[] } | null;
  capacity: { lastRequested: { readAt: string; failure: string | null; amount: { cpu: number } } | null };
}

async function lastOf(id: number, token = server.token) {
  const document = `{ cluster(id: "${id}") { lastEvents { readAt failure events { subject } }
    capacity { lastRequested { readAt failure amount { cpu } } } } }`;
  const { data, errors } = await ask<{ cluster: LastTold }>(server, document, {}, token);
  if (!data) throw new Error(errors[0]?.message);
  const { lastEvents, capacity } = data.cluster;
  return { events: lastEvents, requested: capacity.lastRequested, errors };
}

/** It has told both lately. */
async function told(id: number) {
  const read = async () => {
    const { events, requested } = await lastOf(id);
    return [events?.failure, requested?.failure];
  };
  await expect.poll(read, PATIENCE).toEqual([null, null]);
  return lastOf(id);
}

const TIMEOUT = { extensions: { code: 'UPSTREAM_TIMEOUT' }, message: 'the cluster does not answer in time' };

test('a cluster that does not answer holds up none of the others', async () => {
  const [slow, quick] = [await register(server), await register(server)];
  hold(slow.fake);
  const document = `query ($ids: [ID!]) { clusters(filter: { id: { in: $ids } }) { nodes {
    name events { subject } capacity { requested { cpu } allocatable { cpu } } } } }`;
  const answer = async () => {
    const before = performance.now();
    const { data, errors } = await ask<{ clusters: { nodes: object[] } }>(server, document, {
      ids: [slow.id, quick.id],
    });
    const codes = errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`);
    const isHeldUp = performance.now() - before > STALL;
    return { nodes: data?.clusters.nodes, codes: codes.toSorted(), isHeldUp };
  };
  await expect.poll(answer, PATIENCE).toMatchObject({
    nodes: [
      { name: slow.name, events: null, capacity: { requested: null, allocatable: { cpu: 0 } } },
      { name: quick.name, events: [], capacity: { requested: { cpu: 1.5 }, allocatable: { cpu: 0 } } },
    ],
    codes: [
      'clusters.nodes.0.capacity.requested UPSTREAM_TIMEOUT',
      'clusters.nodes.0.events UPSTREAM_TIMEOUT',
    ],
    isHeldUp: false,
  });
});

test('what it told last is answered where that is asked for, with its age and why', async () => {
  const { id, fake } = await register(server);
  fake.events = [eventOf('Node/worker-1')];
  await told(id);
  const release = hold(fake);
  fake.events = [eventOf('Node/worker-2')];
  fake.requested = { ...fake.requested, cpu: 3 };
  const now = Date.now();
  const { events, requested, errors } = await lastOf(id);
  expect(errors).toEqual([]);
  expect(events).toMatchObject({ failure: TIMEOUT.message, events: [{ subject: 'Node/worker-1' }] });
  expect(requested).toMatchObject({ failure: TIMEOUT.message, amount: { cpu: 1.5 } });
  for (const reading of [events, requested])
    expect(Date.parse(reading?.readAt ?? '')).toBeLessThanOrEqual(now);
  release();
  expect(await told(id)).toMatchObject({
    events: { events: [{ subject: 'Node/worker-2' }] },
    requested: { amount: { cpu: 3 } },
  });
});

test('the answer to a question that nobody waits for any more is there for the next', async () => {
  const { id, fake } = await register(server);
  const release = hold(fake);
  for (const { events, requested, errors } of await Promise.all([lastOf(id), lastOf(id)])) {
    expect([events, requested]).toEqual([null, null]);
    expect(errors).toMatchObject([TIMEOUT, TIMEOUT]);
  }
  // Those who ask the same wait for the same answer.
  expect(fake.calls.filter((call) => call === 'requested')).toHaveLength(1);
  release();
  // Of the answers that come now.
  await expect.poll(async () => (await lastOf(id)).requested?.amount, PATIENCE).toEqual({ cpu: 1.5 });
  await expect.poll(async () => (await lastOf(id)).events?.events, PATIENCE).toEqual([]);
});

test('a cluster that counts as dead has told something too', async () => {
  const { id, fake } = await register(server);
  await told(id);
  fake.setSilent(true);
  const failure = `${fake.name} does not answer`;
  await expect
    .poll(() => lastOf(id), PATIENCE)
    .toMatchObject({
      events: { failure, events: [] },
      requested: { failure, amount: { cpu: 1.5 } },
      errors: [],
    });
});

test('what one caller was told is not what another may see', async () => {
  const { id, fake } = await register(server);
  const { id: businessId, admin } = await newBusiness(server);
  fake.events = [{ ...eventOf('Pod/secret'), namespace: 'kube-system' }];
  await told(id);
  fake.setSilent(true);
  expect((await lastOf(id)).events?.events).toEqual([{ subject: 'Pod/secret' }]);
  await expect
    .poll(() => lastOf(id, admin.token), PATIENCE)
    .toMatchObject({
      events: null,
      requested: { amount: { cpu: 1.5 } },
      errors: [{ extensions: { code: 'UPSTREAM_UNREACHABLE' } }],
    });
  fake.setSilent(false);
  fake.events = [{ ...eventOf('Pod/own'), namespace: `ns${businessId}` }];
  const own = async () => (await lastOf(id, admin.token)).events;
  await expect.poll(own, PATIENCE).toMatchObject({ failure: null, events: [{ subject: 'Pod/own' }] });
});
