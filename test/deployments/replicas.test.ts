import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { ENTITIES } from '../../src/modules.js';
import { connect } from '../graphql/socket.js';
import { startEdge } from '../edge/support/world.js';
import { TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { newBusiness } from '../support/people.js';
import { type TestServer, startServer } from '../support/server.js';
import { QUICK_ROLLOUT, type World, become, deploy, newApp, newClusters, upgrade } from './support/world.js';

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
});
