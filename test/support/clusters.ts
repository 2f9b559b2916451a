import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  ClusterClient,
  ClusterConnector,
  ClusterEvent,
  NodeObserver,
  NodeState,
} from '../../src/domains/edge/clusters/cluster.port.js';
import { DomainError, badInput } from '../../src/kernel/errors.js';
import { unlessAborted } from '../../src/kernel/unlessAborted.js';
import { MemoryWorkloads, workloadsOf } from './workloads.js';

const GIB = 2 ** 30;
/** After a change that was not taken in, in milliseconds. */
const PAUSE = 20;
const KUBECONFIG = /^cluster: (\S+)( user: .*)?$/;

/** A node as a cluster might report it. */
export function nodeState(name: string, values: Partial<NodeState> = {}): NodeState {
  return {
    uid: randomUUID(),
    name,
    labels: { 'kubernetes.io/hostname': name },
    ownLabels: [],
    isReady: true,
    isSchedulable: true,
    ip: '192.0.2.10',
    operatingSystem: 'linux',
    osImage: 'Debian GNU/Linux 12',
    architecture: 'amd64',
    kernelVersion: '6.1.0',
    kubeletVersion: 'v1.31.0',
    cpu: 4,
    memory: 16 * GIB,
    disk: 100 * GIB,
    gpuMemory: 0,
    allocatable: { cpu: 3.5, memory: 15 * GIB },
    createdAt: new Date('2026-01-02T03:04:05.678Z'),
    ...values,
  };
}

/** A cluster in memory. While it is silent it answers nothing. */
export class MemoryCluster {
  readonly uid: string = randomUUID();
  readonly nodes = new Map<string, NodeState>();
  readonly namespaces = new Set<string>();
  /** The labels of ours, by node. */
  readonly labels = new Map<string, string[]>();
  readonly calls: string[] = [];
  /** What runs there for deployments. */
  readonly workloads = new MemoryWorkloads();
  events: ClusterEvent[] = [];
  requested = { cpu: 1.5, memory: GIB };
  version = 'v1.31.0';
  /** Watches under way. */
  watches = 0;
  /** Most watches that ever were under way at once. */
  mostWatches = 0;
  /** Watches that were ever begun. */
  started = 0;
  /** Nodes and namespaces that it does not let anybody change. */
  readonly refused = new Set<string>();
  /** Thrown by the preflight: BAD_INPUT for what is wrong with the kubeconfig's account. */
  refusal: DomainError | undefined;
  /** What every answer of it waits for. */
  reached: Promise<void> = Promise.resolve();
  /** What questions wait for. */
  held: Promise<void> = Promise.resolve();
  #isSilent = false;
  #changes = new EventTarget();

  constructor(readonly name: string) {}

  get kubeconfig(): string {
    return `cluster: ${this.name}`;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  setSilent(isSilent: boolean): void {
    this.#isSilent = isSilent;
    this.#tell();
  }

  setNode(node: NodeState): void {
    this.nodes.set(node.name, node);
    this.#tell();
  }

  upgrade(version: string): void {
    this.version = version;
    this.#tell();
  }

  removeNode(name: string): void {
    this.nodes.delete(name);
    this.#tell();
  }

  #tell(): void {
    this.#changes.dispatchEvent(new Event('change'));
  }

  answer(call: string, signal: AbortSignal): void {
    this.calls.push(call);
    signal.throwIfAborted();
    if (this.#isSilent) throw new DomainError('UPSTREAM_UNREACHABLE', `${this.name} does not answer`);
  }

  /** Also refuses changes of what it was told to. */
  change(call: string, object: string, signal: AbortSignal): void {
    this.answer(call, signal);
    if (!this.refused.has(object)) return;
    const upstream = { platform: this.name, status: 403, body: {} };
    throw new DomainError('UPSTREAM_ERROR', `${this.name} forbids to change ${object}`, { upstream });
  }

  /** The version when it is another; the whole list first, after each outage and after what was not taken in, then what differs from what was told. */
  async watch(observer: NodeObserver, signal: AbortSignal): Promise<void> {
    this.watches += 1;
    this.started += 1;
    this.mostWatches = Math.max(this.mostWatches, this.watches);
    let told: Map<string, NodeState> | undefined;
    let toldVersion: string | undefined;
    const heartbeat = setInterval(() => {
      if (!this.#isSilent) observer.alive();
    }, 20);
    const stopped = once(signal, 'abort');
    while (!signal.aborted) {
      const changed = once(this.#changes, 'change', { signal }).catch(() => undefined);
      if (this.#isSilent) {
        told = undefined;
        observer.failed(new DomainError('UPSTREAM_UNREACHABLE', `${this.name} does not answer`));
      } else {
        observer.alive();
        if (this.version !== toldVersion) observer.version((toldVersion = this.version));
        const now = new Map(this.nodes);
        const telling = told
          ? tellDifference(told, now, observer)
          : observer.changed({ kind: 'all', nodes: [...now.values()] });
        const isTakenIn = await telling.then(
          () => true,
          () => false,
        );
        const isOvertaken =
          now.size !== this.nodes.size || [...now].some(([key, node]) => this.nodes.get(key) !== node);
        told = isTakenIn ? now : undefined;
        if (!isTakenIn) await delay(PAUSE);
        if (!isTakenIn || isOvertaken) continue;
      }
      await Promise.race([changed, stopped]);
    }
    clearInterval(heartbeat);
    this.watches -= 1;
  }
}

async function tellDifference(
  told: Map<string, NodeState>,
  now: Map<string, NodeState>,
  observer: NodeObserver,
): Promise<void> {
  for (const [name, node] of now) {
    if (told.get(name) !== node) await observer.changed({ kind: 'set', node });
  }
  for (const name of told.keys()) if (!now.has(name)) await observer.changed({ kind: 'gone', name });
}

function clientOf(cluster: MemoryCluster): ClusterClient {
  return {
    ...workloadsOf(cluster),
    preflight: async (signal) => {
      cluster.answer('preflight', signal);
      if (cluster.refusal) throw cluster.refusal;
      return { uid: cluster.uid, version: cluster.version };
    },
    watchNodes: async (observer, signal) => cluster.watch(observer, signal),
    setNodeLabels: async (nodeName, labels, signal) => {
      cluster.change(`setNodeLabels ${nodeName} ${labels.join()}`, nodeName, signal);
      const node = cluster.nodes.get(nodeName);
      if (!node) throw new DomainError('NOT_FOUND', `there is no node ${nodeName}`);
      cluster.labels.set(nodeName, [...labels]);
      cluster.setNode({ ...node, ownLabels: [...labels] });
    },
    ensureNamespace: async (name, signal) => {
      cluster.change(`ensureNamespace ${name}`, name, signal);
      cluster.namespaces.add(name);
    },
    listEvents: async (visible, limit, signal) => {
      cluster.answer('listEvents', signal);
      await unlessAborted(cluster.held, signal);
      return cluster.events
        .filter(({ namespace }) => namespace === null || visible === 'all' || visible.includes(namespace))
        .slice(0, limit);
    },
    requested: async (signal) => {
      cluster.answer('requested', signal);
      await unlessAborted(cluster.held, signal);
      return cluster.requested;
    },
    close: () => undefined,
  };
}

/** Clusters in memory; the kubeconfig of one is `cluster: NAME`, with ` user: ANY` where it is rotated. */
export class MemoryClusters implements ClusterConnector {
  readonly #clusters = new Map<string, MemoryCluster>();

  add(name: string): MemoryCluster {
    const cluster = new MemoryCluster(name);
    this.#clusters.set(name, cluster);
    return cluster;
  }

  async open(kubeconfig: string): Promise<ClusterClient> {
    const name = KUBECONFIG.exec(kubeconfig)?.[1];
    if (name === undefined) throw badInput([{ path: 'kubeconfig', message: 'is no kubeconfig' }]);
    const cluster = this.#clusters.get(name);
    if (!cluster) throw new DomainError('UPSTREAM_UNREACHABLE', `nothing answers at ${name}`);
    return clientOf(cluster);
  }
}
