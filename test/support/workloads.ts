import { EventEmitter, on } from 'node:events';
import { differencesOf } from '../../src/connectors/kubernetes/workloads/differences.js';
import { LogTail } from '../../src/connectors/kubernetes/workloads/logTail.js';
import type {
  ContainerLog,
  KubernetesObject,
  LogLine,
  ObjectChange,
  Room,
  WorkloadOwner,
  WorkloadState,
  Workloads,
} from '../../src/domains/edge/clusters/workload.port.js';
import { DomainError } from '../../src/kernel/errors.js';
import type { MemoryCluster } from './clusters.js';
import { unlessAborted } from '../../src/kernel/unlessAborted.js';

const keyOf = ({ namespace, deploymentId }: WorkloadOwner) => `${namespace}/${deploymentId}`;
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;

/**
 * What a cluster in memory holds for deployments. Whatever is applied is ready at once, where the test says nothing else and
 * the image is not named `bad`.
 */
export class MemoryWorkloads {
  /** By `namespace/deploymentId`. Tests change and delete objects here, as somebody does by hand. */
  readonly objects = new Map<string, KubernetesObject[]>();
  /** Objects of others, such as `ns1/Deployment web`. */
  readonly foreign = new Set<string>();
  hasHelmController = false;
  /** Those who follow logs. */
  followers = 0;
  readonly #states = new Map<string, { state: Partial<WorkloadState>; text: string }>();
  readonly #logs = new Map<string, ContainerLog[]>();
  readonly #lines = new EventEmitter<Record<string, [LogLine]>>();

  /** What the cluster says of the owner's pods from now on, besides that they are ready; while what runs has this text. */
  setState(owner: WorkloadOwner, state: Partial<WorkloadState>, text = ''): void {
    this.#states.set(keyOf(owner), { state, text });
  }

  objectsOf(owner: WorkloadOwner): readonly KubernetesObject[] {
    return this.objects.get(keyOf(owner)) ?? [];
  }

  log(owner: WorkloadOwner, { pod, container, line }: LogLine): void {
    const logs = this.logsOf(owner);
    const known = logs.find((log) => log.pod === pod && log.container === container);
    const log = { pod, container, lines: [...(known?.lines ?? []), line] };
    this.#logs.set(keyOf(owner), [...logs.filter((other) => other !== known), log]);
    this.say(owner, { pod, container, line });
  }

  /** To those who follow, who alone hear it. */
  say(owner: WorkloadOwner, line: LogLine): void {
    this.#lines.emit(keyOf(owner), line);
  }

  apply(owner: WorkloadOwner, objects: readonly KubernetesObject[], dryRun: boolean): ObjectChange[] {
    this.#checkOwned(owner, objects);
    const present = this.objectsOf(owner);
    const changes = objects.map((object): ObjectChange => {
      const { kind, metadata } = object;
      const before = present.find((other) => nameOf(other) === nameOf(object));
      if (!before) return { kind, name: metadata.name, change: 'CREATED', differences: [] };
      const differences = differencesOf(kind, before, object);
      const change = differences.length > 0 ? 'CHANGED' : 'UNCHANGED';
      return { kind, name: metadata.name, change, differences };
    });
    const removed = present
      .filter((object) => !objects.some((other) => nameOf(other) === nameOf(object)))
      .map(({ kind, metadata: { name } }): ObjectChange => {
        return { kind, name, change: 'REMOVED', differences: [] };
      });
    if (!dryRun && objects.length === 0) this.objects.delete(keyOf(owner));
    else if (!dryRun) this.objects.set(keyOf(owner), structuredClone([...objects]));
    return [...changes, ...removed];
  }

  stateOf(owner: WorkloadOwner): WorkloadState | null {
    const objects = this.objectsOf(owner);
    if (objects.length === 0) return null;
    const spec = objects.map((object) => object['spec'] as { replicas?: number } | undefined);
    const total = spec.find((each) => each?.replicas !== undefined)?.replicas ?? 1;
    const written = JSON.stringify(objects);
    const isBad = written.includes('bad:');
    const problems = isBad ? ['ImagePullBackOff: the image cannot be pulled'] : [];
    const [running, error] = isBad ? [0, total] : [total, 0];
    const state = { isObserved: true, isReady: !isBad, isStuck: false, running, error, total, problems };
    const told = this.#states.get(keyOf(owner));
    return { ...state, ...(told && written.includes(told.text) ? told.state : {}) };
  }

  logsOf(owner: WorkloadOwner): ContainerLog[] {
    return this.#logs.get(keyOf(owner)) ?? [];
  }

  /** All of its containers in one place. */
  async *followLogs(
    owner: WorkloadOwner,
    lines: number,
    signal: AbortSignal,
    room?: Room,
  ): AsyncGenerator<LogLine> {
    const leave = room?.take();
    this.followers += 1;
    try {
      if (leave === null) yield { pod: '', container: '', line: '', leftOut: 1 };
      const coming = on(this.#lines, keyOf(owner), { signal }) as AsyncIterable<[LogLine]>;
      for (const { lines: said, ...of } of this.logsOf(owner)) {
        for (const line of said.slice(-lines)) yield { ...of, line };
      }
      for await (const [line] of coming) yield line;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.followers -= 1;
      leave?.();
    }
  }

  #checkOwned(owner: WorkloadOwner, objects: readonly KubernetesObject[]): void {
    const ofOthers = [...this.objects]
      .filter(([key]) => key !== keyOf(owner) && key.startsWith(`${owner.namespace}/`))
      .flatMap(([, others]) => others.map(nameOf));
    const isForeign = (name: string) =>
      this.foreign.has(`${owner.namespace}/${name}`) || ofOthers.includes(name);
    const found = objects.map(nameOf).find(isForeign);
    if (found === undefined) return;
    throw new DomainError('CONFLICT', `the namespace ${owner.namespace} has a ${found} that is not ours`);
  }
}

/** Changes are refused by the name `namespace/deploymentId`, and wait for what the cluster's questions wait for. */
export function workloadsOf(cluster: MemoryCluster): Workloads {
  const { workloads } = cluster;
  return {
    identify: async (signal) => unlessAborted(cluster.reached, signal),
    apply: async (owner, objects, { dryRun }, signal) => {
      cluster.change(`apply ${keyOf(owner)}${dryRun ? ' dryRun' : ''}`, keyOf(owner), signal);
      await cluster.held;
      signal.throwIfAborted();
      return workloads.apply(owner, objects, dryRun);
    },
    stateOf: async (owner, signal) => {
      cluster.answer(`stateOf ${keyOf(owner)}`, signal);
      return workloads.stateOf(owner);
    },
    logsOf: async (owner, lines, signal, allowance) => {
      cluster.answer(`logsOf ${keyOf(owner)}`, signal);
      return workloads.logsOf(owner).map((log) => {
        const tail = new LogTail(lines, allowance);
        tail.push(log.lines);
        return { ...log, lines: tail.lines };
      });
    },
    async *followLogs(owner, lines, signal, room) {
      cluster.answer(`followLogs ${keyOf(owner)}`, signal);
      yield* workloads.followLogs(owner, lines, signal, room);
    },
    removePods: async (owner, nodes, signal) => {
      cluster.change(`removePods ${keyOf(owner)} ${nodes.join()}`, keyOf(owner), signal);
      await unlessAborted(cluster.held, signal);
    },
    hasHelmController: async (signal) => {
      cluster.answer('hasHelmController', signal);
      return workloads.hasHelmController;
    },
  };
}
