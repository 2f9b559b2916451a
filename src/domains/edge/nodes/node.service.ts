import { sql } from 'kysely';
import { together, whereOf } from '../../../database/filter.js';
import { type RowQuery, pageOfRows, pagesOfRows, rowOrder } from '../../../database/rowPage.js';
import { isAmong } from '../../../database/rowCondition.js';
import { rowsOf } from '../../../database/rows.js';
import type { RequestContext } from '../../../kernel/context.js';
import { notFound } from '../../../kernel/errors.js';
import type { ListArgs, Page } from '../../../kernel/pages.js';
import { EVERYTHING, type Selection } from '../../../kernel/selection.js';
import { parseId } from '../../../kernel/validation.js';
import type { ClusterNode } from './node.entity.js';
import type { ClusterNodeFilter, ClusterNodeOrderField } from './node.inputs.js';
import { nodeRows } from './node.rows.js';

const BY_CLUSTER = { property: 'clusterId', column: 'n.cluster_id' } as const;
const KUBERNETES_LABELS = {};

const queryOf = (
  { filter, orderBy, ...page }: ListArgs<ClusterNodeFilter, ClusterNodeOrderField>,
  selection: Selection,
): RowQuery => ({ args: page, where: whereOf(filter, together), order: rowOrder(orderBy), selection });

/** jsonb, which the two databases' clients read differently. */
const objectOf = (value: unknown) =>
  (typeof value === 'string' ? JSON.parse(value) : value) as Record<string, string>;

/** The nodes of all clusters, as these report them. */
export class NodeService {
  readonly #rows: ReturnType<typeof nodeRows>;

  /** `silence`: milliseconds without an answer after which a cluster counts as dead. */
  constructor(silence: number) {
    this.#rows = nodeRows(silence);
  }

  async find(ctx: RequestContext, id: string, selection = EVERYTHING): Promise<ClusterNode | null> {
    const key = parseId(id);
    if (key === null) return null;
    const rows = this.#rows;
    const loader = ctx.loaders.of<number, ClusterNode | null>(`node ${selection.key}`, async (ids) => {
      const reading = rows.reading(selection);
      const nodes = await rows.read(
        ctx.reader,
        reading,
        sql`(${reading.select} where ${isAmong('"n"."id"', ids)}) as "row"`,
      );
      const byId = new Map(nodes.map((node) => [node.id, node]));
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
    selection: Selection,
  ): Promise<Page<ClusterNode>> {
    return pageOfRows(ctx.reader, this.#rows, queryOf(args, selection));
  }

  /** The same page of several clusters is one statement. */
  async listOf(
    ctx: RequestContext,
    clusterId: number,
    args: ListArgs<ClusterNodeFilter, ClusterNodeOrderField>,
    selection: Selection,
  ): Promise<Page<ClusterNode>> {
    // At one place of a document the arguments are the same.
    const loader = ctx.loaders.of<number, Page<ClusterNode>>(selection, async (ids) =>
      pagesOfRows(ctx.reader, this.#rows, queryOf(args, selection), BY_CLUSTER, ids),
    );
    return loader.load(clusterId);
  }

  /** The labels of the node in Kubernetes, ours and others'. */
  async kubernetesLabels(ctx: RequestContext, id: number): Promise<Record<string, string>> {
    const loader = ctx.loaders.of<number, Record<string, string>>(KUBERNETES_LABELS, async (ids) => {
      const rows = await rowsOf(
        ctx.reader,
        sql`select "id", "kubernetes_labels" from "nodes" where ${isAmong('"id"', ids)}`,
      );
      const byId = new Map(rows.map((row) => [row['id'], objectOf(row['kubernetes_labels'])]));
      return ids.map((wanted) => byId.get(wanted) ?? {});
    });
    return loader.load(id);
  }
}
