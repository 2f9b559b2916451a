import type { NodeState } from '../../domains/edge/clusters/cluster.port.js';
import { isOwnLabel, ownLabelsOf } from './nodeLabels.js';
import { complaintOf } from './failures.js';
import { namedSchema, type NodeObject, nodeSchema, type Resources } from './objects.js';
import { nameOf } from './oversized.js';
import { Oversized } from '../../net/oversized.js';
import { bytesOf } from './quantity.js';

/**
 * Characters of the labels of a node, keys and values. Kubernetes itself knows a limit for each alone; clouds and feature
 * discovery give a node some thousands.
 */
const MOST_LABELS = 32_768;
/** Which every node has, however many others there are. */
const LABELS_FOR_ALL = 1024;
/** What all nodes of one list have beyond that: with 20,000 nodes, 54 million characters are the most of one cluster. */
const MOST_LABELS_BEYOND = 33_554_432;

const MEBIBYTE = 2 ** 20;
/** Set by NVIDIA's GPU feature discovery: MiB of memory of each GPU of the node. */
const GPU_MEMORY_LABEL = 'nvidia.com/gpu.memory';
const GPU_RESOURCE = 'nvidia.com/gpu';

/** Bytes; a label that is no number says nothing. */
function gpuMemoryOf(labels: Record<string, string>, capacity: Resources): number {
  const bytes = Number(labels[GPU_MEMORY_LABEL]) * MEBIBYTE * (capacity[GPU_RESOURCE] ?? 0);
  return bytesOf(bytes);
}

/** How much of the labels of nodes that are held in memory together fits. */
export class LabelRoom {
  #beyond = MOST_LABELS_BEYOND;

  /** The labels as far as they fit, those of ours first. */
  fitting(labels: Record<string, string>): Record<string, string> {
    const isOurs = ([key]: [string, string]) => isOwnLabel(key);
    const entries = Object.entries(labels);
    const inOrder = [...entries.filter(isOurs), ...entries.filter((entry) => !isOurs(entry))];
    const most = Math.min(MOST_LABELS, LABELS_FOR_ALL + this.#beyond);
    let length = 0;
    const kept = inOrder.filter(([key, value]) => (length += key.length + value.length) <= most);
    this.#beyond -= Math.max(0, Math.min(length, most) - LABELS_FOR_ALL);
    return Object.fromEntries(kept);
  }
}

function nodeStateOf({ metadata, spec, status }: NodeObject, room: LabelRoom): NodeState {
  const labels = room.fitting(metadata.labels);
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

/** A node that is not as the API promises; of no name where even that is not known. */
export interface OddNode {
  name: string | undefined;
  complaint: string;
}

/** What a cluster tells of a node, shortened: as the cluster sends it, it is many times as large. */
export function readNode(object: unknown, room: LabelRoom): NodeState | OddNode {
  if (object instanceof Oversized) return { name: nameOf(object), complaint: object.complaint };
  const { data, error } = nodeSchema.safeParse(object);
  if (data) return nodeStateOf(data, room);
  const name = namedSchema.safeParse(object).data?.metadata.name;
  return { name, complaint: complaintOf(error) };
}
