import { isOfAdmission } from '../../../kernel/clusterRefusals.js';
import type { DomainError } from '../../../kernel/errors.js';
import { DeploymentProblem as Problem } from '../deployment.states.js';

const FORBIDDEN = 403;

/** By the status that a cluster answers with. */
const BY_STATUS = new Map([
  [401, Problem.CREDENTIALS_REFUSED],
  [FORBIDDEN, Problem.RIGHTS_MISSING],
  [408, Problem.TIMEOUT],
  [409, Problem.OBJECT_CONFLICT],
  [429, Problem.CLUSTER_BUSY],
]);

/** What kept a step from what it was to do. */
export function problemOf({ code, message, details }: DomainError): Problem {
  if (code === 'UPSTREAM_ERROR') {
    const status = details.upstream?.status ?? 500;
    if (status === FORBIDDEN && isOfAdmission(message)) return Problem.REFUSED;
    return status >= 500 ? Problem.CLUSTER_BUSY : (BY_STATUS.get(status) ?? Problem.REFUSED);
  }
  if (code === 'UPSTREAM_TIMEOUT') return Problem.TIMEOUT;
  if (code === 'CONFLICT') return Problem.OBJECT_CONFLICT;
  if (code === 'NOT_CONFIGURED') return Problem.NOT_CONFIGURED;
  return code.startsWith('UPSTREAM_') || code === 'ADDRESS_DENIED' ? Problem.UNREACHABLE : Problem.REFUSED;
}

/** Kubernetes' own words, which stand before what is said of a pod. */
const BY_REASON = new Map([
  ['Unschedulable', Problem.UNSCHEDULABLE],
  ['SchedulingGated', Problem.UNSCHEDULABLE],
  ['FailedCreate', Problem.PODS_REFUSED],
  ['ErrImagePull', Problem.IMAGE_NOT_PULLED],
  ['ImagePullBackOff', Problem.IMAGE_NOT_PULLED],
  ['ErrImageNeverPull', Problem.IMAGE_NOT_PULLED],
  ['ImageInspectError', Problem.IMAGE_NOT_PULLED],
  ['InvalidImageName', Problem.IMAGE_NOT_PULLED],
  ['RegistryUnavailable', Problem.IMAGE_NOT_PULLED],
  ['SignatureValidationFailed', Problem.IMAGE_NOT_PULLED],
  ['CreateContainerConfigError', Problem.CONTAINER_NOT_CREATED],
  ['CreateContainerError', Problem.CONTAINER_NOT_CREATED],
  ['RunContainerError', Problem.CONTAINER_NOT_CREATED],
  ['ContainerCannotRun', Problem.CONTAINER_NOT_CREATED],
  ['StartError', Problem.CONTAINER_NOT_CREATED],
  ['CrashLoopBackOff', Problem.CONTAINER_CRASHES],
  ['Error', Problem.CONTAINER_CRASHES],
  ['OOMKilled', Problem.OUT_OF_MEMORY],
  ['Evicted', Problem.EVICTED],
]);

/** The first that has a name among what a cluster says of pods; null where it says nothing. */
export function problemOfPods(problems: readonly string[]): Problem | null {
  for (const problem of problems) {
    const named = BY_REASON.get(problem.split(':', 1)[0] ?? '');
    if (named) return named;
  }
  return problems.length > 0 ? Problem.NOT_READY : null;
}
