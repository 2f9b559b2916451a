/** A Kubernetes object in the form in which it is applied. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** Whose objects: those of a deployment, in one namespace. They bear its key in the label `isthmus.io/deployment`. */
export interface WorkloadOwner {
  namespace: string;
  deploymentId: number;
}

/** What an object is, or would be, changed by. */
export interface ObjectChange {
  kind: string;
  name: string;
  change: 'CREATED' | 'CHANGED' | 'UNCHANGED' | 'REMOVED';
  /** What of it is, or would be, otherwise; 100 at most, long texts cut. Of secrets and charts there are no values. */
  differences: readonly { path: string; before: unknown; after: unknown }[];
}

/** What runs of a deployment in one cluster. */
export interface WorkloadState {
  /** Whether the cluster's controllers have seen what was applied last. */
  isObserved: boolean;
  /** Whether all pods that shall run do, and none of an earlier kind does. */
  isReady: boolean;
  /** Whether the cluster has given up making progress. */
  isStuck: boolean;
  /** Pods: that run and are available, that have failed or cannot start, and that shall be. */
  running: number;
  error: number;
  total: number;
  /** Why pods do not run, such as `ImagePullBackOff: ...`; each once, ten at most. */
  problems: readonly string[];
}

/** Lines of one container. */
export interface ContainerLog {
  pod: string;
  container: string;
  lines: readonly string[];
}

export interface LogLine {
  pod: string;
  container: string;
  line: string;
  /** Of so many containers no lines come, as there is no room for them; only where that changes, then with no line. */
  leftOut?: number;
}

/** Bytes that may be kept. */
export interface Allowance {
  /** Whether there were so many left, which are taken then. */
  take: (bytes: number) => boolean;
  giveBack: (bytes: number) => void;
}

/** Room for what lasts. */
export interface Room {
  /** Takes a place, if one is left; answers how to give it back. */
  take: () => (() => void) | null;
}

/**
 * What runs in one cluster for deployments. Failures as with ClusterClient; CONFLICT, which names it, where an object is not
 * the owner's; NOT_CONFIGURED for a chart where nothing installs charts. An account that lacks a right for this is
 * UPSTREAM_ERROR with status 403, whose message says what to do.
 */
export interface Workloads {
  /** Settles when the cluster answers a small question and is the one that was registered; asked anew each time. */
  identify: (signal: AbortSignal) => Promise<void>;
  /**
   * Makes these the owner's objects, all of them, by server-side apply; what it had besides is deleted. Idempotent.
   * Nothing changes with `dryRun`, which the cluster answers. A chart is an object of the kind HelmChart. With `isFirst` the
   * owner never had others, so that nothing is looked for that were to be deleted.
   */
  apply: (
    owner: WorkloadOwner,
    objects: readonly KubernetesObject[],
    options: { dryRun: boolean; isFirst?: boolean },
    signal: AbortSignal,
  ) => Promise<ObjectChange[]>;
  /** Null when there is nothing of it. */
  stateOf: (owner: WorkloadOwner, signal: AbortSignal) => Promise<WorkloadState | null>;
  /** The last lines of every container of its pods, of 50 at most; long lines are cut. */
  logsOf: (
    owner: WorkloadOwner,
    lines: number,
    signal: AbortSignal,
    allowance?: Allowance,
  ) => Promise<ContainerLog[]>;
  /** These last lines, and those that come, until aborted; of pods that come later too, each container in a place of the room. */
  followLogs: (
    owner: WorkloadOwner,
    lines: number,
    signal: AbortSignal,
    room?: Room,
  ) => AsyncIterable<LogLine>;
  /** Deletes the owner's pods on these nodes, which their controllers place anew. */
  removePods: (owner: WorkloadOwner, nodes: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Whether the cluster installs charts itself (`helm.cattle.io/v1`, as in k3s and RKE2). */
  hasHelmController: (signal: AbortSignal) => Promise<boolean>;
}
