import type { WorkloadState } from '../../edge/index.js';
import { DeploymentProblem as Problem, DeploymentTargetState as State } from '../deployment.states.js';
import { problemOfPods } from './problem.js';

/** How soon things happen, in milliseconds. */
export interface RolloutPace {
  /** Between looks at pods that are not ready: the first wait and the longest, each longer than the one before. */
  firstLook: number;
  lastLook: number;
  /** Before a cluster that does not answer is tried again, the same way. */
  firstRetry: number;
  lastRetry: number;
  /** Between looks at what runs: ROLLOUT_CHECK. */
  check: number;
  /** After which pods that are not ready have failed: ROLLOUT_DEADLINE. */
  deadline: number;
  /**
   * Longest wait for one answer while other clusters wait, for the first, which takes no cluster long, and of the few calls
   * that may take longer.
   */
  patience: number;
  firstPatience: number;
  longPatience: number;
  /** And for the installation of a chart. */
  chartPatience: number;
}

export const PACE: Omit<RolloutPace, 'check' | 'deadline'> = {
  firstLook: 500,
  lastLook: 5000,
  firstRetry: 1000,
  lastRetry: 60_000,
  patience: 3000,
  firstPatience: 1000,
  longPatience: 15_000,
  chartPatience: 330_000,
};

/** What becomes ready is seen to be so after at most a quarter of the time that it took. */
const LOOK_GROWTH = 1.25;
const RETRY_GROWTH = 2;
const PATIENCE_GROWTH = 2;

const growing = (first: number, last: number, growth: number, attempts: number): number =>
  Math.min(last, first * growth ** Math.min(attempts, 30));

/** What came of a try or of a look. */
export type Observation =
  /** The cluster was told of the change just now; what follows from it is to be seen. */
  | { kind: 'applied' }
  | { kind: 'seen'; state: WorkloadState | null }
  /** The cluster does not answer, or wants to be left alone for so many seconds. */
  | { kind: 'away'; message: string; problem?: Problem; retryAfter?: number | undefined }
  /** It refuses what it shall run. */
  | { kind: 'refused'; message: string; problem?: Problem }
  | { kind: 'defect'; message: string; problem?: never };

export interface Standing {
  state: State;
  running: number;
  error: number;
  total: number;
  message: string;
  problem: Problem | null;
  attempts: number;
}

/** The same, and in how many milliseconds it is tried or looked at again. */
export type Progress = Standing & { dueIn: number };

/** Where no more is known. */
const PROBLEMS = {
  away: Problem.UNREACHABLE,
  refused: Problem.REFUSED,
  defect: Problem.INTERNAL_ERROR,
} as const;

const MOST_MESSAGE = 1000;
/** Seconds for which a cluster is left alone at most. */
const MOST_RETRY_AFTER = 600;

const NOTHING: WorkloadState = {
  isObserved: false,
  isReady: false,
  isStuck: false,
  running: 0,
  error: 0,
  total: 0,
  problems: [],
};

const MOST_PODS = 2 ** 31 - 1;

/** A cluster may tell of more pods than can be stored. */
const countable = (pods: number): number => Math.min(pods, MOST_PODS);

/** Of the counts of many clusters, none of which keeps the others from being told. */
export const sumOfPods = (counts: readonly string[]): number =>
  countable(counts.reduce((sum, count) => sum + Number(count), 0));

/** Of a cluster that answers, and whose pods are not ready, the looks are counted. */
const isLookedAt = ({ state }: Pick<Standing, 'state'>): boolean =>
  state === State.DEPLOYING || state === State.FAILED;

/** How often a cluster was tried in vain. */
const triesOf = (standing: Pick<Standing, 'state' | 'attempts'>): number =>
  isLookedAt(standing) ? 0 : standing.attempts;

/** How long the next try waits for an answer: longer each time, since a cluster may need it. */
export const patienceOf = (first: number, tries: number, { longPatience }: RolloutPace): number =>
  growing(first, longPatience, PATIENCE_GROWTH, tries);

function seen(
  before: Standing,
  found: WorkloadState,
  isOverdue: boolean,
  { check, firstLook, lastLook }: RolloutPace,
): Progress {
  const { running, error, total, problems, isReady, isStuck, isObserved } = found;
  const counts = { running: countable(running), error: countable(error), total: countable(total) };
  const message = problems.join('; ').slice(0, MOST_MESSAGE);
  const problem = problemOfPods(problems);
  if (isReady && isObserved)
    return { state: State.READY, ...counts, message: '', problem: null, attempts: 0, dueIn: check };
  const wasDone = before.state === State.READY || before.state === State.FAILED;
  // Pods that a node takes along come again; those that fail have failed.
  if (wasDone && error === 0 && !isStuck && before.state === State.READY)
    return { state: State.READY, ...counts, message, problem, attempts: 0, dueIn: check };
  const looks = isLookedAt(before) ? before.attempts : 0;
  if (isStuck || wasDone || isOverdue)
    return {
      state: State.FAILED,
      ...counts,
      message: message || 'its pods do not become ready',
      problem: problem ?? Problem.NOT_READY,
      attempts: looks + 1,
      // Those of a cluster that was away may just be starting; those that were seen for long are left alone.
      dueIn: isStuck ? check : growing(lastLook, check, RETRY_GROWTH, looks),
    };
  const dueIn = growing(firstLook, lastLook, LOOK_GROWTH, looks);
  return { state: State.DEPLOYING, ...counts, message, problem, attempts: looks + 1, dueIn };
}

/**
 * What follows for a target, whose change is overdue when it was applied longer ago than the deadline. What is to be removed
 * stays so until it is gone, and what waits for its batch until that begins.
 */
export function progressOf(
  { state, running, error, total, message: reason, problem: known, attempts: tried }: Standing,
  observation: Observation,
  isOverdue: boolean,
  pace: RolloutPace,
): Progress {
  const before: Standing = { state, running, error, total, message: reason, problem: known, attempts: tried };
  if (observation.kind === 'seen') return seen(before, observation.state ?? NOTHING, isOverdue, pace);
  if (observation.kind === 'applied')
    return {
      ...before,
      state: State.DEPLOYING,
      message: '',
      problem: null,
      attempts: 1,
      dueIn: pace.firstLook,
    };
  const { kind } = observation;
  const tries = triesOf(before);
  const message = observation.message.slice(0, MOST_MESSAGE);
  const asked = kind === 'away' ? Math.min(observation.retryAfter ?? 0, MOST_RETRY_AFTER) * 1000 : 0;
  const retry = Math.max(asked, growing(pace.firstRetry, pace.lastRetry, RETRY_GROWTH, tries));
  const problem = observation.problem ?? PROBLEMS[kind];
  const failed = { ...before, message, problem, attempts: tries + 1 };
  if (state === State.REMOVING || state === State.WAITING) return { ...failed, dueIn: retry };
  if (kind === 'away') return { ...failed, state: State.UNREACHABLE, dueIn: retry };
  if (kind === 'defect') return { ...failed, state: State.INTERNAL_ERROR, dueIn: retry };
  return { ...failed, state: State.FAILED, attempts: 0, dueIn: pace.check };
}
