import type { Workloads } from './workload.port.js';

/** A node as its cluster reports it. */
export interface NodeState {
  uid: string;
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Those of ours among them, in the form in which they are set; sorted. */
  ownLabels: readonly string[];
  isReady: boolean;
  /** False while it is cordoned. */
  isSchedulable: boolean;
  /** Its internal address; null when the cluster reports none. */
  ip: string | null;
  operatingSystem: string;
  osImage: string;
  architecture: string;
  kernelVersion: string;
  kubeletVersion: string;
  /** Cores, which may be a fraction. */
  cpu: number;
  /** Bytes. */
  memory: number;
  /** Bytes of ephemeral storage. */
  disk: number;
  /** Bytes of the memory of all its GPUs, by the labels of NVIDIA's GPU feature discovery; 0 for none or unknown. */
  gpuMemory: number;
  /** What pods may request: cores and bytes. */
  allocatable: { cpu: number; memory: number };
  createdAt: Date;
}

export type NodeChange =
  | { kind: 'all'; nodes: NodeState[] }
  | { kind: 'set'; node: NodeState }
  | { kind: 'gone'; name: string };

export interface NodeObserver {
  /** In order; the next is delivered when this one has been taken in. */
  changed: (change: NodeChange) => Promise<void>;
  /** The cluster has answered or sent something, if only a bookmark; `remaining` is what of it cannot be read. */
  alive: (remaining?: Error) => void;
  /** Of Kubernetes, such as v1.36.1; told again whenever it may have changed. */
  version: (version: string) => void;
  /** The cluster, or a part of it, could not be read; it is tried again. */
  failed: (error: Error) => void;
}

export interface ClusterEvent {
  /** Normal or Warning as a rule; empty when the cluster tells none. */
  type: string;
  reason: string;
  message: string;
  /** Such as `Node/worker-1`. */
  subject: string;
  /** Of the subject; null for what belongs to the cluster, as its nodes do. */
  namespace: string | null;
  count: number;
  /** Null when the cluster tells no time. */
  lastSeenAt: Date | null;
}

/** Whose events are told besides those that belong to the cluster. */
export type VisibleNamespaces = 'all' | readonly string[];

/** One cluster. Failures are DomainErrors with the codes UPSTREAM_*, NOT_FOUND and BAD_INPUT, and those of Workloads. */
export interface ClusterClient extends Workloads {
  /**
   * What the cluster is, once it is known that all that the product does there is allowed. Throws the precise cause: BAD_INPUT
   * for credentials that it refuses, permissions that the account lacks and a version that is too old; UPSTREAM_* else.
   */
  preflight: (signal: AbortSignal) => Promise<{ uid: string; version: string }>;
  /** Tells of the cluster's nodes until aborted, through every outage; never rejects. */
  watchNodes: (observer: NodeObserver, signal: AbortSignal) => Promise<void>;
  /** Makes these the node's labels of ours, all of them; others' labels stay. NOT_FOUND when there is no such node. */
  setNodeLabels: (nodeName: string, labels: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Idempotent. */
  ensureNamespace: (name: string, signal: AbortSignal) => Promise<void>;
  /** Of those that are visible the latest, the very latest first. */
  listEvents: (visible: VisibleNamespaces, limit: number, signal: AbortSignal) => Promise<ClusterEvent[]>;
  /** What all pods that are not finished request: cores and bytes. */
  requested: (signal: AbortSignal) => Promise<{ cpu: number; memory: number }>;
  close: () => void;
}

/** How clusters are reached. */
export interface ClusterConnector {
  /**
   * Fails with BAD_INPUT that says what is wrong with the kubeconfig. Connects to nothing yet. Where the cluster's UID is
   * given, nodes are neither read from nor anything written to another one.
   */
  open: (kubeconfig: string, uid?: string) => Promise<ClusterClient>;
}
