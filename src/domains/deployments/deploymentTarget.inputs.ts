import { IdFilter, enumFilter } from '../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { DeploymentTargetState } from './deployment.states.js';
import { DeploymentTarget } from './deployment.entity.js';

export const DeploymentTargetList = listOf(DeploymentTarget, {
  items: 'targets',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    clusterId: { by: 'key of the cluster', filter: IdFilter },
    state: { by: 'where it stands', filter: enumFilter(DeploymentTargetState, 'DeploymentTargetState') },
    batch: { by: 'its batch', order: true },
  },
});
export type DeploymentTargetArgs = ArgsOf<typeof DeploymentTargetList>;
