import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { oneOf, rowsOf } from '../../../database/rows.js';
import type { EdgeTables } from '../edge.tables.js';
import { NodeLabelCount } from './label.entity.js';

interface Nodes {
  clusterId: number;
  names: readonly string[];
}

interface Counts {
  nodes: number;
  ready: number;
}

/** How many of these nodes have each label. */
async function count(em: EntityManager, { clusterId, names }: Nodes): Promise<Map<string, Counts>> {
  const counts = await em
    .getKysely<EdgeTables>()
    .selectFrom('nodes as n')
    .innerJoin('node_labels as l', 'l.node_id', 'n.id')
    .select(({ fn }) => [
      'l.name',
      fn.countAll().as('nodes'),
      fn.countAll().filterWhere('n.is_ready', '=', true).as('ready'),
    ])
    .where('n.cluster_id', '=', clusterId)
    .where('n.name', '=', oneOf(names, 'text'))
    .groupBy('l.name')
    .execute();
  return new Map(
    counts.map(({ name, nodes, ready }) => [name, { nodes: Number(nodes), ready: Number(ready) }]),
  );
}

/**
 * Makes a change of these nodes or their labels and keeps the counts by label, from which lists take theirs. The caller
 * holds the cluster's row `for no key update`: two changes at once would each count without the other.
 */
export async function keepLabelCounts<T>(
  em: EntityManager,
  nodes: Nodes,
  change: () => Promise<T>,
): Promise<T> {
  const before = await count(em, nodes);
  const result = await change();
  const after = await count(em, nodes);
  const none = { nodes: 0, ready: 0 };
  const differences = [...new Set([...before.keys(), ...after.keys()])].map((name) => {
    const [was, is] = [before.get(name) ?? none, after.get(name) ?? none];
    return { name, nodes: is.nodes - was.nodes, ready: is.ready - was.ready };
  });
  const changed = differences.filter(({ nodes: all, ready }) => all !== 0 || ready !== 0);
  if (changed.length > 0) {
    // SQL, since counts are added to, of any number of labels in one parameter.
    await rowsOf(
      em,
      sql`insert into "node_label_counts" as "k" ("name", "cluster_id", "node_count", "ready_node_count")
        select "name", ${nodes.clusterId}::int, "nodes", "ready"
        from json_to_recordset(${JSON.stringify(changed)}::json) as "given" ("name" text, "nodes" int, "ready" int)
        on conflict ("name", "cluster_id") do update set "node_count" = "k"."node_count" + excluded."node_count",
          "ready_node_count" = "k"."ready_node_count" + excluded."ready_node_count"`,
    );
    await em.nativeDelete(NodeLabelCount, { cluster: nodes.clusterId, nodeCount: 0 });
  }
  return result;
}
