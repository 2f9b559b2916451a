import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { CHART, formOf } from '../apps/support/charts.js';
import {
  type FaultyCluster,
  type Fleet,
  type FleetFault,
  breakAll,
  healAll,
  makeDue,
  standings,
  startFleet,
} from '../deployments/support/faultyFleet.js';
import {
  become,
  deploy,
  endDeployments,
  newApp,
  ownerOf,
  remove,
  upgrade,
} from '../deployments/support/world.js';
import { PATIENCE } from '../support/patience.js';
import { ote, uniqueName } from '../support/people.js';

const AWAY = 'UNREACHABLE';
/** What becomes of a target whose cluster fails so, and what is said of it. */
const FAULTS = new Map<FleetFault, [state: string, message: string]>([
  ['none', ['READY', '']],
  ['refused', [AWAY, 'it refuses connections']],
  ['hang', [AWAY, 'answer in time']],
  ['reset', [AWAY, 'hung up before it answered']],
  ['lost', [AWAY, 'hung up before it answered']],
  ['half', [AWAY, 'in the middle']],
  ['html', [AWAY, 'no JSON']],
  [401, [AWAY, 'refuses the credentials']],
  [403, ['FAILED', 'answered 403: injected; deployments need rights']],
  [409, ['FAILED', 'answered 409: injected']],
  [422, ['FAILED', 'answered 422: injected']],
  [429, [AWAY, 'answered 429: injected']],
  [500, [AWAY, 'answered 500: injected']],
  [503, [AWAY, 'answered 503: injected']],
]);

let fleet: Fleet;
let repositoryId: string;
beforeAll(async () => {
  fleet = await startFleet([...FAULTS.keys()]);
  const { server, tenant } = fleet.world;
  repositoryId = uniqueName('repo');
  const registry = { repositoryId, address: 'registry.example.org', user: 'puller', password: 'Pull-Pass-1' };
  await ote(server, 'POST', '/repository/third', tenant.admin.token, registry);
});
afterAll(() => fleet.stop());
afterEach(async () => {
  await healAll(fleet);
  await endDeployments(fleet.world);
});

const SCALED = {
  isHPA: true,
  minReplicas: 2,
  maxReplicas: 4,
  targetCPUUtilization: 80,
  targetMemUtilization: 80,
};
const KINDS = ['Secret', 'Deployment', 'HorizontalPodAutoscaler'];

/** A deployment of an application with an object of each kind. */
async function deployAll(): Promise<string> {
  const appName = await newApp(fleet.world, ['1.0'], { repositoryId, ...SCALED });
  return (await deploy(fleet.world, { appName, cluster: fleet.label })).id;
}

/** Each stands as its fault has it; some otherwise. */
async function expectFaults(id: string, others: [FleetFault, [string, string] | null][] = []): Promise<void> {
  const stands = [...new Map([...FAULTS, ...others])].filter(([, stand]) => stand !== null);
  const expected = new Map(
    stands.map(([fault, stand]) => [fault, [stand?.[0], expect.stringContaining(stand?.[1] ?? '')]]),
  );
  await expect.poll(() => standings(fleet, id), PATIENCE).toEqual(expected);
}

/** What is to be removed stays so, whatever the fault; but in these clusters it is gone. */
const expectRemovals = async (id: string, gone: readonly FleetFault[]) =>
  expectFaults(
    id,
    [...FAULTS].map(([fault, [, message]]) => [fault, gone.includes(fault) ? null : ['REMOVING', message]]),
  );

const objectsIn = ({ fake }: FaultyCluster, id: string) =>
  [...fake.namespaced.objects.values()].filter(
    ({ kind, metadata }) => kind !== 'Pod' && metadata.labels['isthmus.io/deployment'] === id,
  );

/** What the clusters have of the deployment, as something of each object. */
function expectObjects(
  id: string,
  expected: readonly unknown[],
  tell: (object: ReturnType<typeof objectsIn>[number]) => unknown,
): void {
  const found = fleet.clusters.map((cluster) => [cluster.fault, objectsIn(cluster, id).map(tell)]);
  expect(found).toEqual(fleet.clusters.map(({ fault }) => [fault, expected]));
}

/** Each object was made once, and is as it was made. */
const expectAppliedOnce = (id: string, kinds = KINDS) =>
  expectObjects(
    id,
    kinds.map((kind) => [kind, 1]),
    ({ kind, metadata }) => [kind, metadata.generation],
  );

async function succeed(id: string): Promise<void> {
  await healAll(fleet);
  await makeDue(fleet, id);
  await become(fleet.world, id, 'SUCCESS');
}

test.each([
  ['asking which cluster it is', /^GET .*\/kube-system$/],
  ['reading a secret', /^GET .*\/secrets\/[^?]+$/],
  ['applying a secret', /^PATCH .*\/secrets\//],
  ['reading a workload', /^GET .*\/deployments\/[^?]+$/],
  ['applying a workload', /^PATCH .*\/deployments\//],
  ['applying an autoscaler', /^PATCH .*\/horizontalpodautoscalers\//],
])('a version is tried again where %s fails, and runs in the others', async (_what, calls) => {
  await breakAll(fleet, calls);
  const id = await deployAll();
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  await expectFaults(id);
  await succeed(id);
  expectAppliedOnce(id);
});

test('a namespace that is missing is made, again where that fails', async () => {
  const { namespace } = ownerOf(fleet.world, '0');
  const making = /^POST \/api\/v1\/namespaces/;
  await breakAll(fleet, making);
  for (const { fake, fault } of fleet.clusters) {
    fake.namespaced.missing.add(namespace);
    fake.onRequest = (request) => {
      const isDone = fault === 'none' || fault === 'lost';
      if (isDone && making.test(request)) fake.namespaced.missing.delete(namespace);
    };
  }
  const id = await deployAll();
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  await expectFaults(id, [
    // It was made.
    ['lost', ['READY', '']],
    // That there is one already is no failure.
    [409, ['FAILED', `namespaces "${namespace}" not found`]],
  ]);
  await succeed(id);
  expectAppliedOnce(id);
});

test('a namespace that is there already is looked at, again where that fails', async () => {
  const { namespace } = ownerOf(fleet.world, '0');
  const looking = new RegExp(`^GET /api/v1/namespaces/${namespace}$`);
  await breakAll(fleet, looking);
  for (const { fake, fault } of fleet.clusters) {
    fake.namespaced.missing.add(namespace);
    fake.onRequest = (request) => {
      if (fault === 'none' && looking.test(request)) fake.namespaced.missing.delete(namespace);
    };
  }
  const id = await deployAll();
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  await expectFaults(id);
  await succeed(id);
  expectAppliedOnce(id);
});

/** What runs as one kind, and the last of its objects that is read before a cluster is told. */
const AS_DEPLOYMENT = { values: SCALED, kinds: KINDS, last: /^GET .*\/horizontalpodautoscalers\/[^?]+$/ };
const AS_DAEMON_SET = {
  values: { deployType: 'daemonset' },
  kinds: ['Secret', 'DaemonSet'],
  last: /^GET .*\/daemonsets\/[^?]+$/,
};

test.each([
  ['its workloads', /^GET .*\/deployments\?/, AS_DEPLOYMENT],
  ['its daemon sets', /^GET .*\/daemonsets\?/, AS_DAEMON_SET],
])('what was applied is not applied again where %s cannot be looked at', async (_what, calls, which) => {
  const { values, kinds, last } = which;
  await breakAll(fleet, calls, last);
  const appName = await newApp(fleet.world, ['1.0'], { repositoryId, ...values });
  const { id } = await deploy(fleet.world, { appName, cluster: fleet.label });
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  await expectFaults(id);
  // Where nobody listens any more nobody was told.
  const told = fleet.clusters.filter(({ fault }) => fault !== 'refused');
  const applications = () =>
    told.map(
      ({ fake }) =>
        fake.requests.filter((each) => each.startsWith('PATCH ') && !each.includes('dryRun')).length,
    );
  const before = applications();
  await succeed(id);
  expect(applications()).toEqual(before);
  expectAppliedOnce(id, kinds);
});

test('pods that are not ready are told of, later where they cannot be listed', async () => {
  const appName = await newApp(fleet.world, ['1.0'], { image: 'bad:1.0' });
  await breakAll(fleet, /^GET .*\/pods\?/);
  const { id } = await deploy(fleet.world, { appName, cluster: fleet.label });
  const unpulled = (state: string): [string, string] => [state, 'ImagePullBackOff'];
  await expectFaults(id, [['none', unpulled('DEPLOYING')]]);
  await healAll(fleet);
  await makeDue(fleet, id);
  await expectFaults(
    id,
    // Where that was refused it has failed, until they are ready.
    [...FAULTS].map(([fault, [state]]) => [fault, unpulled(state === 'FAILED' ? state : 'DEPLOYING')]),
  );
  expectAppliedOnce(id, ['Deployment']);
});

test.each<[string, RegExp, Parameters<typeof expectFaults>[1]]>([
  // What is lost there is the answer alone, and the next try finds nothing.
  ['deleted', /^DELETE /, [['lost', ['READY', '']]]],
  ['listed', /^GET .*\/horizontalpodautoscalers\?/, []],
])(
  'what a version does not have any more is pruned, later where it cannot be %s',
  async (_what, calls, others) => {
    const appName = await newApp(fleet.world, ['1.0'], { repositoryId, ...SCALED });
    await newApp(fleet.world, ['1.1'], { appName });
    const { id } = await deploy(fleet.world, { appName, cluster: fleet.label });
    await become(fleet.world, id, 'SUCCESS');
    await breakAll(fleet, calls);
    await upgrade(fleet.world, id, '1.1');
    await become(fleet.world, id, 'PARTIAL_SUCCESS');
    await expectFaults(id, others);
    await succeed(id);
    expectObjects(id, ['Deployment'], ({ kind }) => kind);
  },
);

test.each<[string, RegExp, FleetFault[]]>([
  // What is lost there is the answer alone.
  ['deleted', /^DELETE /, ['none', 'lost']],
  ['listed', /^GET .*\/deployments\?/, ['none']],
])('a deletion is not over while something cannot be %s', async (_what, calls, gone) => {
  const id = await deployAll();
  await become(fleet.world, id, 'SUCCESS');
  await breakAll(fleet, calls);
  await remove(fleet.world, id);
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  await expectRemovals(id, gone);
  await healAll(fleet);
  await makeDue(fleet, id);
  await become(fleet.world, id, 'DELETED');
  expectObjects(id, [], ({ kind }) => kind);
});

test('what somebody has changed is put right, later where that fails', async () => {
  const id = await deployAll();
  await become(fleet.world, id, 'SUCCESS');
  await breakAll(fleet, /^PATCH /);
  const workloads = () =>
    fleet.clusters.flatMap((cluster) => objectsIn(cluster, id)).filter(({ kind }) => kind === 'Deployment');
  for (const object of workloads()) object.spec = { ...object.spec, minReadySeconds: 77 };
  await makeDue(fleet, id);
  await expectFaults(id);
  await succeed(id);
  await makeDue(fleet, id);
  const right = fleet.clusters.map(() => 0);
  await expect.poll(() => workloads().map(({ spec }) => spec?.['minReadySeconds']), PATIENCE).toEqual(right);
});

test.each([
  ['asked for', /^GET \/apis\/helm.cattle.io\/v1$/],
  ['read', /^GET .*\/helmcharts\/[^?]+$/],
  ['applied', /^PATCH .*\/helmcharts\//],
])('a chart is left to the Helm controller, later where that cannot be %s', async (_what, calls) => {
  const { server, tenant } = fleet.world;
  const appName = uniqueName('chart');
  const { status } = await fetch(`${server.url}/v1/app/chart`, {
    method: 'POST',
    headers: { Authorization: tenant.admin.token },
    body: formOf({ appName, version: '1.0', chart: CHART }),
  });
  expect(status).toBe(200);
  for (const { fake } of fleet.clusters) fake.hasHelmController = true;
  await breakAll(fleet, calls);
  const { id } = await deploy(fleet.world, { appName, cluster: fleet.label });
  // Nobody installs it there.
  await expectFaults(id, [['none', ['DEPLOYING', '']]]);
  await healAll(fleet);
  await makeDue(fleet, id);
  const told = new Map([...FAULTS.keys()].map((fault) => [fault, ['DEPLOYING', '']]));
  await expect.poll(() => standings(fleet, id), PATIENCE).toEqual(told);
  expectAppliedOnce(id, ['HelmChart']);
  await remove(fleet.world, id);
  await become(fleet.world, id, 'DELETED');
  expectObjects(id, [], ({ kind }) => kind);
});

test('a cluster that wants to be left alone is, and the others are not', async () => {
  const busy = fleet.clusters.find(({ fault }) => fault === 429);
  if (!busy) throw new Error('there is no such cluster');
  busy.fake.retryAfter = 120;
  busy.fake.break(429, /^PATCH /);
  const id = await deployAll();
  await become(fleet.world, id, 'PARTIAL_SUCCESS');
  const { rows } = await fleet.world.server.database.query(
    `select due_at > now() + interval '60 seconds' as "isLeft", state from deployment_targets where state <> 'READY'`,
  );
  expect(rows).toEqual([{ isLeft: true, state: AWAY }]);
  busy.fake.retryAfter = 0;
  await succeed(id);
});
