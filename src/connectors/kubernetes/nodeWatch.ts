import type { BulkheadPolicy } from 'cockatiel';
import { z } from 'zod';
import type { NodeChange, NodeObserver, NodeState } from '../../domains/edge/clusters/cluster.port.js';
import { asDomainError, type DomainError } from '../../kernel/errors.js';
import { Backoff } from './backoff.js';
import type { Connection } from './connection.js';
import { protocolFailure, statusOf } from './failures.js';
import type { CheckIdentity } from './identity.js';
import { isExpired, pages } from './list.js';
import { LabelRoom, readNode } from './node.js';
import { namedSchema, versionedSchema } from './objects.js';
import { OddNodes } from './oddNodes.js';
import { takeTurn } from './turn.js';
import { readVersion } from './version.js';
import { watchStream, type WatchEvent } from './watchStream.js';

const PATH = '/api/v1/nodes';
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
  /** Whether it can be known what happens between the list and the watch. */
  #isSeamless = true;
  #odd: OddNodes;
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
    this.#odd = new OddNodes(parts.connection);
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
    const { connection, identify } = this.parts;
    const { pace } = connection;
    const begin = performance.now();
    const events = watchStream(connection, {
      path: PATH,
      resourceVersion: this.#resourceVersion,
      signal: this.signal,
      // After the cluster has agreed, since it is that one which sends from now on.
      begun: async () => {
        await identify(this.signal);
        this.#tellVersion();
      },
      alive: () => this.#alive(),
      probe: async () => {
        await identify(this.signal);
        await this.#probe(pace.probe);
      },
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
    if ((taken === 0 && !isSteady()) || !this.#isSeamless) this.#resourceVersion = null;
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
    const { connection, identify } = this.parts;
    const nodes: NodeState[] = [];
    const odd = new OddNodes(connection);
    let resourceVersion = '';
    const room = new LabelRoom();
    // One by one, before the next is read.
    const item = z.unknown().transform((object) => readNode(object, room));
    const listing = { path: PATH, item, within: connection.pace.list, signal: this.signal };
    for await (const page of pages(connection, listing)) {
      this.#alive();
      for (const node of page.items) {
        if ('complaint' in node) odd.add(node);
        else nodes.push(node);
      }
      this.#checkCount(nodes.length + odd.count);
      ({ resourceVersion } = page);
    }
    // Another cluster may have taken its place while it was read.
    await identify(this.signal);
    await this.#tell({ kind: 'all', nodes });
    this.#odd = odd;
    if (odd.failure) this.parts.observer.failed(odd.failure);
    this.#isSeamless = resourceVersion !== '';
    return resourceVersion;
  }

  #checkCount(count: number): void {
    if (count > MOST_NODES) throw protocolFailure(this.parts.connection, `has more than ${MOST_NODES} nodes`);
  }

  async #take({ type, object }: WatchEvent): Promise<void> {
    if (type !== 'BOOKMARK') await this.#takeNode(object, type === 'DELETED');
    const versioned = versionedSchema.safeParse(object);
    if (versioned.success) this.#resourceVersion = versioned.data.metadata.resourceVersion;
  }

  async #takeNode(object: unknown, isGone: boolean): Promise<void> {
    const { connection, observer } = this.parts;
    const node = readNode(object, new LabelRoom());
    // Without a name, only the list tells what has changed.
    const name = node.name ?? connection.parse(namedSchema, object).metadata.name;
    this.#odd.delete(name);
    const isOdd = 'complaint' in node;
    if (isGone || isOdd) await this.#tell({ kind: 'gone', name });
    else await this.#tell({ kind: 'set', node });
    if (isGone || !isOdd) return;
    this.#odd.add(node);
    this.#checkCount(this.#odd.count);
    if (this.#odd.failure) observer.failed(this.#odd.failure);
  }

  #alive(): void {
    this.parts.observer.alive(this.#odd.failure);
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
    const { connection } = this.parts;
    const { signal } = this;
    await connection.list({ path: PATH, query: { limit: '1' }, item: DROPPED, signal, within });
    this.#alive();
  }
}
