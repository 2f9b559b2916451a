import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, insertCluster } from '../edge/support/world.js';
import { recordStatements } from '../graphql/statements.js';
import { ote } from '../support/people.js';
import { DueService } from '../../src/domains/deployments/rollout/due.service.js';
import { ObjectsService } from '../../src/domains/deployments/rollout/objects.service.js';
import { QUICK_ROLLOUT, type World, newApp, request, startWorld } from './support/world.js';

const MANY = 1000;

let world: World;
beforeAll(async () => {
  world = await startWorld({}, { background: false });
  await newApp(world, ['1.0'], { appName: 'first' });
  await request(world, { deployName: 'first', appName: 'first', version: '1.0' });
  const clusterId = await insertCluster(world.server);
  await multiply('apps', 'name', "'app-' || n");
  await multiply('deployments', 'deploy_name', "'dep-' || n");
  await world.server.database.query(`update deployments as d set app_name = a.name, app_id = a.id
    from apps a where a.name = replace(d.deploy_name, 'dep-', 'app-')`);
  await multiply(
    'deployment_audits',
    'deployment_id',
    "(select id from deployments where deploy_name = 'dep-' || n)",
  );
  await world.server.database.query(
    `insert into deployment_targets (deployment_id, cluster_id, holds_cluster_id, state, batch)
     select id, $1, $1, 'READY', 0 from deployments`,
    [clusterId],
  );
});
afterAll(() => world.server.stop());

/** Copies a table's only row, with another value in one column each time. */
async function multiply(table: string, column: string, value: string): Promise<void> {
  const { database } = world.server;
  const { rows } = await database.query(
    `select string_agg(quote_ident(column_name), ', ') as names from information_schema.columns
     where table_schema = 'public' and table_name = $1 and column_name not in ('id', $2)`,
    [table, column],
  );
  const names = String(rows[0]?.['names']);
  await database.query(
    `insert into ${table} (${names}, ${column}) select ${names}, ${value} from ${table}, generate_series(2, ${MANY}) n`,
  );
}

const RELATED = `id app { name business { name } } business { name } strategy { batchSize }
  targets(first: 3) { totalCount nodes { state cluster { name } } }
  audits(first: 3) { totalCount nodes { version } } history(first: 3) { nodes { version } }`;
const DOCUMENTS: Record<string, string> = {
  deployments: `query ($first: Int) { deployments(first: $first) { totalCount nodes { deployName ${RELATED} } } }`,
  apps: `query ($first: Int) { apps(first: $first) { totalCount nodes {
    name version business { name } deployments(first: 3) { totalCount nodes { deployName } } } } }`,
  deploymentAudits: `query ($first: Int) { deploymentAudits(first: $first) { totalCount nodes {
    version deployment { deployName app { name } } } } }`,
};

test.each(Object.entries(DOCUMENTS))(
  'a page of %s takes as many statements however long it is',
  async (name, document) => {
    const counts: number[] = [];
    for (const first of [1, 10, 50]) {
      const statements = recordStatements(world.server.database);
      const { data, errors } = await ask<Record<string, { totalCount: number; nodes: object[] }>>(
        world.server,
        document,
        { first },
        world.tenant.admin.token,
      );
      expect(errors).toEqual([]);
      expect(data?.[name]).toMatchObject({ totalCount: MANY });
      expect(data?.[name]?.nodes).toHaveLength(first);
      counts.push(statements.length);
    }
    expect(Math.max(...counts)).toBe(Math.min(...counts));
    expect(Math.max(...counts)).toBeLessThanOrEqual(20);
  },
);

test.each([
  ['/app?page=1&pageSize=', MANY],
  ['/app?appName=app-&appNameMode=prefix&page=3&pageSize=', MANY - 1],
  ['/deploy?page=1&pageSize=', MANY],
  ['/deploy?appName=app-1&appNameMode=partial&page=1&pageSize=', 111],
])('%s takes as many statements however long it is', async (path, total) => {
  const counts: number[] = [];
  for (const size of [1, 100]) {
    const statements = recordStatements(world.server.database);
    const answer = await ote(world.server, 'GET', `${path}${size}`, world.tenant.admin.token);
    expect(answer).toMatchObject({ status: 200, total });
    expect(answer.data).toHaveLength(size);
    counts.push(statements.length);
  }
  expect(counts[0]).toBe(counts[1]);
  expect(counts[0]).toBeLessThanOrEqual(6);
});

test('more changes at once than are kept in memory are read all the same', async () => {
  const { database } = world.server;
  const due = new DueService(database, {} as ObjectsService, QUICK_ROLLOUT);
  const { rows } = await database.query('select id from deployment_audits limit 300');
  const asked = rows.map(({ id }) => due.hasChart({ wantedId: Number(id), appliedId: null } as never));
  expect(await Promise.all(asked)).toEqual(rows.map(() => false));
});
