import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { Client } from 'pg';
import { pino } from 'pino';
import { ClusterAccess } from '../../src/domains/edge/clusters/clusterAccess.service.js';
import { NodeIntake } from '../../src/domains/edge/nodes/nodeIntake.service.js';
import { LeaseService } from '../../src/domains/edge/watching/lease.service.js';
import { WatchService } from '../../src/domains/edge/watching/watch.service.js';
import { SecretBox, generateSecretKey } from '../../src/kernel/secrets.js';
import { connect } from '../graphql/socket.js';
import { nodeState } from '../support/clusters.js';
import { TEST_DATABASE_URL } from '../support/database.js';
import { ask, insertCluster, intakeOf, register, remove, removeAll, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const SECRET_KEY = generateSecretKey();
/** Leases outlast what a busy machine holds up, and are looked after at once all the same. */
const periods = { lease: 2000, renewal: 100, silence: 60_000 };

/** What is looked for makes work itself. */
const SELDOM = { interval: 200 };

const server = useServer(() => startEdge({ SECRET_KEY }, { background: true, watchPeriods: periods }));
// Replicas share out all clusters that there are.
afterEach(() => removeAll(server));

interface State {
  isReady: boolean;
  failure: string | null;
  nodeCount: number;
  readyNodeCount: number;
  nodes: { nodes: { name: string; isReady: boolean; memory: number }[] };
}

async function stateOf(id: number): Promise<State | null> {
  const { data } = await ask<{ cluster: State | null }>(
    server,
    `{ cluster(id: "${id}") { isReady failure nodeCount readyNodeCount
      nodes(orderBy: [{ field: NAME }]) { nodes { name isReady memory } } } }`,
  );
  return data?.cluster ?? null;
}

const namesOf = async (id: number) => (await stateOf(id))?.nodes.nodes.map(({ name }) => name);

/** Which rows were written when, by PostgreSQL's own account. */
async function versionsOf(id: number): Promise<Map<unknown, unknown>> {
  const { rows } = await server.database.query(
    'select name, xmin::text as version from nodes where cluster_id = $1',
    [id],
  );
  return new Map(rows.map(({ name, version }) => [name, version]));
}

/** What a cluster of which nothing has been heard for as long as counts as dead looks like. */
async function stateAfterSilence(id: number): Promise<State | null> {
  await server.database.query(
    `update clusters set last_seen_at = now() - $2 * interval '1 ms' where id = $1`,
    [id, 2 * periods.silence],
  );
  return stateOf(id);
}

/** Another replica on the same database. */
function replica(): WatchService {
  const { database } = server;
  const leases = new LeaseService(database, periods);
  const parts = {
    database,
    access: new ClusterAccess({
      database,
      secrets: new SecretBox(SECRET_KEY),
      connector: async () => server.clusters,
    }),
    leases,
    intake: new NodeIntake(database, leases),
    logger: pino({ level: 'silent' }),
  };
  return new WatchService(parts, periods);
}

test('nodes come, change and go, and are counted', async () => {
  const { id, fake } = await register(server);
  fake.setNode(nodeState('n1'));
  fake.setNode(nodeState('n2', { isReady: false }));
  await expect.poll(() => stateOf(id)).toMatchObject({ nodeCount: 2, readyNodeCount: 1 });
  const before = await versionsOf(id);
  fake.setNode(nodeState('n1', { memory: 7 }));
  await expect.poll(async () => (await stateOf(id))?.nodes.nodes[0]?.memory).toBe(7);
  const after = await versionsOf(id);
  expect(after.get('n2')).toBe(before.get('n2'));
  expect(after.get('n1')).not.toBe(before.get('n1'));
  fake.removeNode('n2');
  await expect.poll(() => namesOf(id)).toEqual(['n1']);
  expect(await stateOf(id)).toMatchObject({ nodeCount: 1, readyNodeCount: 1 });
});

test('a silent cluster turns dead with its nodes, another does not, and it comes back by itself', async () => {
  const { id, fake } = await register(server);
  const other = await register(server);
  for (const cluster of [fake, other.fake]) cluster.setNode(nodeState('n1'));
  await expect.poll(() => stateOf(id)).toMatchObject({ readyNodeCount: 1, isReady: true });
  fake.setSilent(true);
  await expect
    .poll(() => stateAfterSilence(id))
    .toMatchObject({
      isReady: false,
      failure: `${fake.name} does not answer`,
      nodeCount: 1,
      readyNodeCount: 0,
      nodes: { nodes: [{ name: 'n1', isReady: false }] },
    });
  expect(await stateOf(other.id)).toMatchObject({ isReady: true, readyNodeCount: 1, failure: null });
  fake.setNode(nodeState('n2'));
  fake.setSilent(false);
  await expect.poll(() => stateOf(id)).toMatchObject({ isReady: true, failure: null, readyNodeCount: 2 });
});

test('subscribers hear of what turns, of the one cluster that they asked for', async () => {
  const { id, fake } = await register(server);
  const other = await register(server);
  const socket = connect(server.url, { token: server.token });
  const { next } = socket.results<{ clusterUpdated: object }>({
    query: `subscription { clusterUpdated(id: "${id}") { id isReady nodeCount version } }`,
  });
  const heard: unknown[] = [];
  const listening = (async () => {
    for (;;) heard.push((await next()).data?.clusterUpdated);
  })().catch(() => undefined);
  // Until the subscription is known to run, changes may go unheard.
  let count = 0;
  await expect
    .poll(() => {
      count += 1;
      other.fake.setNode(nodeState(`n${count}`));
      fake.setNode(nodeState(`n${count}`));
      return heard.length;
    }, SELDOM)
    .toBeGreaterThan(0);
  fake.setSilent(true);
  await expect
    .poll(async () => {
      await stateAfterSilence(id);
      return heard.at(-1);
    })
    .toMatchObject({ id: String(id), isReady: false });
  fake.setSilent(false);
  await expect.poll(() => heard.at(-1)).toMatchObject({ id: String(id), isReady: true, nodeCount: count });
  fake.upgrade('v1.32.0');
  await expect.poll(() => heard.at(-1)).toMatchObject({ version: 'v1.32.0' });
  expect(heard.every((event) => (event as { id: string }).id === String(id))).toBe(true);
  socket.close();
  await listening;
});

test('a list of many nodes writes only what differs', async () => {
  const id = await insertCluster(server);
  const intake = intakeOf(server);
  const nodes = Array.from({ length: 1200 }, (_, index) => nodeState(`n${index}`));
  await intake.ingest(id, { kind: 'all', nodes });
  expect(await stateOf(id)).toMatchObject({ nodeCount: 1200, readyNodeCount: 1200 });
  const before = await versionsOf(id);
  await intake.ingest(id, { kind: 'all', nodes: nodes.toReversed() });
  expect(await versionsOf(id)).toEqual(before);
  const changed = nodes.map((node, index) => (index === 1021 ? { ...node, isReady: false } : node)).slice(1);
  await intake.ingest(id, { kind: 'all', nodes: changed });
  const after = await versionsOf(id);
  const written = [...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name);
  expect(written).toEqual(['n1021']);
  expect(await stateOf(id)).toMatchObject({ nodeCount: 1199, readyNodeCount: 1198 });
});

describe('replicas', () => {
  const DEAD = randomUUID();

  /** How many clusters each replica watches, the fewest first. */
  async function sharesOf(): Promise<number[]> {
    const { rows } = await server.database.query(
      `select count(*)::int as count from clusters where watched_until >= now() group by watcher order by 1`,
    );
    return rows.map(({ count }) => Number(count));
  }

  test('watch each cluster once, and go on where one of them stops', async () => {
    const others = [replica(), replica()];
    for (const other of others) other.start();
    const clusters = [await register(server), await register(server), await register(server)];
    await expect.poll(() => clusters.map(({ fake }) => fake.watches)).toEqual([1, 1, 1]);
    for (const other of others) {
      await other.stop();
      for (const { id, fake } of clusters) {
        const name = `n${fake.nodes.size}`;
        fake.setNode(nodeState(name));
        await expect.poll(() => namesOf(id)).toContain(name);
      }
    }
    // What a cluster lists is stored before it is watched on.
    await expect.poll(() => clusters.map(({ fake }) => fake.watches)).toEqual(clusters.map(() => 1));
    expect(clusters.map(({ fake }) => fake.mostWatches)).toEqual(clusters.map(() => 1));
  });

  test('share the clusters, and each has all when it is alone', async () => {
    const clusters: Awaited<ReturnType<typeof register>>[] = [];
    for (const _each of [1, 2, 3, 4, 5]) clusters.push(await register(server));
    await expect.poll(sharesOf).toEqual([5]);
    const other = replica();
    other.start();
    await expect.poll(sharesOf).toEqual([2, 3]);
    await expect.poll(() => clusters.map(({ fake }) => fake.watches)).toEqual(clusters.map(() => 1));
    await other.stop();
    await expect.poll(sharesOf).toEqual([5]);
    await expect.poll(() => clusters.map(({ fake }) => fake.watches)).toEqual(clusters.map(() => 1));
    expect(clusters.map(({ fake }) => fake.mostWatches)).toEqual(clusters.map(() => 1));
  });

  test('take all clusters of one that died', async () => {
    for (const _each of [1, 2, 3]) await register(server);
    await server.database.query('insert into cluster_watchers values ($1, now())', [DEAD]);
    await server.database.query('update clusters set watcher = $1, watched_until = now()', [DEAD]);
    const ofDead = async () =>
      (await server.database.query('select id from clusters where watcher = $1', [DEAD])).rows;
    await expect.poll(ofDead).toEqual([]);
    await expect.poll(sharesOf).toEqual([3]);
  });

  test('tell again what came while the lease had run out', async () => {
    const { id, fake } = await register(server);
    await expect.poll(() => fake.watches).toBe(1);
    await server.database.query(`update clusters set watched_until = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    fake.setNode(nodeState('n1'));
    await expect.poll(() => namesOf(id)).toEqual(['n1']);
    expect(fake.started).toBe(1);
  });

  test('tell a version that was told while the lease had run out', async () => {
    const { id, fake } = await register(server);
    await expect.poll(() => fake.watches).toBe(1);
    const versionOf = async () =>
      (await ask<{ cluster: { version: string } }>(server, `{ cluster(id: "${id}") { version } }`)).data
        ?.cluster.version;
    await server.database.query(`update clusters set watched_until = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    fake.upgrade('v1.91.0');
    await expect.poll(versionOf).toBe('v1.91.0');
    expect(fake.started).toBe(1);
  });

  test.runIf(TEST_DATABASE_URL)('are not held up by a lock of one that is gone', async () => {
    const clusters = [await register(server), await register(server)];
    const [held, free] = clusters;
    const { native } = server.database;
    if (!held || !free || !('url' in native)) throw new Error('needs clusters on PostgreSQL');
    const gone = new Client({ connectionString: native.url });
    await gone.connect();
    try {
      await gone.query(
        `update clusters set watcher = $1, watched_until = now() + interval '1 s' where id = $2`,
        [DEAD, held.id],
      );
      await gone.query('begin');
      await gone.query('select 1 from clusters where id = $1 for no key update', [held.id]);
      await expect
        .poll(
          async () =>
            (await server.database.query('select 1 from clusters where watched_until < now()')).rows,
        )
        .toHaveLength(1);
      await server.database.query(
        `update clusters set watched_until = now() - interval '1 s' where id = $1`,
        [free.id],
      );
      free.fake.setNode(nodeState('n1'));
      await expect.poll(() => namesOf(free.id)).toEqual(['n1']);
      await gone.query('commit');
      held.fake.setNode(nodeState('n1'));
      await expect.poll(() => namesOf(held.id)).toEqual(['n1']);
    } finally {
      await gone.end();
    }
  });

  test('leave the clusters of another alone while its lease lasts, and take them when it died', async () => {
    const { id, fake } = await register(server);
    await expect.poll(() => fake.watches).toBe(1);
    await server.database.query(
      `update clusters set watcher = gen_random_uuid(), watched_until = now() + interval '1 hour' where id = $1`,
      [id],
    );
    await expect.poll(() => fake.watches).toBe(0);
    fake.setNode(nodeState('n1'));
    await server.database.query('update clusters set watched_until = now() where id = $1', [id]);
    await expect.poll(() => namesOf(id)).toEqual(['n1']);
    expect([fake.watches, fake.mostWatches]).toEqual([1, 1]);
  });
});

test('a rotated kubeconfig is used, a deleted cluster is left alone', async () => {
  const { id, fake } = await register(server);
  await expect.poll(() => fake.watches).toBe(1);
  await ask(
    server,
    'mutation ($input: UpdateClusterInput!) { updateCluster(input: $input) { cluster { id } } }',
    {
      input: { id, kubeconfig: `${fake.kubeconfig} user: second` },
    },
  );
  fake.setNode(nodeState('n1'));
  await expect.poll(() => namesOf(id)).toEqual(['n1']);
  await expect.poll(() => fake.started).toBe(2);
  await remove(server, id);
  await expect.poll(() => fake.watches).toBe(0);
});

test('a change that could not be written is made up for', async () => {
  const { id, fake } = await register(server);
  await expect.poll(() => fake.watches).toBe(1);
  await server.database.query('alter table nodes rename to away');
  fake.setNode(nodeState('n1'));
  await expect
    .poll(async () => (await ask(server, `{ cluster(id: "${id}") { failure } }`)).data)
    .toEqual({ cluster: { failure: 'what it tells of its nodes could not be recorded' } });
  await server.database.query('alter table away rename to nodes');
  await expect.poll(() => namesOf(id)).toEqual(['n1']);
});
