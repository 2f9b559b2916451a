import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { Batched } from '../../../kernel/batched.js';
import { DomainError, notFound } from '../../../kernel/errors.js';
import { KeyedTurns } from '../../../kernel/keyedTurns.js';
import type { SecretBox } from '../../../kernel/secrets.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { Cluster } from './cluster.entity.js';
import type { ClusterClient, ClusterConnector } from './cluster.port.js';
import { CLUSTER_SECRETS } from './cluster.secrets.js';
import { KeptClients } from './keptClients.js';

/** Longest wait for a cluster's answer while somebody waits for ours, in milliseconds. */
const PATIENCE = 15_000;

/** Questions to one cluster. */
const MOST_QUESTIONS = { atOnce: 4, waiting: 50 };

/** With its kubeconfig, sealed. */
type StoredCluster = Pick<Cluster, 'uid' | 'kubeconfig' | 'failure' | 'isReady'>;

const tooMany = () =>
  new DomainError('RATE_LIMITED', 'too many questions to this cluster wait', { retryAfter: 1 });

const STORED = selectionOfFields(['id', 'uid', 'kubeconfig', 'failure', 'isReady']);

function requireAlive(cluster: StoredCluster): StoredCluster {
  if (cluster.isReady) return cluster;
  const reason = cluster.failure ?? 'it does not answer';
  throw new DomainError('UPSTREAM_UNREACHABLE', `the cluster counts as dead: ${reason}`);
}

/** Settles with the work, or when patience is at its end, whether or not the work takes notice. */
export async function withDeadline<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  patience = PATIENCE,
): Promise<T> {
  const done = new AbortController();
  const tooLate = async () => {
    await delay(patience, undefined, { signal: done.signal });
    throw new DomainError('UPSTREAM_TIMEOUT', 'the cluster does not answer in time');
  };
  try {
    return await Promise.race([work(AbortSignal.any([signal, done.signal])), tooLate()]);
  } finally {
    done.abort();
  }
}

/** Clusters themselves, through their stored kubeconfigs, which leave this service only towards the connector. */
export class ClusterAccess {
  /** By cluster: what one of them holds up is its own. */
  readonly #turns = new KeyedTurns<number>(MOST_QUESTIONS, tooMany);
  readonly #kept = new KeptClients();
  /** What is looked for at about the same time is read together. */
  readonly #stored = new Batched<'all', number, StoredCluster | undefined>(async (_all, ids) =>
    this.#readStored(ids),
  );

  constructor(
    private readonly parts: {
      database: Database;
      secrets: SecretBox;
      connector: () => Promise<ClusterConnector>;
    },
  ) {}

  seal(kubeconfig: string, uid: string): string {
    return this.parts.secrets.seal(kubeconfig, CLUSTER_SECRETS.contextOf(uid));
  }

  /** What the cluster is that the kubeconfig reaches; throws why it cannot be used. */
  async preflight(kubeconfig: string, signal: AbortSignal): Promise<{ uid: string; version: string }> {
    return withDeadline(signal, async (limit) => {
      const client = await (await this.parts.connector()).open(kubeconfig);
      return client.preflight(limit).finally(() => client.close());
    });
  }

  /** Asks a cluster, not longer than a caller would wait, in milliseconds; one that counts as dead is not asked. */
  async ask<T>(
    id: number,
    signal: AbortSignal,
    question: (client: ClusterClient, signal: AbortSignal) => Promise<T>,
    patience = PATIENCE,
  ): Promise<T> {
    const inTurn = async (limit: AbortSignal) =>
      this.#turns.run(id, async () => {
        limit.throwIfAborted();
        const stored = await this.#find(id);
        if (!stored) throw notFound('cluster', String(id));
        const client = await this.#open(requireAlive(stored));
        return question(client, limit).finally(() => client.close());
      });
    return withDeadline(signal, inTurn, patience);
  }

  /** Works on a cluster for as long as that takes; does nothing where it is known no more. */
  async use(id: number, work: (client: ClusterClient) => Promise<void>): Promise<void> {
    const stored = await this.#find(id);
    if (stored) await this.#workOn(stored, work);
  }

  /** Lets a job work on a cluster that does not count as dead; UPSTREAM_UNREACHABLE for one that does. */
  async work(id: number, job: (client: ClusterClient) => Promise<void>): Promise<void> {
    const stored = await this.#find(id);
    if (stored) await this.#workOn(requireAlive(stored), job);
  }

  /** The same for a job that comes back soon, whose client may be one that was used before: which cluster it is must be asked. */
  async workAgain(id: number, job: (client: ClusterClient) => Promise<void>): Promise<void> {
    const stored = await this.#find(id);
    if (!stored) return;
    const { uid, kubeconfig } = requireAlive(stored);
    await this.#kept.use(`${uid} ${kubeconfig}`, async () => this.#open(stored), job);
  }

  async #workOn(stored: StoredCluster, work: (client: ClusterClient) => Promise<void>): Promise<void> {
    const client = await this.#open(stored);
    await work(client).finally(() => client.close());
  }

  async #find(id: number): Promise<StoredCluster | undefined> {
    return this.#stored.add('all', id);
  }

  async #readStored(ids: readonly number[]): Promise<(StoredCluster | undefined)[]> {
    const rows = await rowsBy(this.parts.database.reader, Cluster, 'id', ids, { selection: STORED });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id));
  }

  async #open({ uid, kubeconfig }: StoredCluster): Promise<ClusterClient> {
    const { secrets, connector } = this.parts;
    return (await connector()).open(secrets.open(kubeconfig, CLUSTER_SECRETS.contextOf(uid)), uid);
  }
}
