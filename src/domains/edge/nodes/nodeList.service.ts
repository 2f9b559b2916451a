import { type RawBuilder, sql } from 'kysely';
import { rowsOf } from '../../../database/rows.js';
import { conditionOf } from '../../../database/condition.js';
import { sourceOf } from '../../../database/sourceOf.js';
import type { Column } from '../../../database/source.js';
import type { RequestContext } from '../../../kernel/context.js';
import { badInput } from '../../../kernel/errors.js';
import { MOST_LISTED, type NumberedPage, windowOf } from '../../../kernel/pages.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { Cluster } from '../clusters/cluster.entity.js';
import { ClusterNode } from './node.entity.js';
import { ClusterNodeList } from './node.inputs.js';

interface NodeFilter {
  label?: string | undefined;
  clusterName?: string | undefined;
  name?: string | undefined;
}

export type NodeSearch = NodeFilter & NumberedPage;

/** Under the filter, whatever the page. */
interface NodeCounts {
  total: number;
  ready: number;
}

const LISTED = [
  'name',
  'operatingSystem',
  'clusterName',
  'kernelVersion',
  'isReady',
  'ip',
  'memory',
  'cpu',
  'gpuMemory',
  'disk',
] as const satisfies readonly (keyof ClusterNode)[];

const SELECTION = selectionOfFields(LISTED);

/** What lists show of a node. */
export type ListedNode = Pick<ClusterNode, (typeof LISTED)[number]>;

type Listing = [ListedNode[], NodeCounts];

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

/**
 * A limit that PostgreSQL knows when it plans, else it expects so many rows that it plans for each page anew. A power of
 * two, so that there are few statements.
 */
const knownLimit = (limit: number): RawBuilder<number> => sql.lit(2 ** Math.ceil(Math.log2(limit)));

/** The order in which nodes became known, cluster by cluster. */
const IN_ORDER = sql`order by "e"."cluster_id", "e"."id"`;

/** Numbered pages of the nodes of all clusters: cluster by cluster, in the order in which they became known. */
export class NodeListService {
  async search(ctx: RequestContext, { page, pageSize, ...filter }: NodeSearch): Promise<Listing> {
    const { offset, limit } = windowOf({ page, pageSize });
    if (pageSize !== 0 && filter.name === undefined) return this.#page(ctx, filter, offset, limit);
    // Of a name there is at most one node in each cluster.
    const [nodes, counts] = await this.#all(ctx, filter);
    return [nodes.slice(offset, offset + limit), counts];
  }

  /** SQL, since it ends a list's statement in an order of its own and with a limit of its own. */
  async #all(ctx: RequestContext, filter: NodeFilter): Promise<Listing> {
    const source = sourceOf(ctx.reader, ClusterNode);
    const { select, json, parse } = source.reading(SELECTION);
    const given = Object.entries(filter).filter(([, value]) => value !== undefined);
    const scope = Object.fromEntries(given.map(([name, value]: [string, string]) => [name, { eq: value }]));
    const columns: Column[] = [];
    const condition = conditionOf(scope, (name) => {
      const column = source.column(ClusterNodeList.paths[name] ?? name);
      columns.push(column);
      return column;
    });
    const [answer] = await rowsOf(
      ctx.reader,
      sql`select ${json} as "rows" from (
        ${select(columns)} where ${condition} ${IN_ORDER} limit ${MOST_LISTED + 1}) as "row"`,
    );
    const nodes = parse(answer?.['rows']);
    if (nodes.length > MOST_LISTED) {
      throw badInput([
        { path: 'pageSize', message: `must be given, since more than ${MOST_LISTED} nodes match` },
      ]);
    }
    return [nodes, { total: nodes.length, ready: nodes.filter(({ isReady }) => isReady).length }];
  }

  /**
   * The clusters' counts tell in which of them the page lies, so that no more than the keys of their nodes are passed
   * over. SQL, since it is one statement, so that the counts are those of the same moment.
   */
  async #page(
    ctx: RequestContext,
    { label, clusterName }: NodeFilter,
    offset: number,
    limit: number,
  ): Promise<Listing> {
    const { select, json, parse } = sourceOf(ctx.reader, ClusterNode).reading(SELECTION);
    const clusters = sourceOf(ctx.reader, Cluster);
    const isReady = sql.raw(clusters.column('isReady').sql);
    const { counts, keys } = matchesOf(label);
    const inCluster = clusterName === undefined ? sql`` : sql`where "e"."name" = ${clusterName}`;
    const [answer] = await rowsOf(
      ctx.reader,
      sql`with "part" as materialized (
          select "e"."id", "k"."node_count" as "total", case when ${isReady} then "k"."ready_node_count" else 0 end as "ready",
            sum("k"."node_count") over (order by "e"."id") - "k"."node_count" as "before"
          from ${clusters.from()} join (${counts}) as "k" on "k"."id" = "e"."id" ${inCluster}),
        "key" as (
          select "found"."id" from "part" as "p" cross join lateral (
            ${keys} offset greatest(${offset}::bigint - "p"."before", 0) limit ${knownLimit(limit)}) as "found"
          where "p"."before" + "p"."total" > ${offset}::bigint and "p"."before" < ${offset}::bigint + ${limit}
          order by "p"."id", "found"."id" limit ${limit}),
        "row" as (${select()} where "e"."id" = any(array(select "id" from "key")) ${IN_ORDER})
        select coalesce(sum("total"), 0) as "total", coalesce(sum("ready"), 0) as "ready", (select ${json} from "row") as "rows"
        from "part"`,
    );
    return [parse(answer?.['rows']), { total: Number(answer?.['total']), ready: Number(answer?.['ready']) }];
  }
}
