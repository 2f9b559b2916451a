import type { RequestContext } from '../../kernel/context.js';
import { authorise } from '../identity/index.js';
import type { Cluster } from './clusters/cluster.entity.js';
import type { ClusterService } from './clusters/cluster.service.js';
import type { ClusterNode } from './nodes/node.entity.js';
import type { NodeService } from './nodes/node.service.js';

/** As another subgraph may write it. */
type Key = string | number;

/** The clusters that other subgraphs refer to, by either key, read in one statement a key. */
export function clusterReference(clusters: ClusterService) {
  return async ({ id, name }: { id?: Key; name?: Key }, ctx: RequestContext): Promise<Cluster | null> => {
    authorise(ctx.principal, 'cluster:read');
    if (id !== undefined) return clusters.find(ctx, String(id));
    return name === undefined ? null : clusters.findByName(ctx, String(name));
  };
}

/** The nodes that other subgraphs refer to, read in one statement. */
export function clusterNodeReference(nodes: NodeService) {
  return async ({ id }: { id: Key }, ctx: RequestContext): Promise<ClusterNode | null> => {
    authorise(ctx.principal, 'cluster:read');
    return nodes.find(ctx, String(id));
  };
}
