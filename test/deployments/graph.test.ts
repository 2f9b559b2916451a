import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ask } from '../edge/support/world.js';
import { connect } from '../graphql/socket.js';
import { recordStatements } from '../graphql/statements.js';
import { newBusiness, uniqueName } from '../support/people.js';
import {
  type World,
  become,
  deploy,
  newApp,
  newClusters,
  ownerOf,
  startWorld,
  upgrade,
} from './support/world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.server.stop());

interface Preview {
  clusterName: string;
  objects: { kind: string; metadata: { name: string } }[];
  changes: { kind: string; name: string; change: string; differences: { path: string }[] }[];
  failure: string | null;
}

const dryRun = async (field: string, type: string, input: object, token: string) => {
  const { data, errors } = await ask<
    Record<string, { deployment: { id: string } | null; preview: Preview[]; warnings: string[] }>
  >(
    world.server,
    `mutation ($input: ${type}!) { ${field}(input: $input) { deployment { id } warnings
      preview { clusterName objects failure changes { kind name change differences { path before after } } } } }`,
    { input: { ...input, dryRun: true } },
    token,
  );
  expect(errors).toEqual([]);
  return data?.[field];
};

describe('dryRun', () => {
  test('of a new deployment answers objects and what each cluster says of them, and changes nothing', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 2);
    const [, away] = clusters;
    away?.fake.setSilent(true);
    const input = { deployName: uniqueName('dep'), appName, version: '1.0', cluster: label };
    const token = world.tenant.admin.token;
    const answer = await dryRun('createDeployment', 'CreateDeploymentInput', input, token);
    expect(answer?.deployment).toBeNull();
    const byName = new Map(answer?.preview.map((preview) => [preview.clusterName, preview]));
    const [here, there] = clusters.map(({ name }) => byName.get(name));
    expect(here).toMatchObject({
      failure: null,
      changes: [{ kind: 'Deployment', name: input.deployName, change: 'CREATED', differences: [] }],
    });
    expect(here?.objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['Deployment', input.deployName],
    ]);
    expect(there).toMatchObject({
      changes: [],
      failure: expect.stringContaining('does not answer') as string,
    });
    const { rows } = await world.server.database.query('select 1 from deployments where deploy_name = $1', [
      input.deployName,
    ]);
    expect(rows).toEqual([]);
    expect([...(clusters[0]?.fake.workloads.objects.keys() ?? [])]).toEqual([]);
  });

  test('of an upgrade tells the difference', async () => {
    const appName = await newApp(world, ['1.0', '1.1']);
    const { label } = await newClusters(world, 1);
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    const input = { id, version: '1.1' };
    const answer = await dryRun('upgradeDeployment', 'UpgradeDeploymentInput', input, world.server.token);
    const [change] = answer?.preview[0]?.changes ?? [];
    expect(change?.change).toBe('CHANGED');
    expect(change?.differences.map(({ path }) => path)).toContainEqual(expect.stringMatching(/image$/));
    expect((await become(world, id, 'SUCCESS')).version).toBe('1.0');
  });

  test('warns of a label that no cluster has', async () => {
    const appName = await newApp(world);
    const input = { deployName: uniqueName('dep'), appName, version: '1.0', cluster: 'nowhere' };
    const token = world.tenant.admin.token;
    const answer = await dryRun('createDeployment', 'CreateDeploymentInput', input, token);
    expect(answer).toMatchObject({ preview: [], warnings: ['no cluster is chosen yet'] });
  });
});

describe('logs', () => {
  test('are read from each cluster, and followed', async () => {
    const appName = await newApp(world);
    const { label, clusters } = await newClusters(world, 2);
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    const owner = ownerOf(world, id);
    const [first, second] = clusters;
    for (const line of ['one', 'two', 'three'])
      first?.fake.workloads.log(owner, { pod: 'p', container: 'c', line });
    const { data } = await ask<{ deployment: { logs: object[] } }>(
      world.server,
      `{ deployment(id: "${id}") { logs(tail: 2) { clusterId failure containers { pod container lines } } } }`,
    );
    expect(data?.deployment.logs).toEqual([
      {
        clusterId: String(first?.id),
        failure: null,
        containers: [{ pod: 'p', container: 'c', lines: ['two', 'three'] }],
      },
      { clusterId: String(second?.id), failure: null, containers: [] },
    ]);
    const wrong = await ask(world.server, `{ deployment(id: "${id}") { logs(tail: 1001) { clusterId } } }`);
    expect(wrong.errors[0]?.extensions.code).toBe('BAD_USER_INPUT');

    const socket = connect(world.server.url, { token: world.tenant.admin.token });
    onTestFinished(() => socket.close());
    const { next } = socket.results<{ deploymentLogs: { clusterId: string; line: string } }>({
      query: `subscription { deploymentLogs(id: "${id}", tail: 1) { clusterId line } }`,
    });
    expect((await next()).data?.deploymentLogs).toEqual({ clusterId: String(first?.id), line: 'three' });
    second?.fake.workloads.log(owner, { pod: 'q', container: 'c', line: 'new' });
    expect((await next()).data?.deploymentLogs).toEqual({ clusterId: String(second?.id), line: 'new' });

    const other = connect(world.server.url, { token: (await newBusiness(world.server)).admin.token });
    onTestFinished(() => other.close());
    const { errors } = await other.run({ query: `subscription { deploymentLogs(id: "${id}") { line } }` });
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('deploymentUpdated', () => {
  test("tells of each step, and of no other business's", async () => {
    const appName = await newApp(world);
    const { label } = await newClusters(world, 1);
    const socket = connect(world.server.url, { token: world.tenant.admin.token });
    const foreign = connect(world.server.url, { token: (await newBusiness(world.server)).admin.token });
    onTestFinished(() => {
      socket.close();
      foreign.close();
    });
    const statuses: string[] = [];
    const strange: unknown[] = [];
    const listen = (from: typeof socket, hear: (status: string) => void) => {
      const { next } = from.results<{ deploymentUpdated: { status: string } }>({
        query: 'subscription { deploymentUpdated { status targets { nodes { state } } } }',
      });
      void (async () => {
        for (;;) hear((await next()).data?.deploymentUpdated.status ?? '');
      })().catch(() => undefined);
    };
    listen(socket, (status) => statuses.push(status));
    listen(foreign, (status) => strange.push(status));
    // Until the subscriptions are known to run, changes may go unheard.
    await expect
      .poll(async () => {
        await deploy(world, { appName, cluster: 'nowhere' });
        return statuses.length;
      })
      .toBeGreaterThan(0);
    statuses.length = 0;
    const { id } = await deploy(world, { appName, cluster: label });
    await become(world, id, 'SUCCESS');
    await expect.poll(() => statuses).toContain('SUCCESS');
    expect(statuses.indexOf('PENDING')).toBeLessThan(statuses.lastIndexOf('SUCCESS'));
    expect(strange).toEqual([]);
  });
});

test('a deployment, its targets, changes and what they belong to are read both ways', async () => {
  const appName = await newApp(world, ['1.0', '1.1']);
  const { label, clusters } = await newClusters(world, 1);
  const { id, deployName } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  await upgrade(world, id, '1.1');
  await expect.poll(async () => (await become(world, id, 'SUCCESS')).version).toBe('1.1');
  const { data, errors } = await ask(
    world.server,
    `query ($of: [_Any!]!) {
      deployment(id: "${id}") { app { name version } business { id } strategy { batchSize maxFailures pause }
        targets { totalCount nodes { cluster { name } state } }
        audits(orderBy: [{ field: ID, direction: DESC }]) { totalCount nodes { deployType status requestedBy deployment { deployName } } }
        history { totalCount nodes { version } } }
      business(id: "${world.tenant.id}") { deployments(filter: { id: { eq: "${id}" } }) { totalCount nodes { deployName app { version } } } }
      cluster(id: "${clusters[0]?.id}") { deployments { totalCount nodes { deployName } } }
      apps(filter: { name: { eq: "${appName}" } }) { nodes { version deployments { nodes { deployName } } } }
      _entities(representations: $of) { ... on Deployment { deployName } } }`,
    { of: [{ __typename: 'Deployment', id }] },
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    deployment: {
      app: { name: appName, version: '1.1' },
      business: { id: String(world.tenant.id) },
      strategy: { batchSize: 0, maxFailures: 0, pause: 0 },
      targets: { totalCount: 1, nodes: [{ cluster: { name: clusters[0]?.name }, state: 'READY' }] },
      audits: {
        totalCount: 2,
        nodes: [
          { deployType: 'UPGRADE', status: 'APPROVED', requestedBy: 'admin', deployment: { deployName } },
          {
            deployType: 'NEW',
            status: 'APPROVED',
            requestedBy: world.tenant.admin.name,
            deployment: { deployName },
          },
        ],
      },
      history: { totalCount: 2, nodes: [{ version: '1.0' }, { version: '1.1' }] },
    },
    business: { deployments: { totalCount: 1, nodes: [{ deployName, app: { version: '1.1' } }] } },
    cluster: { deployments: { totalCount: 1, nodes: [{ deployName }] } },
    apps: {
      nodes: [
        { version: '1.0', deployments: { nodes: [] } },
        { version: '1.1', deployments: { nodes: [{ deployName }] } },
      ],
    },
    _entities: [{ deployName }],
  });
});

test('the deployments in several clusters are one statement, and each cluster has its own', async () => {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, 2);
  const { label: other, clusters: others } = await newClusters(world, 1);
  const { id, deployName } = await deploy(world, { appName, cluster: label });
  const second = await deploy(world, { appName, cluster: other });
  await become(world, id, 'SUCCESS');
  await become(world, second.id, 'SUCCESS');
  const ids = [...clusters, ...others].map((cluster) => String(cluster.id));
  const statements = recordStatements(world.server.database);
  const { data, errors } = await ask(
    world.server,
    `query ($ids: [ID!]) { clusters(filter: { id: { in: $ids } }) { nodes { deployments { nodes { deployName } } } } }`,
    { ids },
  );
  expect(errors).toEqual([]);
  // Jobs look for work meanwhile, and read no names.
  const ofNames = statements.filter((statement) => statement.includes('"deploy_name"'));
  expect(ofNames).toHaveLength(1);
  const both = { deployments: { nodes: [{ deployName }] } };
  const one = { deployments: { nodes: [{ deployName: second.deployName }] } };
  expect(data).toEqual({ clusters: { nodes: [both, both, one] } });
});

test('logs that nobody tells any more end with the reason', async () => {
  const appName = await newApp(world);
  const { label, clusters } = await newClusters(world, 1);
  const { id } = await deploy(world, { appName, cluster: label });
  await become(world, id, 'SUCCESS');
  clusters[0]?.fake.setSilent(true);
  const socket = connect(world.server.url, { token: world.tenant.admin.token });
  onTestFinished(() => socket.close());
  const { errors } = await socket.run({ query: `subscription { deploymentLogs(id: "${id}") { line } }` });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNREACHABLE' } }]);
});
