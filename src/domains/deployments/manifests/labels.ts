import { DEPLOYMENT_LABEL, MANAGED_BY, MANAGER } from '../../../kernel/clusterLabels.js';
import type { AppSpec } from '../../apps/index.js';
import type { Placement } from './placement.js';

/** Which never change in the life of a deployment: a workload's selector must not. */
export const selectorOf = ({ deploymentId }: Placement) => ({ [DEPLOYMENT_LABEL]: String(deploymentId) });

/** By which objects are known as ours, and as whose. */
export const labelsOf = ({ appName, version }: AppSpec, place: Placement): Record<string, string> => ({
  [MANAGED_BY]: MANAGER,
  'app.kubernetes.io/name': appName,
  'app.kubernetes.io/version': version,
  ...selectorOf(place),
});
