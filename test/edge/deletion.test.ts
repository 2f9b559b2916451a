import { expect, onTestFinished, test } from 'vitest';
import { type Socket, connect } from '../graphql/socket.js';
import { ask, insertCluster, startEdge } from './support/world.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startEdge());

/** The keys that a subscription is told. */
function listen(socket: Socket, filter: string): string[] {
  const { next } = socket.results<{ clusterDeleted: string }>({
    query: `subscription { clusterDeleted${filter} }`,
  });
  const heard: string[] = [];
  void (async () => {
    for (;;) heard.push((await next()).data?.clusterDeleted ?? '');
  })().catch(() => undefined);
  return heard;
}

async function remove(id: number): Promise<void> {
  const document =
    'mutation ($input: DeleteClusterInput!) { deleteCluster(input: $input) { cluster { id } } }';
  expect((await ask(server, document, { input: { id } })).errors).toEqual([]);
}

test('subscribers hear of a cluster that is deleted', async () => {
  const wanted = await insertCluster(server);
  const socket = connect(server.url, { token: server.token });
  onTestFinished(() => socket.close());
  const [one, all] = [listen(socket, `(id: "${wanted}")`), listen(socket, '')];
  // Until the subscriptions are known to run, deletions may go unheard.
  await expect
    .poll(async () => {
      await remove(await insertCluster(server));
      return all.length;
    })
    .toBeGreaterThan(0);
  await remove(wanted);
  await expect.poll(() => all.at(-1)).toBe(String(wanted));
  await expect.poll(() => one).toEqual([String(wanted)]);
});
