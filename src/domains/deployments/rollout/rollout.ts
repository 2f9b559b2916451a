import type { DeploymentStrategy } from '../deployment.entity.js';
import {
  DeploymentStatus as Status,
  DeploymentTargetState as State,
  DeploymentType as Type,
  RequestState,
} from '../deployment.states.js';

/** Targets that are alike. */
export interface TargetGroup {
  state: State;
  batch: number;
  /** Whether the clusters were told of the change. */
  isApplied: boolean;
  /** Whether they were tried in vain. */
  isFailing: boolean;
  /** How many there are: one or more. */
  count: number;
}

/** A change that has begun, and what may follow. */
export interface Rollout {
  deployType: Type;
  strategy: DeploymentStrategy;
  rollbackOnFailure: boolean;
  /** Whether it has failed too often. */
  isStopped: boolean;
  /** Whether every target was tried once. */
  wasSettled: boolean;
  /** The change that is approved and waits for its turn. */
  next: Type | null;
  /** Between two batches. */
  pause: 'none' | 'running' | 'over';
  targets: readonly TargetGroup[];
}

export type Move =
  /** The change that waits takes its place. */
  | { kind: 'begin' }
  /** No further batch; what ran before is wanted again. */
  | { kind: 'rollBack' }
  | { kind: 'stop' }
  | { kind: 'pause' }
  | { kind: 'open'; batch: number }
  /** Nothing is left of it. */
  | { kind: 'end' }
  | { kind: 'wait' };

const UNDER_WAY: readonly State[] = [State.APPLYING, State.DEPLOYING];
const FAILURES: readonly State[] = [State.FAILED, State.INTERNAL_ERROR];

const isUnderWay = ({ state }: TargetGroup): boolean => UNDER_WAY.includes(state);
const isFailure = ({ state }: TargetGroup): boolean => FAILURES.includes(state);
const isWaiting = ({ state }: TargetGroup): boolean => state === State.WAITING;

/** What is pruned counts no more. */
const keptOf = (targets: readonly TargetGroup[]) => targets.filter(({ state }) => state !== State.REMOVING);

/** Whether each cluster that answers was tried; those that do not hold nothing up. */
export function isSettled({ deployType, isStopped, targets }: Rollout): boolean {
  if (deployType === Type.DELETE) return targets.length === 0;
  const kept = keptOf(targets);
  return !kept.some(isUnderWay) && (isStopped || !kept.some(isWaiting));
}

function outcomeOfDeletion(targets: readonly TargetGroup[]): Status {
  if (targets.length === 0) return Status.DELETED;
  return targets.every(({ isFailing }) => isFailing) ? Status.PARTIAL_SUCCESS : Status.DEPLOYING;
}

/** What has come of the change so far. */
export function outcomeOf(rollout: Rollout): Status {
  if (rollout.deployType === Type.DELETE) return outcomeOfDeletion(rollout.targets);
  const kept = keptOf(rollout.targets);
  // It waits for a cluster that it chooses.
  if (kept.length === 0) return Status.PROCESSING;
  if (!isSettled(rollout))
    return kept.some(({ isApplied }) => isApplied) ? Status.DEPLOYING : Status.PROCESSING;
  if (kept.some(({ state }) => state === State.INTERNAL_ERROR)) return Status.INTERNAL_ERROR;
  if (rollout.isStopped || kept.every(isFailure)) return Status.FAILED;
  return kept.every(({ state }) => state === State.READY) ? Status.SUCCESS : Status.PARTIAL_SUCCESS;
}

/** The latest change hides the one before, as long as its fate is not that of the rollout. */
export function statusOf(request: RequestState | null, outcome: Status | null): Status {
  if (request === RequestState.PENDING) return Status.PENDING;
  if (request === RequestState.DISAPPROVED) return Status.DISAPPROVED;
  const isBusy = outcome === Status.PROCESSING || outcome === Status.DEPLOYING;
  return request === RequestState.APPROVED && !isBusy ? Status.APPROVED : (outcome ?? Status.APPROVED);
}

/** What no cluster's failure may hold up. */
const preempts = (type: Type): boolean => type === Type.ROLLBACK || type === Type.DELETE;

function hasFailedTooOften({
  strategy,
  rollbackOnFailure,
  deployType,
  targets,
  ...rollout
}: Rollout): boolean {
  if (rollout.isStopped || rollout.wasSettled || preempts(deployType)) return false;
  const isBounded = strategy.batchSize > 0 || rollbackOnFailure;
  const failures = targets.filter(isFailure).reduce((sum, { count }) => sum + count, 0);
  return isBounded && failures > strategy.maxFailures;
}

function nextBatch({ strategy, pause, targets }: Rollout): Move {
  const waiting = targets.filter(isWaiting).map(({ batch }) => batch);
  if (waiting.length === 0) return { kind: 'wait' };
  const batch = Math.min(...waiting);
  if (targets.some((target) => target.batch < batch && isUnderWay(target))) return { kind: 'wait' };
  if (batch > 0 && strategy.pause > 0 && pause === 'none') return { kind: 'pause' };
  return pause === 'running' ? { kind: 'wait' } : { kind: 'open', batch };
}

/** What is to be done now; asked again after it was done, until nothing is. */
export function nextMove(rollout: Rollout): Move {
  const { deployType, next, targets, isStopped } = rollout;
  if (deployType === Type.DELETE) return targets.length === 0 ? { kind: 'end' } : { kind: 'wait' };
  if (next !== null && preempts(next)) return { kind: 'begin' };
  if (hasFailedTooOften(rollout)) {
    const canRollBack = rollout.rollbackOnFailure && deployType === Type.UPGRADE && next === null;
    return { kind: canRollBack ? 'rollBack' : 'stop' };
  }
  if (next !== null && isSettled(rollout)) return { kind: 'begin' };
  return isStopped ? { kind: 'wait' } : nextBatch(rollout);
}

/** The batch of each of so many clusters: the first alone, then `batchSize` at a time; one for all when that is 0. */
export function batchAt(place: number, { batchSize }: Pick<DeploymentStrategy, 'batchSize'>): number {
  return batchSize === 0 || place === 0 ? 0 : 1 + Math.floor((place - 1) / batchSize);
}
