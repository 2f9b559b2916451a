import { tidy } from '../../../net/text.js';
import type { ContainerStatus, PodObject } from './objects.js';

const MOST_PROBLEMS = 10;
/** Characters. */
const MOST_TEXT = 300;

/** States in which a container is on its way. */
const UNDER_WAY = new Set(['', 'ContainerCreating', 'PodInitializing']);
/** Whose message names the pod, and so is another one for each. */
const CRASHING = 'CrashLoopBackOff';

const say = (reason: string, message: string) =>
  tidy(message === '' ? reason : `${reason}: ${message}`, MOST_TEXT);

function problemOfContainer({ name, state, lastState }: ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  const ended = terminated ?? lastState?.terminated;
  const how = ended ? `the container ${name} exited with code ${ended.exitCode}` : `the container ${name}`;
  if (waiting?.reason === CRASHING) return say(CRASHING, how);
  if (waiting && !UNDER_WAY.has(waiting.reason)) return say(waiting.reason, waiting.message);
  if (terminated && terminated.exitCode !== 0) return say(terminated.reason || 'Error', how);
  return undefined;
}

/** Why a pod does not run and will not by itself, as far as the cluster tells. */
function problemsOfPod({ status }: PodObject): string[] {
  if (!status) return [];
  const { phase, reason, message, conditions, containerStatuses, initContainerStatuses } = status;
  const ofContainers = [...initContainerStatuses, ...containerStatuses]
    .map(problemOfContainer)
    .filter((problem) => problem !== undefined);
  const unscheduled = conditions.filter((each) => each.type === 'PodScheduled' && each.status === 'False');
  const ofScheduling = unscheduled.map((each) => say(each.reason || 'Unschedulable', each.message));
  const found = [...ofScheduling, ...ofContainers];
  return found.length === 0 && phase === 'Failed' ? [say(reason || 'Failed', message)] : found;
}

/** How many of the pods fail, and why, each reason once. */
export function problemsOf(pods: readonly PodObject[], others: readonly string[]) {
  const failing = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === '')
    .map(problemsOfPod)
    .filter((problems) => problems.length > 0);
  const problems = [...new Set([...others, ...failing.flat()])].slice(0, MOST_PROBLEMS);
  return { error: failing.length, problems };
}
