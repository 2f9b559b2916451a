import type { BulkheadPolicy } from 'cockatiel';
import { z } from 'zod';
import type { NodeChange, NodeObserver, NodeState } from '../../domains/edge/clusters/cluster.port.js';
import { asDomainError, type DomainError } from '../../kernel/errors.js';
import { Backoff } from './backoff.js';
import type { Connection } from './connection.js';
import { protocolFailure, statusOf } from './failures.js';
import type { CheckIdentity } from './identity.js';
import { isExpired, pages } from './list.js';
import { nodeStateOf } from './node.js';
import { nodeSchema, versionedSchema } from './objects.js';
import { takeTurn } from './turn.js';
import { readVersion } from './version.js';
import { watchStream, type WatchEvent } from './watchStream.js';

const PATH = '/api/v1/nodes';
/** Shortened one by one: a list as the cluster sends it is many times as large. */
const NODE = nodeSchema.transform(nodeStateOf);

/** Some servers answer with all nodes where one is asked for. */
const DROPPED = z.unknown().transform(() => null);
/** Of one cluster, held in memory at once; Kubernetes itself supports 5,000. */
const MOST_NODES = 20_000;

/** The observer could not take a change in, which says nothing about the cluster. */
class NotTakenIn extends Error {}

/** Of an API server that has too much to do, and of what stands before it. */
const BUSY = new Set([429, 502, 503, 504]);

/** So often in a row a watch may be refused before a list makes up for watches that do not work, as behind some proxies. */
const MOST_REFUSALS = 5;

/** Then the watch can go on from where it was. */
const isAway = ({ code }: DomainError) => code === 'UPSTREAM_UNREACHABLE' || code === 'UPSTREAM_TIMEOUT';

/** Follows the nodes of one cluster: a list, then what changes after it, and again when that breaks. */
export class NodeWatch {
  /** Up to where the observer knows; null when it needs the whole list. */
  #resourceVersion: string | null = null;
  /** In a row, since the cluster was busy. */
  #refusals = 0;
  readonly #backoff: Backoff;

  constructor(
    private readonly parts: {
      connection: Connection;
      observer: NodeObserver;
      identify: CheckIdentity;
      /** In which all clusters take turns. */
      lists: BulkheadPolicy;
    },
    private readonly signal: AbortSignal,
  ) {
    const { backoffBase, backoffCap } = parts.connection.pace;
    this.#backoff = new Backoff(backoffBase, backoffCap);
  }

  /** Resolves when aborted. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      const retryAfter = await this.#follow().catch((error: unknown) => this.#failed(error));
      await this.#backoff.wait(this.signal, retryAfter);
    }
  }

  async #follow(): Promise<undefined> {
    this.#resourceVersion ??= await this.#list();
    const { connection, observer } = this.parts;
    const { pace } = connection;
    const begin = performance.now();
    const events = watchStream(connection, {
      path: PATH,
      resourceVersion: this.#resourceVersion,
      signal: this.signal,
      begun: () => this.#tellVersion(),
      alive: () => observer.alive(),
      probe: () => this.#probe(pace.probe),
    });
    const isSteady = () => performance.now() - begin >= pace.steady;
    let taken = 0;
    try {
      for await (const event of events) {
        await this.#take(event);
        this.#refusals = 0;
        taken += 1;
      }
    } finally {
      if (isSteady()) this.#backoff.reset();
    }
    // Where watches do not work, as behind some proxies, lists make up for them.
    if (taken === 0 && !isSteady()) this.#resourceVersion = null;
  }

  /** Milliseconds that the cluster wants to be left alone. */
  #failed(error: unknown): number {
    const failure = asDomainError(error);
    if (!this.#canGoOn(failure)) this.#resourceVersion = null;
    if (this.signal.aborted || error instanceof NotTakenIn || isExpired(error)) return 0;
    this.parts.observer.failed(failure);
    return (failure.details.retryAfter ?? 0) * 1000;
  }

  /** After anything else only a list is sure. */
  #canGoOn(failure: DomainError): boolean {
    if (!BUSY.has(statusOf(failure) ?? 0)) return isAway(failure);
    this.#refusals += 1;
    return this.#refusals % MOST_REFUSALS !== 0;
  }

  async #list(): Promise<string> {
    const { connection, identify, lists } = this.parts;
    const { patience, silence } = connection.pace;
    // Who does not answer takes no turn, and who waits for one is there all the same.
    const probe = async () => {
      await identify(this.signal);
      await this.#probe(2 * patience);
    };
    await probe();
    return takeTurn({
      turns: lists,
      work: async () => this.#takeAll(),
      meanwhile: probe,
      period: silence,
      signal: this.signal,
    });
  }

  async #takeAll(): Promise<string> {
    const { connection, observer } = this.parts;
    const nodes: NodeState[] = [];
    let resourceVersion = '';
    const listing = { path: PATH, item: NODE, within: connection.pace.list, signal: this.signal };
    for await (const page of pages(connection, listing)) {
      observer.alive();
      nodes.push(...page.items);
      if (nodes.length > MOST_NODES)
        throw protocolFailure(connection.named, `has more than ${MOST_NODES} nodes`);
      ({ resourceVersion } = page);
    }
    await this.#tell({ kind: 'all', nodes });
    return resourceVersion;
  }

  async #take({ type, object }: WatchEvent): Promise<void> {
    const { connection } = this.parts;
    if (type === 'DELETED') {
      await this.#tell({ kind: 'gone', name: connection.parse(NODE, object).name });
    } else if (type !== 'BOOKMARK') {
      await this.#tell({ kind: 'set', node: connection.parse(NODE, object) });
    }
    this.#resourceVersion = connection.parse(versionedSchema, object).metadata.resourceVersion;
  }

  async #tell(change: NodeChange): Promise<void> {
    try {
      await this.parts.observer.changed(change);
    } catch (error) {
      throw new NotTakenIn('a change was not taken in', { cause: error });
    }
  }

  /** An upgrade ends the watch. When the version cannot be read, it is at the next one. */
  #tellVersion(): void {
    const { connection, observer } = this.parts;
    readVersion(connection, this.signal).then(
      ({ gitVersion }) => observer.version(gitVersion),
      () => undefined,
    );
  }

  async #probe(within: number): Promise<void> {
    const { connection, observer } = this.parts;
    const { signal } = this;
    await connection.list({ path: PATH, query: { limit: '1' }, item: DROPPED, signal, within });
    observer.alive();
  }
}
