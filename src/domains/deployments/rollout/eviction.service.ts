import type { Database } from '../../../database/database.js';
import type { ClusterAccess, LabelEvictionService } from '../../edge/index.js';
import { settleAll, withDeadline } from '../../edge/index.js';
import type { DeploymentTables } from '../deployments.tables.js';
import { ownerOf } from './objects.service.js';

/** Takes deployments from nodes that have lost the label by which they chose them. */
export class EvictionService {
  constructor(
    private readonly database: Database,
    private readonly access: ClusterAccess,
    private readonly evictions: LabelEvictionService,
  ) {}

  async pending(): Promise<number[]> {
    return this.evictions.pending();
  }

  /** All that is pending in a cluster; what the cluster refuses holds nothing else up, and is thrown at the end. */
  async apply(clusterId: number, signal: AbortSignal): Promise<void> {
    const byLabel = Map.groupBy(await this.evictions.of(clusterId), ({ name }) => name);
    await settleAll(byLabel, async ([label, evictions]) => {
      const nodes = evictions.map(({ nodeName }) => nodeName);
      await settleAll(await this.#choosing(clusterId, label), async (deployment) =>
        this.access.work(clusterId, async (client) =>
          withDeadline(signal, async (limit) => client.removePods(ownerOf(deployment), nodes, limit)),
        ),
      );
      await this.evictions.done(clusterId, label, evictions);
    });
  }

  async #choosing(clusterId: number, label: string): Promise<{ id: number; businessId: number }[]> {
    return this.database.reader
      .getKysely<DeploymentTables>()
      .selectFrom('deployments as d')
      .innerJoin('deployment_targets as t', 't.deployment_id', 'd.id')
      .select(['d.id', 'd.business_id as businessId'])
      .where('t.cluster_id', '=', clusterId)
      .where('d.node_label', '=', label)
      .orderBy('d.id')
      .execute();
  }
}
