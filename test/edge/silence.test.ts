import { expect, test } from 'vitest';
import { LeaseService } from '../../src/domains/edge/watching/lease.service.js';
import { ask, insertCluster, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge({}, { background: false }));

async function isReady(id: number): Promise<unknown> {
  const { data } = await ask<{ cluster: { isReady: boolean } }>(
    server,
    'query ($id: ID) { cluster(id: $id) { isReady } }',
    { id: String(id) },
  );
  return data?.cluster.isReady;
}

/** The cluster was last heard of so many seconds ago, as the release before wrote it. */
const hear = async (id: number, seconds: number): Promise<unknown> =>
  server.database.query(
    `update clusters set last_seen_at = now() - $2 * interval '1 s', failure = null, was_ready = true where id = $1`,
    [id, seconds],
  );

test('a cluster that a replica of an earlier release watches is alive for all', async () => {
  const id = await insertCluster(server, { seen: false });
  expect(await isReady(id)).toBe(false);
  await hear(id, 30);
  expect(await isReady(id)).toBe(true);
  await hear(id, 90);
  expect(await isReady(id)).toBe(false);
});

test('the replica that watches a cluster says how long it may be silent', async () => {
  const id = await insertCluster(server);
  await server.database.query('update clusters set watcher = null, watched_until = null where id = $1', [id]);
  await hear(id, 30);
  const leases = new LeaseService(server.database, { lease: 60_000, silence: 10_000 });
  await leases.renew();
  expect(await isReady(id)).toBe(false);
  await hear(id, 5);
  expect(await isReady(id)).toBe(true);
});
