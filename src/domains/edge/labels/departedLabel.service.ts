import type { EntityManager } from '@mikro-orm/postgresql';
import { NOW, timeIn } from '../../../database/clock.js';
import { oneOf } from '../../../database/rows.js';
import type { EdgeTables } from '../edge.tables.js';

/** Milliseconds for which the labels of a node that has left its cluster wait for it to come back: 30 days. */
const KEPT = 30 * 86_400_000;

/** Keeps the labels of nodes that are about to be deleted. */
export async function keepLabels(
  em: EntityManager,
  clusterId: number,
  names: readonly string[],
): Promise<void> {
  const tables = em.getKysely<EdgeTables>();
  await tables
    .deleteFrom('departed_node_labels')
    .where('cluster_id', '=', clusterId)
    .where('departed_at', '<', timeIn(-KEPT))
    .execute();
  await tables
    .insertInto('departed_node_labels')
    .columns(['cluster_id', 'node_name', 'name', 'created_at', 'departed_at'])
    .expression(
      tables
        .selectFrom('nodes as n')
        .innerJoin('node_labels as l', 'l.node_id', 'n.id')
        .select(['n.cluster_id', 'n.name as node_name', 'l.name', 'l.created_at', NOW.as('departed_at')])
        .where('n.cluster_id', '=', clusterId)
        .where('n.name', '=', oneOf(names, 'text')),
    )
    .execute();
}

/** Gives nodes that have come the labels that nodes of their names had when they left. */
export async function restoreLabels(
  em: EntityManager,
  clusterId: number,
  names: readonly string[],
): Promise<void> {
  const kept = em
    .getKysely<EdgeTables>()
    .with('kept', (tables) =>
      tables
        .deleteFrom('departed_node_labels')
        .where('cluster_id', '=', clusterId)
        .where('node_name', '=', oneOf(names, 'text'))
        .returningAll(),
    );
  await kept
    .insertInto('node_labels')
    .columns(['node_id', 'cluster_id', 'name', 'created_at'])
    .expression((tables) =>
      tables
        .selectFrom('kept as k')
        .innerJoin('nodes as n', (on) =>
          on.onRef('n.cluster_id', '=', 'k.cluster_id').onRef('n.name', '=', 'k.node_name'),
        )
        .select(['n.id', 'n.cluster_id', 'k.name', 'k.created_at']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
