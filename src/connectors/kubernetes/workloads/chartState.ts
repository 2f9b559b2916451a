import type { WorkloadState } from '../../../domains/edge/clusters/workload.port.js';
import { MANAGER } from '../../../kernel/clusterLabels.js';
import { isNotFound } from '../failures.js';
import { JOBS, pathOf } from './kinds.js';
import { type ChartObject, jobSchema } from './objects.js';
import { podsOfSelectors } from './pods.js';
import { problemsOf } from './problems.js';
import { progressOf, progressOfAll } from './progress.js';
import { type Release, ownCharts, ownReleases, selectorsOf, workloadsOfRelease } from './releases.js';
import type { Scope } from './scope.js';

/** How far the installation of a chart has come, whoever does it. */
interface Installation {
  name: string;
  isObserved: boolean;
  isDone: boolean;
  isStuck: boolean;
  complaints: string[];
}

const isTrue = (conditions: readonly { type: string; status: string }[], type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

/** When we last changed the chart; its status does not tell which of its versions it is about. */
function changedAt({ metadata }: ChartObject): number {
  const ours = metadata.managedFields.filter(
    ({ manager, operation }) => manager === MANAGER && operation === 'Apply',
  );
  return Math.max(0, ...ours.map(({ time }) => time).filter((time) => !Number.isNaN(time)));
}

/** The Helm controller installs by a job, a new one for each version of a chart. */
async function installationOf(scope: Scope, chart: ChartObject): Promise<Installation> {
  const { connection, owner, signal } = scope;
  const { name } = chart.metadata;
  const { jobName = '', conditions = [] } = chart.status ?? {};
  const waiting = { name, isObserved: false, isDone: false, isStuck: false, complaints: [] };
  if (jobName === '') return waiting;
  const path = pathOf(JOBS, owner.namespace, jobName);
  const job = await connection.call({ path, reply: jobSchema, signal }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return null;
  });
  if (!job || job.metadata.creationTimestamp < changedAt(chart)) return waiting;
  const { succeeded = 0, failed = 0, conditions: ofJob = [] } = job.status ?? {};
  const isDone = succeeded > 0;
  return {
    name,
    isObserved: true,
    isDone,
    isStuck: !isDone && (isTrue(ofJob, 'Failed') || isTrue(conditions, 'Failed')),
    complaints: !isDone && failed > 0 ? [`the installation of the chart failed ${failed} times`] : [],
  };
}

function installationOfRelease({ name, status }: Release): Installation {
  const isStuck = status === 'failed';
  return {
    name,
    isObserved: !status.startsWith('pending-'),
    isDone: status === 'deployed',
    isStuck,
    complaints: isStuck ? ['the installation of the chart failed'] : [],
  };
}

/** What runs of the owner's charts; null where it has none. */
export async function chartStateOf(scope: Scope): Promise<WorkloadState | null> {
  const [charts, releases] = await Promise.all([ownCharts(scope), ownReleases(scope)]);
  const installations = [
    ...(await Promise.all(charts.map((chart) => installationOf(scope, chart)))),
    ...releases.map(installationOfRelease),
  ];
  if (installations.length === 0) return null;
  const found = await Promise.all(installations.map(({ name }) => workloadsOfRelease(scope, name)));
  const workloads = found.flat();
  const { isReady, isStuck, running, total, complaints } = progressOfAll(workloads.map(progressOf));
  const isDone = installations.every((each) => each.isDone);
  const others = [...installations.flatMap((each) => each.complaints), ...complaints];
  const pods = isDone && isReady ? [] : await podsOfSelectors(scope, selectorsOf(workloads));
  return {
    isObserved: installations.every(({ isObserved }) => isObserved),
    isReady: isDone && isReady,
    isStuck: isStuck || installations.some((each) => each.isStuck),
    running,
    total,
    ...problemsOf(pods, others),
  };
}
