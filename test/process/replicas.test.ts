import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { type EmptyDatabase, TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { type Running, runToEnd, startProcess } from '../support/process.js';
import { connect } from '../graphql/socket.js';
import { nodeOf } from '../support/kubernetes/objects.js';
import { FakeApiServer } from '../support/kubernetes/server.js';
import { connectTo, register as registerPlatform, request } from '../http/connections.js';
import { scriptedUpstream } from '../support/upstream.js';
import { send } from '../support/rest.js';
import { ADMIN, type Environment, logIn, query } from '../support/server.js';

/** Several processes need a database server; the embedded database belongs to one. */
describe.runIf(TEST_DATABASE_URL)('two replicas on one PostgreSQL', () => {
  let database: EmptyDatabase;
  let environment: Environment;
  let replicas: Running[];

  beforeEach(async () => {
    database = await createPostgres();
    environment = {
      DATABASE_URL: database.url,
      SECRET_KEY: generateSecretKey(),
      ADMIN_PASSWORD: ADMIN.password,
      CLUSTER_LEASE: '1',
    };
    // At the same time: one migrates and makes the administrator, the other waits and finds it done.
    replicas = await Promise.all([startProcess(environment), startProcess(environment)]);
  });
  afterEach(async () => {
    await Promise.all(replicas.map(({ end }) => end('SIGKILL')));
    await database.drop();
  });

  const urls = (): [string, string] => {
    const [first, second] = replicas;
    if (!first || !second) throw new Error('two replicas are needed');
    return [first.url, second.url];
  };
  async function register(url: string, token: string, name: string, cluster: FakeApiServer) {
    const { data } = await query<{ registerCluster: { cluster: { id: string } } }>(
      url,
      'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }',
      { variables: { input: { name, kubeconfig: cluster.kubeconfig() } }, token },
    );
    return data?.registerCluster.cluster.id;
  }
  const whoami = async (url: string, token: string) =>
    (await send(`${url}/v1/authorization`, { headers: { authorization: token } })).status;

  test('a change of a platform takes effect on the other within a second', async () => {
    const [first, second] = urls();
    const routes = `${first}/sys/transmit/v1/routes`;
    const registered = await send(routes, {
      method: 'POST',
      body: { name: 'a', protocol: 'http', host: '127.0.0.1', port: '1' },
    });
    const { id } = ((await registered.json()) as { data: { id: string } }).data;
    const forward = async () => {
      const response = await send(`${second}/sys/transmit/x`, { headers: { 'plat-route-id': id } });
      return ((await response.json()) as { code: string }).code;
    };
    expect(await forward()).toBe('PLATFORM_UNREACHABLE');
    expect(
      (await send(`${routes}/${id}`, { method: 'PUT', body: { name: 'b', port: first.split(':').at(-1) } }))
        .status,
    ).toBe(200);
    // The platform is now the first replica itself, whose answer is that a loop was noticed or no such path exists.
    await expect.poll(forward, { timeout: 1000 }).not.toBe('PLATFORM_UNREACHABLE');
    expect((await send(`${routes}/${id}`, { method: 'DELETE' })).status).toBe(200);
    await expect.poll(forward, { timeout: 1000 }).toBe('PLATFORM_NOT_FOUND');
  });

  test('a document that one is given makes operations on the other', async () => {
    const [first, second] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    const documentOf = (operationId: string) =>
      JSON.stringify({
        openapi: '3.1.0',
        info: { title: 'Things', version: '1' },
        paths: { '/things': { get: { operationId, responses: {} } } },
      });
    const registered = await query<{ registerPlatform: { platform: { id: string } } }>(
      first,
      'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
      {
        variables: {
          input: { name: 'a', protocol: 'HTTP', host: '127.0.0.1', port: 1, openapi: documentOf('before') },
        },
        token,
      },
    );
    const id = registered.data?.registerPlatform.platform.id;
    const operations = async () => {
      const { data } = await query<{ platform: { operations: { nodes: { id: string }[] } | null } }>(
        second,
        'query ($id: ID!) { platform(id: $id) { operations { nodes { id } } } }',
        { variables: { id }, token },
      );
      return data?.platform.operations?.nodes.map((operation) => operation.id);
    };
    const change = async (openapi: string | null) =>
      query(
        first,
        'mutation ($input: UpdatePlatformInput!) { updatePlatform(input: $input) { platform { id } } }',
        { variables: { input: { id, openapi } }, token },
      );
    expect(await operations()).toEqual(['before']);
    await change(documentOf('after'));
    await expect.poll(operations, { timeout: 5000 }).toEqual(['after']);
    await change(null);
    await expect.poll(operations, { timeout: 5000 }).toBeUndefined();
  });

  test('a token works on both, and logging out on one ends it on the other', async () => {
    const [first, second] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    expect(await whoami(second, token)).toBe(200);
    await send(`${first}/v1/authorization`, { method: 'DELETE', headers: { authorization: token } });
    await expect.poll(() => whoami(second, token), { timeout: 1000 }).toBe(401);
  });

  test('a tunnel through one ends when its caller logs out on the other', async () => {
    const [first, second] = urls();
    const platform = await scriptedUpstream((socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nready'),
    );
    try {
      const id = await registerPlatform(first, platform);
      const tokens = [
        await logIn(first, ADMIN.user, ADMIN.password),
        await logIn(first, ADMIN.user, ADMIN.password),
      ];
      const [own, other] = tokens.map((token) => {
        const offer = ['Connection: Upgrade', 'Upgrade: tcp', `Plat-Route-Id: ${id}`];
        return connectTo(second, request('GET /sys/transmit/x', [...offer, `X-Access-Token: ${token}`]));
      });
      if (!own || !other) throw new Error('two tunnels are needed');
      for (const { text } of [own, other]) await expect.poll(text).toContain('ready');
      await send(`${first}/v1/authorization`, {
        method: 'DELETE',
        headers: { authorization: tokens[0] ?? '' },
      });
      await own.closed;
      expect(other.socket.closed).toBe(false);
      other.socket.destroy();
    } finally {
      await platform.close();
    }
  });

  test('a replica whose listening connection was cut hears of changes again', async () => {
    const [first, second] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    expect(await whoami(second, token)).toBe(200);
    await database.execute(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'isthmus listener' and datname = current_database()`,
    );
    await send(`${first}/v1/authorization`, { method: 'DELETE', headers: { authorization: token } });
    await expect.poll(() => whoami(second, token), { timeout: 5000 }).toBe(401);
  });

  test('what the one that watches a cluster learns is heard on both', async () => {
    const cluster = await FakeApiServer.start();
    onTestFinished(() => cluster.close());
    const [first] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    const id = await register(first, token, 'lab', cluster);
    const heard = urls().map((url) => {
      const socket = connect(url, { token });
      onTestFinished(() => socket.close());
      const counts: (number | undefined)[] = [];
      const { next } = socket.results<{ clusterUpdated: { nodeCount: number } }>({
        query: `subscription { clusterUpdated(id: "${id}") { nodeCount } }`,
      });
      void (async () => {
        for (;;) counts.push((await next()).data?.clusterUpdated.nodeCount);
      })().catch(() => undefined);
      return counts;
    });
    // Until both subscriptions are known to run, changes may go unheard.
    let count = 0;
    await expect
      .poll(() => {
        cluster.store.put('nodes', nodeOf(`worker-${(count += 1)}`));
        return heard.map((counts) => counts.length > 0);
      })
      .toEqual([true, true]);
    await expect.poll(() => cluster.watches.size).toBe(1);
    await expect.poll(() => heard.map((counts) => counts.at(-1))).toEqual([count, count]);
  });

  test('kill -9 of one leaves the other serving', async () => {
    const [first, second] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    await replicas[0]?.end('SIGKILL');
    replicas.shift();
    expect(await whoami(second, token)).toBe(200);
  });

  test('kill -9 of one leaves its clusters to the other', async () => {
    const [first, second] = urls();
    const token = await logIn(first, ADMIN.user, ADMIN.password);
    const clusters = await Promise.all(['one', 'two'].map(async () => FakeApiServer.start()));
    for (const [index, cluster] of clusters.entries()) {
      onTestFinished(() => cluster.close());
      await register(first, token, `c${index}`, cluster);
    }
    const holders = async () =>
      (await database.execute('select distinct watcher from clusters where watched_until >= now()')).length;
    await expect.poll(holders, { timeout: 10_000 }).toBe(2);
    await replicas.shift()?.end('SIGKILL');
    await expect.poll(holders, { timeout: 10_000 }).toBe(1);
    for (const cluster of clusters) cluster.store.put('nodes', nodeOf('late'));
    const nodes = async () => {
      const answer = await send(`${second}/v1/node`, { headers: { authorization: token } });
      return ((await answer.json()) as { total: number }).total;
    };
    await expect.poll(nodes, { timeout: 10_000 }).toBe(clusters.length);
  });

  test('one with another SECRET_KEY is refused, one with a new key that names the old is not', async () => {
    const other = generateSecretKey();
    const refused = await runToEnd({ ...environment, SECRET_KEY: other });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('SECRET_KEYS_PREVIOUS');
    const rotated = await startProcess({
      ...environment,
      SECRET_KEY: other,
      SECRET_KEYS_PREVIOUS: environment.SECRET_KEY ?? '',
    });
    replicas.push(rotated);
    const [first] = urls();
    expect(await whoami(rotated.url, await logIn(first, ADMIN.user, ADMIN.password))).toBe(200);
  });
});
