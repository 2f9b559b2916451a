import { z } from 'zod';
import { type Edge, NodeLabelling, NodeUnlabelling } from '../../domains/edge/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { writtenList } from '../kit/pieces.js';
import { Code, Done, LabelList, PAGE, Success, chosenLabel, done, filterText } from './common.wire.js';
import { NodeFields, NodeWire, nodeText } from './node.wire.js';

const tag = 'Node Management';

const NodesQuery = z.object({
  field: NodeFields,
  nodeLabel: chosenLabel('Only nodes with this label; all without it'),
  clusterName: filterText('Only nodes of this cluster', 'lab'),
  nodeName: filterText('Only nodes of this name', 'node-1'),
  page: PAGE.page,
  pageSize: PAGE.pageSize,
});

/** ote 002, Node Management. */
export function nodeEndpoints({ nodeLists: lists, nodeLabels: labels }: Edge): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listNodes',
      route: 'GET /node',
      tag,
      summary: '1. Get node list',
      description:
        'Cluster by cluster, in the order in which they became known. `total` and `readyNodeCount` count all nodes under the filter. With a page size of 0 all are listed, up to 100,000; more answer 422.',
      access: 'cluster:read',
      query: NodesQuery,
      reply: z.object({
        code: Code,
        message: Success,
        data: z.array(NodeWire.partial()),
        meta: z.object({ readyNodeCount: z.int().meta({ description: 'Number of nodes that are alive' }) }),
        total: z.int(),
      }),
      errors: [],
      handle: async ({ query: { field, nodeLabel: label, clusterName, nodeName: name, ...page } }, ctx) => {
        const search = { label, clusterName, name, ...page };
        const { items, total, ready } = await lists.search(ctx, search, nodeText(field));
        return {
          message: 'success' as const,
          data: writtenList(items),
          meta: { readyNodeCount: ready },
          total,
        };
      },
    }),
    endpoint({
      id: 'addNodeLabel',
      route: 'POST /node/label',
      tag,
      summary: '2. Add label to node',
      description:
        'An unknown cluster or node answers 404, and then nothing changes. The label reaches Kubernetes as soon as the cluster answers.',
      access: 'cluster:write',
      body: NodeLabelling,
      reply: Done,
      errors: ['NOT_FOUND'],
      handle: async ({ body }, ctx) => done(labels.add(ctx, body)),
    }),
    endpoint({
      id: 'deleteNodeLabel',
      route: 'DELETE /node/label',
      tag,
      summary: '3. Delete label',
      description: 'An unknown cluster or node answers 404, and then nothing changes.',
      access: 'cluster:write',
      body: NodeUnlabelling,
      reply: Done,
      errors: ['NOT_FOUND'],
      handle: async ({ body }, ctx) => done(labels.remove(ctx, body)),
    }),
    endpoint({
      id: 'listNodeLabels',
      route: 'GET /node/label',
      tag,
      summary: '4. Get label list',
      description: 'Every label that a node has.',
      access: 'cluster:read',
      query: z.object({
        clusterName: filterText('Only labels of nodes of this cluster; all without it', 'lab'),
      }),
      reply: LabelList,
      errors: [],
      handle: async ({ query }, ctx) => ({
        message: 'success' as const,
        data: await labels.names(ctx, query.clusterName),
      }),
    }),
  ];
}
