import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { BooleanFilter, DateTimeFilter, IdFilter, IntFilter, StringFilter } from '../../../kernel/filters.js';
import { inputOf, key } from '../../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../../kernel/lists.js';
import { readableName } from '../../../kernel/names.js';
import { text } from '../../../kernel/validation.js';
import { Cluster } from './cluster.entity.js';

const MAX_NAME = 64;
const MAX_KUBECONFIG = 262_144;

export const NewCluster = z.object({
  name: readableName(MAX_NAME).meta({ description: 'Name, 1 to 64 characters, unique' }),
  kubeconfig: text(1, MAX_KUBECONFIG).meta({
    description:
      'A kubeconfig (YAML) whose current context reaches it, without commands and file paths; encrypted and never shown',
  }),
});
export type NewCluster = z.infer<typeof NewCluster>;

export const ClusterChanges = z.object({
  kubeconfig: NewCluster.shape.kubeconfig.meta({ description: 'A kubeconfig that reaches the same cluster' }),
});
export type ClusterChanges = z.infer<typeof ClusterChanges>;

export const RegisterClusterInput = inputOf('RegisterClusterInput', 'A cluster to register', NewCluster);
export type RegisterClusterInput = InstanceType<typeof RegisterClusterInput>;

export const UpdateClusterInput = inputOf(
  'UpdateClusterInput',
  'Another way to reach a cluster',
  z.object({ id: key('The cluster'), ...ClusterChanges.shape }),
);
export type UpdateClusterInput = InstanceType<typeof UpdateClusterInput>;

export const DeleteClusterInput = inputOf(
  'DeleteClusterInput',
  'A cluster to delete here; nothing in the cluster itself changes',
  z.object({ id: key('The cluster') }),
);
export type DeleteClusterInput = InstanceType<typeof DeleteClusterInput>;

@ObjectType({ simpleResolvers: true, description: 'The cluster as it is now, or was when it was deleted' })
export class ClusterPayload {
  @Field(() => Cluster, { description: 'The cluster' })
  cluster!: Cluster;
}

export const ClusterList = listOf(Cluster, {
  items: 'clusters',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter, order: true },
    label: { by: 'a label that it has', filter: StringFilter, path: 'labels.name' },
    version: { by: 'the version of Kubernetes', filter: StringFilter, order: true },
    isReady: { by: 'whether it is alive', filter: BooleanFilter },
    nodeCount: { by: 'how many nodes it has', filter: IntFilter, order: true },
    lastSeenAt: { by: 'when it last answered', filter: DateTimeFilter },
    createdAt: { by: 'when it was registered', filter: DateTimeFilter, order: true },
    updatedAt: { by: 'when its registration was last changed', filter: DateTimeFilter, order: true },
  },
});
export type ClusterArgs = ArgsOf<typeof ClusterList>;
