import { CLUSTER_CHANGED, NODE_LABELS_APPLIED } from '../../edge/index.js';
import { type JobKind, sweptBy, wakenBy } from '../../jobKind.js';
import { ROLLOUT_DUE, TARGETS_DUE } from '../deployment.topics.js';
import type { DueTimers } from './dueTimers.js';
import type { EvictionService } from './eviction.service.js';
import type { RolloutService } from './rollout.service.js';
import type { SelectionService } from './selection.service.js';
import type { TargetStepService } from './targetStep.service.js';

/** Remote calls at once. */
const MOST_CALLS = 20;

/** Takes rollouts further that wait for nobody. */
export const rolloutsJob = (rollouts: RolloutService, timers: DueTimers): JobKind => ({
  name: 'deployments',
  wakes: [wakenBy(ROLLOUT_DUE, ({ id }) => String(id)), timers.wake],
  pending: async () => (await rollouts.pending()).map(String),
  run: async (id) => rollouts.advance(Number(id)),
});

/** Tells one cluster what a deployment shall run there, or looks at what runs. */
export const targetsJob = (steps: TargetStepService, timers: DueTimers): JobKind => ({
  name: 'deployment-targets',
  concurrency: MOST_CALLS,
  // Else looks at what is done would go before clusters that have yet to be told.
  isInOrder: true,
  wakes: [sweptBy(TARGETS_DUE), timers.wake],
  pending: async () => (await steps.pending()).map(String),
  run: async (id, signal) => steps.run(Number(id), signal),
});

/** Follows clusters that come, go, and change their labels. */
export const selectionJob = (selections: SelectionService): JobKind => ({
  name: 'deployment-clusters',
  wakes: [wakenBy(CLUSTER_CHANGED, ({ id }) => String(id))],
  pending: async () => (await selections.pending()).map(String),
  run: async (clusterId) => selections.apply(Number(clusterId)),
});

/** Takes deployments from nodes of a cluster. */
export const evictionsJob = (evictions: EvictionService): JobKind => ({
  name: 'deployment-evictions',
  wakes: [wakenBy(NODE_LABELS_APPLIED, ({ clusterId }) => String(clusterId))],
  pending: async () => (await evictions.pending()).map(String),
  run: async (clusterId, signal) => evictions.apply(Number(clusterId), signal),
});
