import {
  BigIntFilter,
  BooleanFilter,
  DateTimeFilter,
  FloatFilter,
  IdFilter,
  StringFilter,
} from '../../../kernel/filters.js';
import { type ArgsOf, listOf } from '../../../kernel/lists.js';
import { ClusterNode } from './node.entity.js';

export const ClusterNodeList = listOf(ClusterNode, {
  items: 'nodes',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    name: { by: 'name', filter: StringFilter, order: true },
    clusterId: { by: 'the key of the cluster', filter: IdFilter },
    clusterName: { by: 'the name of the cluster', filter: StringFilter, order: true },
    label: { by: 'a label that it has', filter: StringFilter, path: 'labels.name' },
    isReady: { by: 'whether it is alive', filter: BooleanFilter },
    isSchedulable: { by: 'whether new pods may be placed on it', filter: BooleanFilter },
    ip: { by: 'its internal address', filter: StringFilter },
    operatingSystem: { by: 'operating system', filter: StringFilter },
    architecture: { by: 'architecture of the processor', filter: StringFilter },
    kernelVersion: { by: 'version of the kernel', filter: StringFilter },
    kubeletVersion: { by: "version of Kubernetes' agent", filter: StringFilter },
    cpu: { by: 'cores', filter: FloatFilter, order: true },
    memory: { by: 'bytes of memory', filter: BigIntFilter, order: true },
    disk: { by: 'bytes of ephemeral storage', filter: BigIntFilter, order: true },
    gpuMemory: { by: "bytes of its GPUs' memory", filter: BigIntFilter, order: true },
    createdAt: { by: 'when it joined its cluster', filter: DateTimeFilter, order: true },
  },
});
export type ClusterNodeArgs = ArgsOf<typeof ClusterNodeList>;
