import type { NodeState } from '../../domains/edge/clusters/cluster.port.js';
import { isOwnLabel, ownLabelsOf } from './nodeLabels.js';
import { complaintOf } from './failures.js';
import { namedSchema, type NodeObject, nodeSchema, type Resources } from './objects.js';
import { bytesOf } from './quantity.js';

/**
 * Characters of the labels of a node, keys and values. Kubernetes itself knows a limit for each alone; clouds and feature
 * discovery give a node some thousands.
 */
const MOST_LABELS = 32_768;

const MEBIBYTE = 2 ** 20;
/** Set by NVIDIA's GPU feature discovery: MiB of memory of each GPU of the node. */
const GPU_MEMORY_LABEL = 'nvidia.com/gpu.memory';
const GPU_RESOURCE = 'nvidia.com/gpu';

/** Bytes; a label that is no number says nothing. */
function gpuMemoryOf(labels: Record<string, string>, capacity: Resources): number {
  const bytes = Number(labels[GPU_MEMORY_LABEL]) * MEBIBYTE * (capacity[GPU_RESOURCE] ?? 0);
  return bytesOf(bytes);
}

/** The labels as far as they fit, those of ours first. */
function fitting(labels: Record<string, string>): Record<string, string> {
  const isOurs = ([key]: [string, string]) => isOwnLabel(key);
  const entries = Object.entries(labels);
  const inOrder = [...entries.filter(isOurs), ...entries.filter((entry) => !isOurs(entry))];
  let room = MOST_LABELS;
  return Object.fromEntries(inOrder.filter(([key, value]) => (room -= key.length + value.length) >= 0));
}

function nodeStateOf({ metadata, spec, status }: NodeObject): NodeState {
  const labels = fitting(metadata.labels);
  const { capacity = {}, allocatable = {}, addresses, conditions, nodeInfo } = status ?? {};
  return {
    uid: metadata.uid,
    name: metadata.name,
    labels,
    ownLabels: ownLabelsOf(labels),
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

const NODE = nodeSchema.transform(nodeStateOf);

/** A node that is not as the API promises; of no name where even that is not known. */
export interface OddNode {
  name: string | undefined;
  complaint: string;
}

/** What a cluster tells of a node, shortened: as the cluster sends it, it is many times as large. */
export function readNode(object: unknown): NodeState | OddNode {
  const { data, error } = NODE.safeParse(object);
  if (data) return data;
  const name = namedSchema.safeParse(object).data?.metadata.name;
  return { name, complaint: complaintOf(error) };
}
