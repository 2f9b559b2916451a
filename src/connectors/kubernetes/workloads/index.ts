import type { Workloads } from '../../../domains/edge/clusters/workload.port.js';
import { DomainError } from '../../../kernel/errors.js';

const unbuilt = async (): Promise<never> => {
  throw new DomainError('NOT_CONFIGURED', 'deployments cannot reach clusters yet');
};

/** What runs in a cluster for deployments. */
export function workloadsOf(): Workloads {
  return {
    apply: unbuilt,
    stateOf: unbuilt,
    logsOf: unbuilt,
    followLogs: () => ({ [Symbol.asyncIterator]: () => ({ next: unbuilt }) }),
    removePods: unbuilt,
    hasHelmController: unbuilt,
  };
}
