import type { WorkloadOwner } from '../../../domains/edge/clusters/workload.port.js';
import { DEPLOYMENT_LABEL, MANAGED_BY, MANAGER } from '../../../kernel/clusterLabels.js';
import { isOfAdmission } from '../../../kernel/clusterRefusals.js';
import { DomainError } from '../../../kernel/errors.js';
import type { Connection } from '../connection.js';
import { statusOf } from '../failures.js';

/** In whose name a cluster is asked for what. */
export interface Scope {
  connection: Connection;
  owner: WorkloadOwner;
  signal: AbortSignal;
}

const FORBIDDEN = 403;

/** The labels by which the owner's objects are told from all others. */
export const ownLabels = ({ deploymentId }: WorkloadOwner): Record<string, string> => ({
  [MANAGED_BY]: MANAGER,
  [DEPLOYMENT_LABEL]: String(deploymentId),
});

export const selectorOf = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** A right that clusters registered before deployments need not have given is told with its remedy. */
export async function explainingRights<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) !== FORBIDDEN || !(error instanceof DomainError)) throw error;
    if (isOfAdmission(error.message)) throw error;
    const remedy =
      'deployments need rights that this account lacks; the guide to registering a cluster has them';
    throw new DomainError(error.code, `${error.message}; ${remedy}`, error.details, { cause: error });
  }
}
