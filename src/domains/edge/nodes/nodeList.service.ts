import { type RawBuilder, sql } from 'kysely';
import { rowsOf } from '../../../database/rows.js';
import { knownLimit } from '../../../database/rowsAt.js';
import { conditionOf } from '../../../database/condition.js';
import { TextWriter, textOfAll } from '../../../database/objectText.js';
import { sourceOf } from '../../../database/sourceOf.js';
import type { Column } from '../../../database/source.js';
import { Given, answerTo } from '../../../database/kept.js';
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

/** How many nodes of each cluster match, where it does not tell it itself, and of which rows they are known. */
interface Matches {
  counts: RawBuilder<unknown>;
  rows: RawBuilder<unknown>;
  key: RawBuilder<unknown>;
}

/** SQL, since these are parts of the statement that reads a page. */
const OFFSET = new Given(0);
const LIMIT = new Given(1);
const LABEL = new Given(2);
const CLUSTER = new Given(3);

/** SQL, since these are parts of the statement that reads a page. */
function matchesOf(label: string | undefined): Matches {
  if (label === undefined) return { counts: sql``, rows: sql`"nodes" as "n" where true`, key: sql`"n"."id"` };
  return {
    counts: sql`join (select "cluster_id" as "id", "node_count", "ready_node_count" from "node_label_counts" where "name" = ${LABEL}) as "k" on "k"."id" = "e"."id"`,
    rows: sql`"node_labels" as "n" where "n"."name" = ${LABEL}`,
    key: sql`"n"."node_id"`,
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
    const [answer] = await rowsOf(
      ctx.reader,
      sql`select count(*) as "total", count(*) filter (where "ready") as "ready", coalesce(
          string_agg("text", ',') filter (where "place" > ${offset}::bigint and "place" <= ${offset}::bigint + ${limit}), '') as "items"
        from (${rows}) as "row"`,
    );
    const list = listOf(answer);
    if (list.total > MOST_LISTED) {
      throw badInput([
        { path: 'pageSize', message: `must be given, since more than ${MOST_LISTED} nodes match` },
      ]);
    }
    return list;
  }

  /**
   * The clusters' counts tell in which of them a later page lies, so that no more than the keys of their nodes are passed
   * over. SQL, since it is one statement, so that the counts are those of the same moment.
   */
  async #page(
    ctx: RequestContext,
    { label, clusterName }: NodeFilter,
    { offset, limit }: Window,
    fields: ObjectText,
  ): Promise<NodeList> {
    const known = knownLimit(limit);
    const isFirst = offset === 0;
    const question = {
      of: fields,
      by: [ClusterNode.name, label !== undefined, clusterName !== undefined, known, isFirst],
      given: [offset, limit, label, clusterName],
    };
    const answer = await answerTo(ctx.reader, question, (writer) => {
      const clusters = writer.source(Cluster);
      const isReady = sql.raw(clusters.column('isReady').sql);
      const { counts, rows: matching, key } = matchesOf(label);
      const counted = sql.raw(label === undefined ? '"e"' : '"k"');
      const inCluster = clusterName === undefined ? sql`` : sql`where "e"."name" = ${CLUSTER}`;
      const ofCluster =
        clusterName === undefined ? sql`` : sql`and "n"."cluster_id" = (select "id" from "part")`;
      const before = isFirst
        ? sql``
        : sql`, sum(${counted}."node_count") over (order by "e"."id") - ${counted}."node_count" as "before"`;
      const keys = isFirst
        ? sql`select ${key} as "id" from ${matching} ${ofCluster} order by "n"."cluster_id", ${key} limit ${sql.lit(known)}`
        : sql`select "found"."id" from "part" as "p" cross join lateral (
            select ${key} as "id" from ${matching} and "n"."cluster_id" = "p"."id" order by ${key}
            offset greatest(${OFFSET}::bigint - "p"."before", 0) limit ${sql.lit(known)}) as "found"
          where "p"."before" + "p"."total" > ${OFFSET}::bigint and "p"."before" < ${OFFSET}::bigint + ${LIMIT}::bigint
          order by "p"."id", "found"."id" limit ${sql.lit(known)}`;
      const found = sql`"e"."id" = any(array(select "id" from (${keys}) as "first" limit ${LIMIT}::bigint))`;
      const rows = writer.rows(writer.source(ClusterNode), fields, { condition: found, end: IN_ORDER });
      return sql`with "part" as ${sql.raw(isFirst ? '' : 'materialized')} (
          select "e"."id", ${counted}."node_count" as "total",
            case when ${isReady} then ${counted}."ready_node_count" else 0 end as "ready" ${before}
          from ${clusters.from()} ${counts} ${inCluster})
        select coalesce(sum("total"), 0) as "total", coalesce(sum("ready"), 0) as "ready", ${textOfAll(rows)} as "items"
        from "part"`;
    });
    return listOf(answer);
  }
}

const listOf = (answer: Record<string, unknown> | undefined): NodeList => ({
  items: String(answer?.['items']),
  total: Number(answer?.['total']),
  ready: Number(answer?.['ready']),
});
