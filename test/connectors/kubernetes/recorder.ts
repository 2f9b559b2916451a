import type { NodeChange, NodeObserver, NodeState } from '../../../src/domains/edge/clusters/cluster.port.js';

/** An observer that keeps what it is told. */
export class Recorder implements NodeObserver {
  readonly changes: NodeChange[] = [];
  readonly failures: Error[] = [];
  readonly nodes = new Map<string, NodeState>();
  readonly versions: string[] = [];
  timesAlive = 0;
  /** What could not be read when the cluster was last heard of. */
  remaining: string | undefined;

  /** How often the whole list came. */
  get lists(): number {
    return this.changes.filter(({ kind }) => kind === 'all').length;
  }

  changed = (change: NodeChange): Promise<void> => {
    this.changes.push(change);
    if (change.kind === 'all') {
      this.nodes.clear();
      for (const node of change.nodes) this.nodes.set(node.name, node);
    }
    if (change.kind === 'set') this.nodes.set(change.node.name, change.node);
    if (change.kind === 'gone') this.nodes.delete(change.name);
    return Promise.resolve();
  };

  alive = (remaining?: Error): void => {
    this.timesAlive += 1;
    this.remaining = remaining?.message;
  };

  version = (version: string): void => {
    this.versions.push(version);
  };

  failed = (error: Error): void => {
    this.failures.push(error);
  };
}
