import { type RawBuilder, sql } from 'kysely';
import { rowsOf } from '../../../database/rows.js';
import { knownLimit } from '../../../database/rowsAt.js';
import { conditionOf } from '../../../database/condition.js';
import { TextWriter, textOfAll } from '../../../database/objectText.js';
import { sourceOf } from '../../../database/sourceOf.js';
import type { Column } from '../../../database/source.js';
import type { ObjectText } from '../../../kernel/answerText.js';
import type { RequestContext } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import { MOST_LISTED, type NumberedPage, type Window, windowOf } from '../../../kernel/pages.js';
import { Cluster } from '../clusters/cluster.entity.js';
import { ClusterNode } from './node.entity.js';
import { ClusterNodeList } from './node.inputs.js';

interface NodeFilter {
  label?: string | undefined;
  clusterName?: string | undefined;
  name?: string | undefined;
}

export type NodeSearch = NodeFilter & NumberedPage;

interface NodeList {
  /** Of the nodes of the page the JSON, with commas between them. */
  items: string;
  /** Under the filter, whatever the page. */
  total: number;
  ready: number;
}

/** For each cluster, how many nodes match and are ready, and which, by their keys. */
interface Matches {
  counts: RawBuilder<unknown>;
  keys: RawBuilder<unknown>;
}

/** SQL, since these are parts of the statement that reads a page. */
function matchesOf(label: string | undefined): Matches {
  if (label === undefined) {
    return {
      counts: sql`select "id", "node_count", "ready_node_count" from "clusters"`,
      keys: sql`select "n"."id" from "nodes" as "n" where "n"."cluster_id" = "p"."id" order by "n"."id"`,
    };
  }
  return {
    counts: sql`select "cluster_id" as "id", "node_count", "ready_node_count" from "node_label_counts" where "name" = ${label}`,
    keys: sql`select "l"."node_id" as "id" from "node_labels" as "l"
      where "l"."name" = ${label} and "l"."cluster_id" = "p"."id" order by "l"."node_id"`,
  };
}

/** The order in which nodes became known, cluster by cluster. */
const IN_ORDER = sql`order by "e"."cluster_id", "e"."id"`;

/** Numbered pages of the nodes of all clusters: cluster by cluster, in the order in which they became known. */
export class NodeListService {
  async search(
    ctx: RequestContext,
    { page, pageSize, ...filter }: NodeSearch,
    fields: ObjectText,
  ): Promise<NodeList> {
    const window = windowOf({ page, pageSize });
    if (pageSize !== 0 && filter.name === undefined) return this.#page(ctx, filter, window, fields);
    // Of a name there is at most one node in each cluster.
    return this.#all(ctx, filter, window, fields);
  }

  /** SQL, since it ends a list's statement in an order of its own and with a limit of its own. */
  async #all(
    ctx: RequestContext,
    filter: NodeFilter,
    { offset, limit }: Window,
    fields: ObjectText,
  ): Promise<NodeList> {
    const source = sourceOf(ctx.reader, ClusterNode);
    const given = Object.entries(filter).filter(([, value]) => value !== undefined);
    const scope = Object.fromEntries(given.map(([name, value]: [string, string]) => [name, { eq: value }]));
    const ready = source.column('isReady');
    const used: Column[] = [ready];
    const condition = conditionOf(scope, (name) => {
      const column = source.column(ClusterNodeList.paths[name] ?? name);
      used.push(column);
      return column;
    });
    const rows = new TextWriter(ctx.reader).rows(
      source,
      fields,
      { condition, used, end: sql`${IN_ORDER} limit ${MOST_LISTED + 1}` },
      [sql`${sql.raw(ready.sql)} as "ready"`, sql`row_number() over (${IN_ORDER}) as "place"`],
    );
    const list = await this.#read(
      ctx,
      sql`select count(*) as "total", count(*) filter (where "ready") as "ready", coalesce(
          string_agg("text", ',') filter (where "place" > ${offset}::bigint and "place" <= ${offset}::bigint + ${limit}), '') as "items"
        from (${rows}) as "row"`,
    );
    if (list.total > MOST_LISTED) {
      throw badInput([
        { path: 'pageSize', message: `must be given, since more than ${MOST_LISTED} nodes match` },
      ]);
    }
    return list;
  }

  async #read(ctx: RequestContext, statement: RawBuilder<unknown>): Promise<NodeList> {
    const [answer] = await rowsOf(ctx.reader, statement);
    const { items, total, ready } = answer ?? {};
    return { items: String(items), total: Number(total), ready: Number(ready) };
  }

  /**
   * The clusters' counts tell in which of them the page lies, so that no more than the keys of their nodes are passed
   * over. SQL, since it is one statement, so that the counts are those of the same moment.
   */
  async #page(
    ctx: RequestContext,
    { label, clusterName }: NodeFilter,
    { offset, limit }: Window,
    fields: ObjectText,
  ): Promise<NodeList> {
    const clusters = sourceOf(ctx.reader, Cluster);
    const isReady = sql.raw(clusters.column('isReady').sql);
    const { counts, keys } = matchesOf(label);
    const inCluster = clusterName === undefined ? sql`` : sql`where "e"."name" = ${clusterName}`;
    const found = sql`"e"."id" = any(array(select "id" from "key"))`;
    const rows = new TextWriter(ctx.reader).rows(sourceOf(ctx.reader, ClusterNode), fields, {
      condition: found,
      end: IN_ORDER,
    });
    return this.#read(
      ctx,
      sql`with "part" as materialized (
          select "e"."id", "k"."node_count" as "total", case when ${isReady} then "k"."ready_node_count" else 0 end as "ready",
            sum("k"."node_count") over (order by "e"."id") - "k"."node_count" as "before"
          from ${clusters.from()} join (${counts}) as "k" on "k"."id" = "e"."id" ${inCluster}),
        "key" as (
          select "found"."id" from "part" as "p" cross join lateral (
            ${keys} offset greatest(${offset}::bigint - "p"."before", 0) limit ${sql.lit(knownLimit(limit))}) as "found"
          where "p"."before" + "p"."total" > ${offset}::bigint and "p"."before" < ${offset}::bigint + ${limit}
          order by "p"."id", "found"."id" limit ${limit})
        select coalesce(sum("total"), 0) as "total", coalesce(sum("ready"), 0) as "ready", ${textOfAll(rows)} as "items"
        from "part"`,
    );
  }
}
