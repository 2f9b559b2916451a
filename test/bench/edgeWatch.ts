import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type Cluster, expireWatches, putNodes, startCluster } from './edgeClusters.ts';
import { createDatabase } from './edgeSeed.ts';
import { type Isthmus, logIn, startIsthmus } from './isthmus.ts';
import { memory, stop, stopAll } from './processes.ts';
import { print, table } from './table.ts';

const CLUSTERS = 200;
const NODES = 50;
const LARGE_CLUSTER = 5_000;
const CHANGED = 100;
const REGISTRATIONS_AT_ONCE = 8;
/** Milliseconds in which a relist must be absorbed; MiB that the clusters may add at the peak to what the server takes without. */
const MOST = { relist: 2_000, memory: 300 };

const POLL = 20;
const PATIENCE = 300_000;
/** After which memory that is only cached has been given back, in milliseconds. */
const REST = 15_000;

type Database = Awaited<ReturnType<typeof createDatabase>>;

async function poll(child: ChildProcess, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!(await condition())) {
    if (child.exitCode !== null || performance.now() > end) throw new Error('the server does not follow');
    await delay(POLL);
  }
}

async function query(database: Database, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return (await client.query<Record<string, unknown>>(statement).finally(() => client.end())).rows;
}

async function register(url: string, token: string, name: string, kubeconfig: string): Promise<void> {
  const document = `mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }`;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: token },
    body: JSON.stringify({ query: document, variables: { input: { name, kubeconfig } } }),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(`registering ${name}: ${text}`);
}

async function registerAll(url: string, clusters: readonly Cluster[]): Promise<void> {
  const { token } = await logIn(url);
  const left = [...clusters.entries()];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift())
      await register(url, token, `bench-${next[0]}`, next[1].kubeconfig());
  };
  await Promise.all(Array.from({ length: REGISTRATIONS_AT_ONCE }, work));
}

async function timed(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Seconds until all are watched, and MiB at the peak and at rest. */
async function watchAll(
  what: string,
  { child }: Isthmus,
  work: () => Promise<void>,
): Promise<{ row: string[]; peak: number }> {
  const seconds = (await timed(work)) / 1_000;
  const peak = memory(child, 'VmHWM');
  await delay(REST);
  const rest = memory(child, 'VmRSS');
  return { row: [what, seconds.toFixed(1), peak.toFixed(0), rest.toFixed(0)], peak };
}

/** Which version of each node's row is stored, by PostgreSQL's own account. */
async function versions(database: Database): Promise<Map<unknown, unknown>> {
  const rows = await query(database, `select id, xmin::text as version from nodes`);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** Milliseconds from the first request of a list to the watch that follows it, and the rows that were written. */
async function relist(database: Database, child: ChildProcess, cluster: Cluster, change: () => void) {
  const before = await versions(database);
  cluster.silenceWatches();
  change();
  let begun = 0;
  let ended = 0;
  cluster.onRequest = (request) => {
    if (request.includes('watch=true')) ended = performance.now();
    else if (request.includes('/nodes?') && begun === 0) begun = performance.now();
  };
  expireWatches(cluster);
  await poll(child, () => begun !== 0 && ended !== 0);
  cluster.onRequest = undefined;
  const after = await versions(database);
  const written = [...after].filter(([id, version]) => before.get(id) !== version).length;
  return { milliseconds: ended - begun, written };
}

const holds = async (database: Database, clusters: number, nodes: number): Promise<boolean> =>
  (await query(database, `select 1 from clusters where node_count = ${nodes}`)).length === clusters;

/** What watching many clusters and a large one costs. */
export async function measureWatches(folder: string, server: string): Promise<boolean> {
  const database = await createDatabase(server);
  const settings = { DATABASE_URL: database.url };
  const clusters = await Promise.all(Array.from({ length: CLUSTERS }, () => startCluster(NODES)));
  try {
    const fresh = await startIsthmus(folder, undefined, settings);
    const idle = memory(fresh.child, 'VmRSS');
    const registered = await watchAll('registered', fresh, async () => {
      await registerAll(fresh.url, clusters);
      await poll(fresh.child, () => holds(database, CLUSTERS, NODES));
    });
    await stop(fresh.child);

    const again = await startIsthmus(folder, undefined, settings);
    const areWatched = () => clusters.every(({ watches }) => watches.size > 0);
    const restarted = await watchAll('known, after a start', again, () => poll(again.child, areWatched));
    print(`\n${CLUSTERS} clusters of ${NODES} nodes; ${idle.toFixed(0)} MiB without\n`);
    print(
      table(
        ['clusters', 'seconds until watched', 'MiB at most', 'MiB at rest'],
        [registered.row, restarted.row],
      ),
    );

    const large = await startCluster(LARGE_CLUSTER);
    clusters.push(large);
    const first = await timed(async () => {
      await register(again.url, (await logIn(again.url)).token, 'large', large.kubeconfig());
      await poll(
        again.child,
        async () => large.watches.size > 0 && (await holds(database, 1, LARGE_CLUSTER)),
      );
    });
    const unchanged = await relist(database, again.child, large, () => undefined);
    const changed = await relist(database, again.child, large, () => putNodes(large, CHANGED, 'False'));
    const peak = memory(again.child, 'VmHWM');
    print(`\nA cluster of ${LARGE_CLUSTER} nodes; ${peak.toFixed(0)} MiB at most, with the others\n`);
    print(
      table(
        ['list', 'ms', 'rows written'],
        [
          ['first, with its registration', first.toFixed(0), String(LARGE_CLUSTER)],
          ['unchanged', unchanged.milliseconds.toFixed(0), String(unchanged.written)],
          [`${CHANGED} changed`, changed.milliseconds.toFixed(0), String(changed.written)],
        ],
      ),
    );
    return (
      Math.max(registered.peak, restarted.peak) - idle < MOST.memory &&
      Math.max(unchanged.milliseconds, changed.milliseconds) < MOST.relist &&
      unchanged.written === 0 &&
      changed.written === CHANGED
    );
  } finally {
    await stopAll();
    for (const cluster of clusters) await cluster.close();
    await database.remove();
  }
}
