import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { isAmongNames, rowsOf } from '../../../database/rows.js';

/** Days for which the labels of a node that has left its cluster wait for it to come back. */
const KEPT = 30;

/** Keeps the labels of nodes that are about to be deleted. */
export async function keepLabels(
  em: EntityManager,
  clusterId: number,
  names: readonly string[],
): Promise<void> {
  await rowsOf(
    em,
    sql`delete from "departed_node_labels"
      where "cluster_id" = ${clusterId} and "departed_at" < now() - ${KEPT} * interval '1 day'`,
  );
  await rowsOf(
    em,
    sql`insert into "departed_node_labels" ("cluster_id", "node_name", "name", "created_at", "departed_at")
      select "n"."cluster_id", "n"."name", "l"."name", "l"."created_at", now()
      from "nodes" as "n" join "node_labels" as "l" on "l"."node_id" = "n"."id"
      where "n"."cluster_id" = ${clusterId} and ${isAmongNames('"n"."name"', names)}`,
  );
}

/** Gives nodes that have come the labels that nodes of their names had when they left. */
export async function restoreLabels(
  em: EntityManager,
  clusterId: number,
  names: readonly string[],
): Promise<void> {
  await rowsOf(
    em,
    sql`with "kept" as (
        delete from "departed_node_labels"
        where "cluster_id" = ${clusterId} and ${isAmongNames('"node_name"', names)} returning *)
      insert into "node_labels" ("node_id", "cluster_id", "name", "created_at")
      select "n"."id", "n"."cluster_id", "k"."name", "k"."created_at" from "kept" as "k"
      join "nodes" as "n" on "n"."cluster_id" = "k"."cluster_id" and "n"."name" = "k"."node_name"
      on conflict do nothing`,
  );
}
