import type { EntityManager } from '@mikro-orm/postgresql';
import { bulkhead } from 'cockatiel';
import { sql } from 'kysely';
import { rowsOf } from '../../database/rows.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { SecretBox } from '../../kernel/secrets.js';
import type { ClusterClient, ClusterConnector } from './cluster.port.js';

/** Longest wait for a cluster's answer while somebody waits for ours, in milliseconds. */
const PATIENCE = 15_000;

/** Questions under way at once, since one query may ask hundreds of clusters. */
const MAX_QUESTIONS = 16;
const MAX_WAITING = 1000;

const contextOf = (uid: string): string => `cluster ${uid}`;

/** Clusters themselves, through their stored kubeconfigs, which leave this service only towards the connector. */
export class ClusterAccess {
  readonly #questions = bulkhead(MAX_QUESTIONS, MAX_WAITING);

  constructor(
    private readonly secrets: SecretBox,
    private readonly connector: () => Promise<ClusterConnector>,
  ) {}

  seal(kubeconfig: string, uid: string): string {
    return this.secrets.seal(kubeconfig, contextOf(uid));
  }

  /** What the cluster is that the kubeconfig reaches; throws why it cannot be used. */
  async preflight(kubeconfig: string, signal: AbortSignal): Promise<{ uid: string; version: string }> {
    const client = (await this.connector()).open(kubeconfig);
    return this.#within(client, signal, async (client, limit) => client.preflight(limit));
  }

  /** A client of a stored cluster, for the caller to close; NOT_FOUND when there is none. */
  async open(em: EntityManager, id: number): Promise<ClusterClient> {
    const [row] = await rowsOf(em, sql`select "uid", "kubeconfig" from "clusters" where "id" = ${id}`);
    if (!row) throw notFound('cluster', String(id));
    const connector = await this.connector();
    return connector.open(this.secrets.open(String(row['kubeconfig']), contextOf(String(row['uid']))));
  }

  /** Asks a stored cluster, not longer than a caller would wait. */
  async ask<T>(
    em: EntityManager,
    id: number,
    signal: AbortSignal,
    question: (client: ClusterClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.#questions.execute(async () => this.#within(await this.open(em, id), signal, question));
  }

  /** Lets a job work on a stored cluster; nothing where it is known no more. */
  async useIfKnown(
    em: EntityManager,
    id: number,
    work: (client: ClusterClient) => Promise<void>,
  ): Promise<void> {
    const [row] = await rowsOf(em, sql`select 1 from "clusters" where "id" = ${id}`);
    if (!row) return;
    const client = await this.open(em, id);
    try {
      await work(client);
    } finally {
      client.close();
    }
  }

  /** The signal of one call that shall not take longer than a caller would wait. */
  patience(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  }

  async #within<T>(
    client: ClusterClient,
    signal: AbortSignal,
    question: (client: ClusterClient, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(PATIENCE);
    try {
      return await question(client, AbortSignal.any([signal, timeout]));
    } catch (error) {
      if (!timeout.aborted || error instanceof DomainError) throw error;
      throw new DomainError('UPSTREAM_TIMEOUT', 'the cluster does not answer in time', {}, { cause: error });
    } finally {
      client.close();
    }
  }
}
