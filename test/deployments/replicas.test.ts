import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import type { RolloutService } from '../../src/domains/deployments/rollout/rollout.service.js';
import { SelectionService } from '../../src/domains/deployments/rollout/selection.service.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { ENTITIES } from '../../src/modules.js';
import { connect } from '../graphql/socket.js';
import { startEdge } from '../edge/support/world.js';
import { TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { newBusiness } from '../support/people.js';
import { type TestServer, startServer } from '../support/server.js';
import { QUICK_ROLLOUT, type World, become, deploy, newApp, newClusters, upgrade } from './support/world.js';

async function connectTo(database: Database): Promise<Client> {
  const { rows } = await database.query('select current_database() as name');
  const url = new URL(TEST_DATABASE_URL);
  url.pathname = `/${String(rows[0]?.['name'])}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  onTestFinished(async () => client.end());
  return client;
}

/** Several replicas need a database server; the embedded database belongs to one. */
describe.runIf(TEST_DATABASE_URL)('two replicas on one PostgreSQL', () => {
  let world: World;
  let other: TestServer;
  beforeAll(async () => {
    const logger = pino({ level: 'silent' });
    const { postgres, database } = await openPostgres(logger, 5);
    const environment = { SECRET_KEY: generateSecretKey() };
    const parts = { background: true, rolloutPace: QUICK_ROLLOUT };
    const server = await startEdge(environment, { ...parts, database });
    const config = { DATABASE_URL: postgres.url, DATABASE_POOL: 5, DATA_DIR: '' };
    other = await startServer(environment, {
      ...parts,
      clusterConnector: server.clusters,
      database: await openDatabase(config, ENTITIES, logger),
    });
    world = { server, tenant: await newBusiness(server) };
  });
  afterAll(async () => {
    await other.stop();
    await world.server.stop();
  });

  test('share the steps of a rollout, and both tell of it', async () => {
    const appName = await newApp(world, ['1.0', '1.1']);
    const { label, clusters } = await newClusters(world, 12);
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    const socket = connect(other.url, { token: world.tenant.admin.token });
    onTestFinished(() => socket.close());
    const heard: string[] = [];
    const { next } = socket.results<{ deploymentUpdated: { status: string; version: string } }>({
      query: `subscription { deploymentUpdated(id: "${id}") { status version } }`,
    });
    void (async () => {
      for (;;) {
        const { data } = await next();
        heard.push(`${data?.deploymentUpdated.version} ${data?.deploymentUpdated.status}`);
      }
    })().catch(() => undefined);
    // Until the subscription is known to run, changes may go unheard.
    await expect
      .poll(async () => {
        await upgrade(world, id, (await become(world, id, 'SUCCESS')).version === '1.0' ? '1.1' : '1.0');
        await become(world, id, 'SUCCESS');
        return heard.length;
      })
      .toBeGreaterThan(0);
    const { version } = await become(world, id, 'SUCCESS');
    await expect.poll(() => heard.at(-1)).toBe(`${version} SUCCESS`);
    // Each change reached each cluster once, whoever took the step.
    const { history } = await become(world, id, 'SUCCESS');
    const applied = clusters.map(
      ({ fake }) => fake.calls.filter((call) => call === `apply ns${world.tenant.id}/${id}`).length,
    );
    expect(applied).toEqual(clusters.map(() => history.nodes.length));
  });

  test('wake the targets of a cluster in the order of their deployments, as others lock them', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 1);
    const ids = [
      await deploy(world, { appName, cluster: label }),
      await deploy(world, { appName, cluster: label }),
    ];
    for (const { id } of ids) await become(world, id, 'SUCCESS');
    const { database } = world.server;
    const [first, last] = ids.map(({ id }) => Number(id));
    // The last one's row stands first.
    for (const id of [last, first])
      await database.query(
        `update deployment_targets set state = 'UNREACHABLE', due_at = now() + interval '1 hour' where deployment_id = $1`,
        [id],
      );
    const blocker = await connectTo(database);
    const row = (id: number | undefined, wait: string) =>
      blocker.query(`select id from deployment_targets where deployment_id = $1 for update ${wait}`, [id]);
    await blocker.query('begin');
    await row(first, '');
    const selections = new SelectionService(database, {} as RolloutService);
    const woken = selections.apply(clusters[0]?.id ?? 0);
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await blocker.query(waiting)).rowCount).toBe(1);
    expect((await row(last, 'skip locked')).rowCount).toBe(1);
    await blocker.query('commit');
    await woken;
    const due = await database.query(
      'select count(*)::int as n from deployment_targets where deployment_id in ($1, $2) and due_at > now()',
      [first, last],
    );
    // Those who were told may have looked already.
    expect(due.rows).not.toEqual([{ n: 2 }]);
    for (const { id } of ids) await become(world, id, 'SUCCESS');
  });
});
