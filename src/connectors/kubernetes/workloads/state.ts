import type { WorkloadState } from '../../../domains/edge/clusters/workload.port.js';
import { chartStateOf } from './chartState.js';
import { KINDS, pathOf } from './kinds.js';
import { listAll } from './lists.js';
import { workloadSchema } from './objects.js';
import { ownPods } from './pods.js';
import { problemsOf } from './problems.js';
import { type Workload, progressOf, progressOfAll } from './progress.js';
import { type Scope, ownLabels, selectorOf } from './scope.js';

/**
 * Of one kind, as a deployment has: one of another may be about to go. One list after the other, since each place of a
 * rollout is for one call at a time.
 */
async function ownWorkloads(scope: Scope): Promise<Workload[]> {
  for (const kind of ['Deployment', 'DaemonSet'] as const) {
    const path = pathOf(KINDS[kind], scope.owner.namespace);
    const labelSelector = selectorOf(ownLabels(scope.owner));
    const objects = await listAll(scope, { path, labelSelector, item: workloadSchema });
    const staying = objects.filter(({ metadata }) => metadata.deletionTimestamp === '');
    if (staying.length > 0) return staying.map((object) => ({ kind, object }));
  }
  return [];
}

/** What runs of the owner; null where there is nothing of it. */
export async function stateOf(scope: Scope): Promise<WorkloadState | null> {
  const workloads = await ownWorkloads(scope);
  if (workloads.length === 0) return chartStateOf(scope);
  const { complaints, ...progress } = progressOfAll(workloads.map(progressOf));
  // Why pods do not run is asked only where some do not.
  const pods = progress.isReady ? [] : await ownPods(scope);
  return { ...progress, ...problemsOf(pods, complaints) };
}
