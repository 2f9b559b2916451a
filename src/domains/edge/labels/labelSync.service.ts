import type { Database } from '../../../database/database.js';
import { DomainError } from '../../../kernel/errors.js';
import type { ClusterClient } from '../clusters/cluster.port.js';
import { type ClusterAccess, withDeadline } from '../clusters/clusterAccess.service.js';
import { settleAll } from '../clusters/settleAll.js';
import { NODE_LABELS_APPLIED } from '../edge.topics.js';
import type { EdgeTables } from '../edge.tables.js';
import { ClusterNode } from '../nodes/node.entity.js';
import { labelsOf } from './labelsOf.js';

/** Nodes that are read at once. */
const BATCH = 100;

interface PendingNode {
  id: number;
  name: string;
  wanted: number;
  labels: string[];
}

async function setLabels(client: ClusterClient, node: PendingNode, signal: AbortSignal): Promise<void> {
  try {
    await client.setNodeLabels(node.name, node.labels, signal);
  } catch (error) {
    // The node is gone, and its row will be; one of that name that comes instead has other needs.
    if (!(error instanceof DomainError) || error.code !== 'NOT_FOUND') throw error;
  }
}

/** Carries the labels that nodes shall have to Kubernetes. */
export class LabelSyncService {
  constructor(
    private readonly database: Database,
    private readonly access: ClusterAccess,
  ) {}

  /** Clusters with nodes whose labels have not arrived. */
  async pending(): Promise<number[]> {
    const clusters = await this.database.reader
      .getKysely<EdgeTables>()
      .selectFrom('nodes')
      .select('cluster_id as id')
      .distinct()
      .whereRef('labels_wanted', '>', 'labels_applied')
      .execute();
    return clusters.map(({ id }) => id);
  }

  /** Every node of the cluster that waits; throws when one could not be labelled. */
  async apply(clusterId: number, signal: AbortSignal): Promise<void> {
    const em = this.database.fork();
    await this.access.work(clusterId, async (client) =>
      settleAll(this.#waiting(clusterId), async (node) => {
        await withDeadline(signal, async (limit) => setLabels(client, node, limit));
        // What was wanted meanwhile is still to come.
        await em.nativeUpdate(ClusterNode, { id: node.id }, { labelsApplied: node.wanted });
      }),
    );
    await this.database.notifications.publish(em, NODE_LABELS_APPLIED, { clusterId });
  }

  async *#waiting(clusterId: number): AsyncGenerator<PendingNode> {
    let nodes = await this.#next(clusterId, 0);
    for (let last = nodes.at(-1); last; last = nodes.at(-1)) {
      yield* nodes;
      nodes = await this.#next(clusterId, last.id);
    }
  }

  async #next(clusterId: number, after: number): Promise<PendingNode[]> {
    const { reader } = this.database;
    const nodes = await reader
      .getKysely<EdgeTables>()
      .selectFrom('nodes')
      .select(['id', 'name', 'labels_wanted as wanted'])
      .where('cluster_id', '=', clusterId)
      .whereRef('labels_wanted', '>', 'labels_applied')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    // After what is wanted was counted: what comes in between is carried now, and once more.
    const labels = await labelsOf(
      reader,
      nodes.map(({ id }) => id),
    );
    return nodes.map((node, index) => ({ ...node, labels: labels[index] ?? [] }));
  }
}
