import { sql } from 'kysely';
import type { Database } from '../../../database/database.js';
import { rowsOf } from '../../../database/rows.js';
import { DomainError } from '../../../kernel/errors.js';
import type { ClusterClient } from '../clusters/cluster.port.js';
import { type ClusterAccess, withDeadline } from '../clusters/clusterAccess.service.js';
import { settleAll } from '../clusters/settleAll.js';

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
    const rows = await rowsOf(
      this.database.fork(),
      sql`select distinct "cluster_id" from "nodes" where "labels_wanted" > "labels_applied"`,
    );
    return rows.map((row) => Number(row['cluster_id']));
  }

  /** Every node of the cluster that waits; throws when one could not be labelled. */
  async apply(clusterId: number, signal: AbortSignal): Promise<void> {
    const em = this.database.fork();
    await this.access.work(clusterId, async (client) =>
      settleAll(this.#waiting(clusterId), async (node) => {
        await withDeadline(signal, async (limit) => setLabels(client, node, limit));
        // What was wanted meanwhile is still to come.
        await rowsOf(em, sql`update "nodes" set "labels_applied" = ${node.wanted} where "id" = ${node.id}`);
      }),
    );
  }

  async *#waiting(clusterId: number): AsyncGenerator<PendingNode> {
    let nodes = await this.#next(clusterId, 0);
    for (let last = nodes.at(-1); last; last = nodes.at(-1)) {
      yield* nodes;
      nodes = await this.#next(clusterId, last.id);
    }
  }

  async #next(clusterId: number, after: number): Promise<PendingNode[]> {
    const rows = await rowsOf(
      this.database.fork(),
      sql`select "n"."id", "n"."name", "n"."labels_wanted",
          coalesce((select json_agg("l"."name" order by "l"."name") from "node_labels" as "l" where "l"."node_id" = "n"."id"), '[]'::json)::text as "labels"
        from "nodes" as "n" where "n"."cluster_id" = ${clusterId} and "n"."labels_wanted" > "n"."labels_applied"
          and "n"."id" > ${after} order by "n"."id" limit ${BATCH}`,
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      name: String(row['name']),
      wanted: Number(row['labels_wanted']),
      labels: JSON.parse(String(row['labels'])) as string[],
    }));
  }
}
