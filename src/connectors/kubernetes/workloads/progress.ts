import type { WorkloadObject } from './objects.js';

export type WorkloadKind = 'Deployment' | 'DaemonSet' | 'StatefulSet';

export interface Workload {
  kind: WorkloadKind;
  object: WorkloadObject;
}

/** How far a workload has come, and what its controller complains of. */
export interface Progress {
  isObserved: boolean;
  isReady: boolean;
  isStuck: boolean;
  running: number;
  total: number;
  complaints: string[];
}

/** As `kubectl rollout status` counts. */
function countsOf({ kind, object }: Workload) {
  const { spec, status } = object;
  if (kind === 'DaemonSet') {
    const {
      desiredNumberScheduled: total,
      updatedNumberScheduled: updated,
      numberAvailable: running,
    } = status;
    return { total, running, isReady: updated >= total && running >= total };
  }
  const { replicas: total } = spec;
  const { replicas, updatedReplicas, availableReplicas: running } = status;
  // A StatefulSet tells no updated ones once all are.
  const updated = kind === 'StatefulSet' ? Math.max(updatedReplicas, running) : updatedReplicas;
  return { total, running, isReady: updated >= total && replicas <= updated && running >= updated };
}

export function progressOf(workload: Workload): Progress {
  const { metadata, status } = workload.object;
  const { total, running, isReady } = countsOf(workload);
  const isObserved = status.observedGeneration >= metadata.generation;
  const isStuck = status.conditions.some(
    ({ type, status: value, reason }) =>
      type === 'Progressing' && value === 'False' && reason === 'ProgressDeadlineExceeded',
  );
  const complaints = status.conditions
    .filter(({ type, status: value }) => type === 'ReplicaFailure' && value === 'True')
    .map(({ reason, message }) => `${reason}: ${message}`);
  return {
    isObserved,
    isReady: isObserved && isReady,
    isStuck: isObserved && isStuck,
    running,
    total,
    complaints,
  };
}

/** Of several together; one that does not get on holds up all. */
export const progressOfAll = (each: readonly Progress[]): Progress => ({
  isObserved: each.every(({ isObserved }) => isObserved),
  isReady: each.every(({ isReady }) => isReady),
  isStuck: each.some(({ isStuck }) => isStuck),
  running: each.reduce((sum, { running }) => sum + running, 0),
  total: each.reduce((sum, { total }) => sum + total, 0),
  complaints: each.flatMap(({ complaints }) => complaints),
});
