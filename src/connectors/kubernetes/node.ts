import type { NodeState } from '../../domains/edge/clusters/cluster.port.js';
import { ownLabelsOf } from './nodeLabels.js';
import type { NodeObject, Resources } from './objects.js';
import { bytesOf } from './quantity.js';

const MEBIBYTE = 2 ** 20;
/** Set by NVIDIA's GPU feature discovery: MiB of memory of each GPU of the node. */
const GPU_MEMORY_LABEL = 'nvidia.com/gpu.memory';
const GPU_RESOURCE = 'nvidia.com/gpu';

/** Bytes; a label that is no number says nothing. */
function gpuMemoryOf(labels: Record<string, string>, capacity: Resources): number {
  const bytes = Number(labels[GPU_MEMORY_LABEL]) * MEBIBYTE * (capacity[GPU_RESOURCE] ?? 0);
  return bytesOf(bytes);
}

export function nodeStateOf({ metadata, spec, status }: NodeObject): NodeState {
  const { capacity = {}, allocatable = {}, addresses, conditions, nodeInfo } = status ?? {};
  return {
    uid: metadata.uid,
    name: metadata.name,
    labels: metadata.labels,
    ownLabels: ownLabelsOf(metadata.labels),
    isReady: conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    isSchedulable: spec?.unschedulable !== true,
    ip: addresses?.find(({ type }) => type === 'InternalIP')?.address ?? null,
    operatingSystem: nodeInfo?.operatingSystem ?? '',
    osImage: nodeInfo?.osImage ?? '',
    architecture: nodeInfo?.architecture ?? '',
    kernelVersion: nodeInfo?.kernelVersion ?? '',
    kubeletVersion: nodeInfo?.kubeletVersion ?? '',
    cpu: capacity.cpu ?? 0,
    memory: capacity.memory ?? 0,
    disk: capacity['ephemeral-storage'] ?? 0,
    gpuMemory: gpuMemoryOf(metadata.labels, capacity),
    allocatable: { cpu: allocatable.cpu ?? 0, memory: allocatable.memory ?? 0 },
    createdAt: metadata.creationTimestamp,
  };
}
