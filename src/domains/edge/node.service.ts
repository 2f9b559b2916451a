import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Where, whereOf } from '../../database/filter.js';
import {
  type RowQuery,
  conditionOf,
  pageOfRows,
  pagesOfRows,
  rowOrder,
  rowsOf,
} from '../../database/rows.js';
import type { RequestContext } from '../../kernel/context.js';
import { notFound } from '../../kernel/errors.js';
import type { ListArgs, Page } from '../../kernel/pages.js';
import { parseId } from '../../kernel/validation.js';
import { isAlive } from './cluster.rows.js';
import type { ClusterNode } from './node.entity.js';
import type { ClusterNodeFilter, ClusterNodeOrderField } from './node.inputs.js';
import { nodeRows } from './node.rows.js';

/** A numbered page, as the REST list has it; a page size of 0 is no limit. */
export interface NodeSearch {
  label?: string | undefined;
  clusterName?: string | undefined;
  name?: string | undefined;
  page: number;
  pageSize: number;
}

interface NodeCounts {
  total: number;
  ready: number;
}

const BY_ID = {};
const KUBERNETES_LABELS = {};

const queryOf = ({
  filter,
  orderBy,
  ...page
}: ListArgs<ClusterNodeFilter, ClusterNodeOrderField>): RowQuery => ({
  args: page,
  where: whereOf(filter),
  order: rowOrder(orderBy),
});

/** jsonb, which the two databases' clients read differently. */
const objectOf = (value: unknown) =>
  (typeof value === 'string' ? JSON.parse(value) : value) as Record<string, string>;

/** The nodes of all clusters, as these report them. */
export class NodeService {
  readonly #rows: ReturnType<typeof nodeRows>;

  /** `silence`: milliseconds without an answer after which a cluster counts as dead. */
  constructor(private readonly silence: number) {
    this.#rows = nodeRows(silence);
  }

  async find(ctx: RequestContext, id: string): Promise<ClusterNode | null> {
    const key = parseId(id);
    if (key === null) return null;
    const { select, from, read } = this.#rows;
    const loader = ctx.loaders.of<number, ClusterNode | null>(BY_ID, async (ids) => {
      const rows = await rowsOf(
        ctx.em,
        sql`select ${select} from ${from} where "n"."id" in (${sql.join(ids)})`,
      );
      const byId = new Map(rows.map((row) => [row['id'], read(row)]));
      return ids.map((wanted) => byId.get(wanted) ?? null);
    });
    return loader.load(key);
  }

  /** NOT_FOUND when one of them is gone. */
  async findMany(ctx: RequestContext, ids: readonly number[]): Promise<ClusterNode[]> {
    return Promise.all(
      ids.map(async (id) => {
        const node = await this.find(ctx, String(id));
        if (!node) throw notFound('node', String(id));
        return node;
      }),
    );
  }

  async list(
    ctx: RequestContext,
    args: ListArgs<ClusterNodeFilter, ClusterNodeOrderField>,
  ): Promise<Page<ClusterNode>> {
    return pageOfRows(ctx.em, this.#rows, queryOf(args));
  }

  /** The same page of several clusters is one statement. */
  async listOf(
    ctx: RequestContext,
    clusterId: number,
    args: ListArgs<ClusterNodeFilter, ClusterNodeOrderField>,
  ): Promise<Page<ClusterNode>> {
    const key = `nodes ${JSON.stringify(args, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
    const loader = ctx.loaders.of<number, Page<ClusterNode>>(key, async (ids) =>
      pagesOfRows(ctx.em, this.#rows, queryOf(args), sql.ref('n.cluster_id'), ids),
    );
    return loader.load(clusterId);
  }

  /** The labels of the node in Kubernetes, ours and others'. */
  async kubernetesLabels(ctx: RequestContext, id: number): Promise<Record<string, string>> {
    const loader = ctx.loaders.of<number, Record<string, string>>(KUBERNETES_LABELS, async (ids) => {
      const rows = await rowsOf(
        ctx.em,
        sql`select "id", "kubernetes_labels" from "nodes" where "id" in (${sql.join(ids)})`,
      );
      const byId = new Map(rows.map((row) => [row['id'], objectOf(row['kubernetes_labels'])]));
      return ids.map((wanted) => byId.get(wanted) ?? {});
    });
    return loader.load(id);
  }

  /** In the order in which they became known. */
  async search(ctx: RequestContext, search: NodeSearch): Promise<[ClusterNode[], NodeCounts]> {
    const { label, clusterName, name, page, pageSize } = search;
    const where: Where = {
      ...(label === undefined ? {} : { label: { $eq: label } }),
      ...(clusterName === undefined ? {} : { clusterName: { $eq: clusterName } }),
      ...(name === undefined ? {} : { name: { $eq: name } }),
    };
    const { select, from, columns, read } = this.#rows;
    const condition = conditionOf(where, columns);
    const limit = pageSize === 0 ? sql`` : sql`limit ${pageSize} offset ${(page - 1) * pageSize}`;
    const rows = await rowsOf(
      ctx.em,
      sql`select ${select} from ${from} where ${condition} order by "n"."id" ${limit}`,
    );
    const counts =
      label === undefined && name === undefined
        ? await this.#countByClusters(ctx, clusterName)
        : await this.#countNodes(ctx, condition);
    return [rows.map(read), counts];
  }

  /** From the clusters' own counts, whatever the number of nodes. */
  async #countByClusters(ctx: RequestContext, clusterName: string | undefined): Promise<NodeCounts> {
    const condition = clusterName === undefined ? sql`true` : sql`"c"."name" = ${clusterName}`;
    const [row] = await rowsOf(
      ctx.em,
      sql`select coalesce(sum("c"."node_count"), 0) as "total",
        coalesce(sum("c"."ready_node_count") filter (where ${isAlive(this.silence)}), 0) as "ready"
        from "clusters" as "c" where ${condition}`,
    );
    return { total: Number(row?.['total']), ready: Number(row?.['ready']) };
  }

  async #countNodes(ctx: RequestContext, condition: RawBuilder<SqlBool>): Promise<NodeCounts> {
    const [row] = await rowsOf(
      ctx.em,
      sql`select count(*) as "total", count(*) filter (where "n"."is_ready" and ${isAlive(this.silence)}) as "ready"
        from ${this.#rows.from} where ${condition}`,
    );
    return { total: Number(row?.['total']), ready: Number(row?.['ready']) };
  }
}
