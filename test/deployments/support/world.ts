import { vi } from 'vitest';
import type { AppParts } from '../../../src/app.js';
import type { RolloutPace } from '../../../src/domains/deployments/index.js';
import { type EdgeServer, ask, register, removeAll, startEdge } from '../../edge/support/world.js';
import { type Tenant, newBusiness, ote, uniqueName } from '../../support/people.js';
import type { Environment } from '../../support/server.js';

/** As quick as the queue's library allows. */
export const QUICK_ROLLOUT: RolloutPace = {
  firstLook: 20,
  lastLook: 200,
  firstRetry: 50,
  lastRetry: 400,
  check: 300_000,
  deadline: 600_000,
  patience: 3000,
  firstPatience: 3000,
  longPatience: 5000,
  chartPatience: 60_000,
};

export interface World {
  server: EdgeServer;
  tenant: Tenant;
}

/** A server that carries deployments out, and a business. */
export async function startWorld(environment: Environment = {}, parts: AppParts = {}): Promise<World> {
  const server = await startEdge(environment, {
    background: true,
    rolloutPace: QUICK_ROLLOUT,
    ...parts,
  });
  return { server, tenant: await newBusiness(server) };
}

export async function endDeployments({ server }: World): Promise<void> {
  for (const table of ['deployment_targets', 'deployment_audits', 'deployments'])
    await server.database.query(`delete from ${table}`);
}

/** Whatever runs on is looked at, which takes time of what comes. */
export async function endAll(world: World): Promise<void> {
  await endDeployments(world);
  await removeAll(world.server);
}

/** An application of the business in these versions. */
export async function newApp(
  { server, tenant }: World,
  versions: readonly string[] = ['1.0'],
  values: { appName?: string; [field: string]: unknown } = {},
): Promise<string> {
  const { appName = uniqueName('app') } = values;
  for (const version of versions) {
    const draft = {
      appName,
      version,
      deployType: 'deployment',
      image: `nginx:${version}`,
      port: [{ port: 80 }],
      replicas: 2,
      minCPU: 10,
      maxCPU: 100,
      isHPA: false,
      targetCPUUtilization: 0,
      targetMemUtilization: 0,
      minMemory: 10,
      maxMemory: 100,
      maxUnavailable: 1,
      maxSurge: 1,
      minReadySeconds: 0,
      ...values,
    };
    const { status, message } = await ote(server, 'POST', '/app', tenant.admin.token, draft);
    if (status !== 200) throw new Error(message);
  }
  return appName;
}

/** A label that these new clusters have, and no others. */
export async function newClusters({ server }: World, count: number) {
  const label = uniqueName('label');
  const registered = await Promise.all(Array.from({ length: count }, async () => register(server)));
  const clusters = registered.toSorted((one, other) => one.id - other.id);
  await labelClusters(server, 'POST', label, ...clusters.map(({ name }) => name));
  return { label, clusters };
}

export async function labelClusters(
  server: EdgeServer,
  method: 'POST' | 'DELETE',
  clusterLabel: string,
  ...clusterName: string[]
): Promise<void> {
  const answer = await ote(server, method, '/cluster/label', server.token, { clusterLabel, clusterName });
  if (answer.status !== 200) throw new Error(answer.message);
}

export interface DeploymentView {
  id: string;
  deployName: string;
  version: string;
  deployType: string;
  status: string;
  editable: boolean;
  running: number;
  error: number;
  total: number;
  auditComment: string;
  targets: {
    nodes: {
      id: string;
      clusterId: string;
      state: string;
      message: string;
      problem: string | null;
      attempts: number;
      batch: number;
      drift: { kind: string; change: string }[] | null;
      driftedAt: string | null;
    }[];
  };
  history: { nodes: { version: string; deployType: string; outcome: string | null }[] };
}

const VIEW = `id deployName version deployType status editable running error total auditComment
  targets(first: 300) { nodes { id clusterId state message problem attempts batch drift { kind change } driftedAt } }
  history { nodes { version deployType outcome } }`;

export async function show({ server }: World, id: string): Promise<DeploymentView> {
  const { data, errors } = await ask<{ deployment: DeploymentView }>(
    server,
    `{ deployment(id: "${id}") { ${VIEW} } }`,
  );
  if (!data) throw new Error(errors[0]?.message);
  return data.deployment;
}

/** When it stands so. */
export async function become(world: World, id: string, status: string): Promise<DeploymentView> {
  let view = await show(world, id);
  await vi.waitFor(
    async () => {
      view = await show(world, id);
      if (view.status !== status) throw new Error(`it is ${view.status}: ${JSON.stringify(view.targets)}`);
    },
    // Before a test's own time is over, which would not say how it stands.
    { timeout: 45_000, interval: 150 },
  );
  return view;
}

const mutation = (name: string, type: string, result = `deployment { ${VIEW} }`) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${result} } }`;

/** A change, by the system administrator where nobody else is named, and so without an audit. */
async function change(
  { server }: World,
  name: string,
  type: string,
  input: object,
  token = server.token,
): Promise<DeploymentView> {
  const { data, errors } = await ask<Record<string, { deployment: DeploymentView }>>(
    server,
    mutation(name, type),
    { input },
    token,
  );
  const found = data?.[name]?.deployment;
  if (!found) throw new Error(`${errors[0]?.extensions.code}: ${errors[0]?.message}`);
  return found;
}

export const upgrade = async (world: World, id: string, version: string, token?: string) =>
  change(world, 'upgradeDeployment', 'UpgradeDeploymentInput', { id, version }, token);

export const rollBack = async (world: World, id: string, version: string, token?: string) =>
  change(world, 'rollbackDeployment', 'RollbackDeploymentInput', { id, version }, token);

export const remove = async (world: World, id: string, token?: string) =>
  change(world, 'deleteDeployment', 'DeleteDeploymentInput', { id }, token);

export const request = async (world: World, input: object, token = world.tenant.admin.token) =>
  change(world, 'createDeployment', 'CreateDeploymentInput', input, token);

/** The changes that wait for an audit. */
export async function waiting({ server }: World, deploymentId: string): Promise<string[]> {
  const filter = { deploymentId: { eq: deploymentId }, status: { eq: 'PENDING' } };
  const { data } = await ask<{ deploymentAudits: { nodes: { id: string }[] } }>(
    server,
    'query ($filter: DeploymentAuditFilter) { deploymentAudits(filter: $filter) { nodes { id } } }',
    { filter },
  );
  return (data?.deploymentAudits.nodes ?? []).map(({ id }) => id);
}

/** Decides the change that waits. */
export async function audit(world: World, id: string, status = 'APPROVED', comment = ''): Promise<void> {
  const [waits] = await waiting(world, id);
  const { errors } = await ask(
    world.server,
    mutation('auditDeployment', 'AuditDeploymentInput', 'audit { id }'),
    { input: { id: waits, status, comment } },
  );
  if (errors[0]) throw new Error(errors[0].message);
}

/** A deployment that was approved. */
export async function deploy(world: World, input: object): Promise<DeploymentView> {
  const made = await request(world, { deployName: uniqueName('dep'), version: '1.0', ...input });
  await audit(world, made.id);
  return made;
}

export const ownerOf = ({ tenant }: World, id: string) => ({
  namespace: `ns${tenant.id}`,
  deploymentId: Number(id),
});
