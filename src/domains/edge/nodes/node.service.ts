import type { Listing } from '../../../database/listing.js';
import { page } from '../../../database/page.js';
import { pagesOf } from '../../../database/pagesOf.js';
import { rowPerKey } from '../../../database/rowsBy.js';
import type { RequestContext } from '../../../kernel/context.js';
import { notFound } from '../../../kernel/errors.js';
import type { Page } from '../../../kernel/pages.js';
import { EVERYTHING, type Selection } from '../../../kernel/selection.js';
import { parseId } from '../../../kernel/validation.js';
import { ClusterNode } from './node.entity.js';
import { type ClusterNodeArgs, ClusterNodeList } from './node.inputs.js';

const { paths } = ClusterNodeList;

/** The nodes of a cluster. */
export const OF_CLUSTER = { entity: ClusterNode, owner: 'clusterId', paths } as const;

const listing = (args: ClusterNodeArgs, selection: Selection): Listing => ({ args, selection, paths });

/** The nodes of all clusters, as these report them. */
export class NodeService {
  async find(ctx: RequestContext, id: string, selection = EVERYTHING): Promise<ClusterNode | null> {
    const key = parseId(id);
    if (key === null) return null;
    const loader = ctx.loaders.of<number, ClusterNode | null>(`node ${selection.key}`, async (ids) =>
      rowPerKey(ctx.reader, ClusterNode, 'id', ids, { selection }),
    );
    return loader.load(key);
  }

  /** NOT_FOUND when one of them is gone. */
  async findMany(ctx: RequestContext, ids: readonly (number | string)[]): Promise<ClusterNode[]> {
    return Promise.all(
      ids.map(async (id) => {
        const node = await this.find(ctx, String(id));
        if (!node) throw notFound('node', String(id));
        return node;
      }),
    );
  }

  async list(ctx: RequestContext, args: ClusterNodeArgs, selection: Selection): Promise<Page<ClusterNode>> {
    return page(ctx.reader, ClusterNode, listing(args, selection));
  }

  /** The same page of several clusters is one statement. */
  async listOf(
    ctx: RequestContext,
    clusterId: number,
    args: ClusterNodeArgs,
    selection: Selection,
  ): Promise<Page<ClusterNode>> {
    // At one place of a document the arguments are the same.
    const loader = ctx.loaders.of<number, Page<ClusterNode>>(selection, async (ids) =>
      pagesOf(ctx.reader, ClusterNode, listing(args, selection), OF_CLUSTER.owner, ids),
    );
    return loader.load(clusterId);
  }
}
