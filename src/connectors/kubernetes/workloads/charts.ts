import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { KubernetesObject, ObjectChange } from '../../../domains/edge/clusters/workload.port.js';
import { DEPLOYMENT_LABEL } from '../../../kernel/clusterLabels.js';
import { DomainError } from '../../../kernel/errors.js';
import type { Connection } from '../connection.js';
import { statusOf } from '../failures.js';
import { deleteObject } from './deletion.js';
import type { HelmProgram } from './helm.js';
import { KINDS, pathOf } from './kinds.js';
import { discoverySchema } from './objects.js';
import { type Release, ownReleases, releasesBy } from './releases.js';
import { againWhereReplaced } from './replaced.js';
import type { Scope } from './scope.js';

/** By which a release tells which chart it is of. */
const CHART_LABEL = 'isthmus.io/chart';
const MOST_LABEL_VALUE = 63;
/** Versions of a release that Helm keeps. */
const MOST_HISTORY = 3;
const NOT_FOUND = 404;

export const isChart = ({ kind }: KubernetesObject): boolean => kind === 'HelmChart';

/** Whether the cluster installs charts itself. */
export async function hasHelmController(connection: Connection, signal: AbortSignal): Promise<boolean> {
  try {
    const { resources } = await connection.call({
      path: KINDS.HelmChart.base,
      reply: discoverySchema,
      signal,
    });
    return resources.some(({ name }) => name === KINDS.HelmChart.plural);
  } catch (error) {
    if (statusOf(error) !== NOT_FOUND) throw error;
    return false;
  }
}

const chartSchema = z.object({ spec: z.object({ chartContent: z.base64() }) });

/** The `helm` program at work on one cluster. */
export interface Helm {
  program: HelmProgram;
  /** Of the cluster alone. */
  kubeconfig: () => Promise<string>;
}

function requireHelm({ connection }: Scope, helm: Helm | null): Helm {
  if (helm) return helm;
  const message = `${connection.named} has no Helm controller (helm.cattle.io/v1), and HELM_BIN names no program`;
  throw new DomainError('NOT_CONFIGURED', `charts cannot be installed there: ${message}`);
}

async function readRelease(scope: Scope, name: string): Promise<Release | undefined> {
  const { connection, owner } = scope;
  const [release] = await releasesBy(scope, { name });
  if (!release || release.deploymentId === String(owner.deploymentId)) return release;
  const whose =
    release.deploymentId === undefined
      ? 'that is not ours'
      : `of another deployment (${release.deploymentId})`;
  const what = `a release ${JSON.stringify(name)} in the namespace ${owner.namespace}`;
  throw new DomainError('CONFLICT', `${connection.named} has ${what} ${whose}`);
}

const isPending = ({ status }: Release): boolean => status.startsWith('pending-');

/** Installs a chart, or brings its release to this one. */
async function upgrade(
  scope: Scope,
  helm: Helm | null,
  object: KubernetesObject,
  dryRun: boolean,
): Promise<ObjectChange> {
  const { connection, owner, signal } = scope;
  const { name } = object.metadata;
  const chart = Buffer.from(chartSchema.parse(object).spec.chartContent, 'base64');
  const digest = createHash('sha256').update(chart).digest('hex').slice(0, MOST_LABEL_VALUE);
  const release = await readRelease(scope, name);
  const told = { kind: object.kind, name, differences: [] };
  const isInstalled = release?.status === 'deployed' && release.labels[CHART_LABEL] === digest;
  if (isInstalled) return { ...told, change: 'UNCHANGED' };
  const { program, kubeconfig } = requireHelm(scope, helm);
  // Of a process that was killed; Helm would wait for it for ever.
  if (release && isPending(release) && !dryRun) {
    await deleteObject(scope, pathOf(KINDS.Secret, owner.namespace, release.secret), release.uid);
  }
  const labels = `${DEPLOYMENT_LABEL}=${owner.deploymentId},${CHART_LABEL}=${digest}`;
  await program.run(connection, {
    args: [
      ...['upgrade', name, '--install', '--namespace', owner.namespace],
      ...['--labels', labels, '--history-max', String(MOST_HISTORY)],
      ...(dryRun ? ['--dry-run=server'] : []),
    ],
    kubeconfig: await kubeconfig(),
    chart,
    signal,
  });
  return { ...told, change: release ? 'CHANGED' : 'CREATED' };
}

/** Makes these the owner's releases by the `helm` program; those that it has besides are uninstalled. */
export async function applyReleases(
  scope: Scope,
  helm: Helm | null,
  charts: readonly KubernetesObject[],
  dryRun: boolean,
): Promise<ObjectChange[]> {
  const { connection, owner, signal } = scope;
  const changes: ObjectChange[] = [];
  for (const chart of charts)
    changes.push(await againWhereReplaced(async () => upgrade(scope, helm, chart, dryRun)));
  for (const { name } of await ownReleases(scope)) {
    if (charts.some(({ metadata }) => metadata.name === name)) continue;
    const { program, kubeconfig } = requireHelm(scope, helm);
    const args = ['uninstall', name, '--namespace', owner.namespace];
    if (!dryRun) await program.run(connection, { args, kubeconfig: await kubeconfig(), signal });
    changes.push({ kind: 'HelmChart', name, change: 'REMOVED', differences: [] });
  }
  return changes;
}
