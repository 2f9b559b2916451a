import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type EmptyDatabase, TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { type World, become, deploy, newApp, newClusters, show, startWorld } from './support/world.js';

const CONNECTIONS = 5;
const CLUSTERS = 8;

describe.runIf(TEST_DATABASE_URL)('steps of one deployment', () => {
  let postgres: EmptyDatabase;
  let world: World;
  beforeAll(async () => {
    const opened = await openPostgres(pino({ level: 'silent' }), CONNECTIONS);
    ({ postgres } = opened);
    world = await startWorld({}, { database: opened.database });
  });
  afterAll(() => world.server.stop());

  test('that wait for each other leave connections to everybody else', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, CLUSTERS);
    for (const { fake } of clusters) fake.setSilent(true);
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'PARTIAL_SUCCESS');
    const other = await postgres.hold('select 1 from deployments for update');
    onTestFinished(other.release);
    // From here on each has something to tell of its deployment.
    for (const { fake } of clusters) fake.setSilent(false);
    const waiting = async () => {
      const { rows } = await world.server.database.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    await expect.poll(waiting).toBeGreaterThan(0);
    for (let times = 0; times < 100; times += 1) {
      expect(await waiting()).toBeLessThan(2);
      expect(await show(world, id)).toMatchObject({ status: 'PARTIAL_SUCCESS' });
    }
    await other.release();
    await become(world, id, 'SUCCESS');
  });
});
