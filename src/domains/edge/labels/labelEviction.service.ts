import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW } from '../../../database/clock.js';
import type { Database } from '../../../database/database.js';
import { oneOf } from '../../../database/rows.js';
import type { EdgeTables } from '../edge.tables.js';
import type { LabelEviction } from './label.entity.js';

/** What shall leave a node. */
export type Eviction = Pick<LabelEviction, 'nodeName' | 'name' | 'createdAt'>;

/** Asks that deployments leave nodes that have just lost the label by which they chose them. */
export async function evict(em: EntityManager, nodeIds: readonly number[], label: string): Promise<void> {
  const tables = em.getKysely<EdgeTables>();
  await tables
    .insertInto('label_evictions')
    .columns(['cluster_id', 'node_name', 'name', 'created_at'])
    .expression(
      tables
        .selectFrom('nodes')
        .select((eb) => ['cluster_id', 'name as node_name', eb.val(label).as('name'), NOW.as('created_at')])
        .where('id', '=', oneOf(nodeIds, 'int')),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const removal = (em: EntityManager, clusterId: number, nodeNames: readonly string[], label: string) =>
  em
    .getKysely<EdgeTables>()
    .deleteFrom('label_evictions')
    .where('cluster_id', '=', clusterId)
    .where('name', '=', label)
    .where('node_name', '=', oneOf(nodeNames, 'text'));

/** Nodes that get a label again may keep what chooses them by it. */
export async function keep(
  em: EntityManager,
  clusterId: number,
  nodeNames: readonly string[],
  label: string,
): Promise<void> {
  await removal(em, clusterId, nodeNames, label).execute();
}

/** What shall leave nodes, once these have lost their labels in Kubernetes too: before, it would be placed there anew. */
export class LabelEvictionService {
  constructor(private readonly database: Database) {}

  /** Clusters with nodes that something shall leave. */
  async pending(): Promise<number[]> {
    const clusters = await this.#ready().select('e.cluster_id as id').distinct().execute();
    return clusters.map(({ id }) => id);
  }

  async of(clusterId: number): Promise<Eviction[]> {
    return this.#ready()
      .select(['e.node_name as nodeName', 'e.name', 'e.created_at as createdAt'])
      .where('e.cluster_id', '=', clusterId)
      .execute();
  }

  /** They are done; what has been asked anew meanwhile is not. */
  async done(clusterId: number, label: string, evictions: readonly Eviction[]): Promise<void> {
    const nodeNames = evictions.map(({ nodeName }) => nodeName);
    const times = new Set(evictions.map(({ createdAt }) => new Date(createdAt).getTime()));
    await removal(this.database.fork(), clusterId, nodeNames, label)
      .where(
        'created_at',
        'in',
        [...times].map((time) => new Date(time)),
      )
      .execute();
  }

  #ready() {
    return this.database.reader
      .getKysely<EdgeTables>()
      .selectFrom('label_evictions as e')
      .leftJoin('nodes as n', (on) =>
        on.onRef('n.cluster_id', '=', 'e.cluster_id').onRef('n.name', '=', 'e.node_name'),
      )
      .where((eb) => eb.or([eb('n.id', 'is', null), eb('n.labels_wanted', '=', eb.ref('n.labels_applied'))]));
  }
}
