import { z } from 'zod';
import { ClusterLabelling, ClusterUnlabelling, type Edge } from '../../domains/edge/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { storableText } from '../../kernel/validation.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import {
  Code,
  Done,
  LabelList,
  PAGE,
  PAGE_WITHOUT_LIMIT,
  Success,
  chosenLabel,
  done,
  toSeconds,
} from './common.wire.js';

const tag = 'Cluster Management';

const ClusterRow = z.object({
  clusterName: z.string(),
  nodeCount: z.int().meta({ description: 'Number of nodes' }),
  isReady: z.boolean().meta({ description: 'Whether the cluster is alive' }),
});
const LabelRow = z.object({
  clusterLabel: z.string(),
  createTime: z.int().meta({ description: 'Seconds since 1970' }),
});
const pageOf = (row: z.ZodObject) =>
  z.object({ code: Code, message: Success, data: z.array(row), total: z.int() });

/** ote 002, Cluster Management. */
export function clusterEndpoints({ clusters, clusterLabels: labels }: Edge): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'listClusters',
      route: 'GET /cluster',
      tag,
      summary: '1. Get cluster list',
      description: 'All clusters, in the order of their registration, with how many nodes each has.',
      access: 'cluster:read',
      // ote 002, Cluster Management 1: no limit by default.
      query: z.object({
        ...PAGE_WITHOUT_LIMIT,
        clusterLabel: chosenLabel('Only clusters with this label; all without it'),
      }),
      reply: pageOf(ClusterRow),
      errors: [],
      handle: async ({ query: { clusterLabel: label, page, pageSize } }, ctx) => {
        const [found, total] = await clusters.search(ctx, { label, page, pageSize });
        const data = found.map(({ name, nodeCount, isReady }) => ({ clusterName: name, nodeCount, isReady }));
        return { message: 'success' as const, data, total };
      },
    }),
    endpoint({
      id: 'addClusterLabel',
      route: 'POST /cluster/label',
      tag,
      summary: '2. Add label to cluster',
      description: 'An unknown cluster answers 404, and then nothing changes.',
      access: 'cluster:write',
      body: ClusterLabelling,
      reply: Done,
      errors: ['NOT_FOUND'],
      handle: async ({ body }, ctx) => done(labels.add(ctx, body)),
    }),
    endpoint({
      id: 'deleteClusterLabel',
      route: 'DELETE /cluster/label',
      tag,
      summary: '3. Delete label',
      description: 'An unknown cluster answers 404, and then nothing changes.',
      access: 'cluster:write',
      body: ClusterUnlabelling,
      reply: Done,
      errors: ['NOT_FOUND'],
      handle: async ({ body }, ctx) => done(labels.remove(ctx, body)),
    }),
    endpoint({
      id: 'listClusterLabels',
      route: 'GET /cluster/label',
      tag,
      summary: '4. Get label list',
      description: 'Every label that a cluster has.',
      access: 'cluster:read',
      reply: LabelList,
      errors: [],
      handle: async (_input, ctx) => ({ message: 'success' as const, data: await labels.names(ctx) }),
    }),
    endpoint({
      id: 'getClusterLabels',
      route: 'GET /cluster/label/{clusterName}',
      tag,
      summary: '5. Get label',
      description: 'The labels of one cluster and when it got them.',
      access: 'cluster:read',
      params: z.object({ clusterName: storableText().meta({ description: 'Cluster name', example: 'lab' }) }),
      query: z.object({ page: PAGE.page, pageSize: PAGE.pageSize }),
      reply: pageOf(LabelRow),
      errors: ['NOT_FOUND'],
      handle: async ({ params, query }, ctx) => {
        const [found, total] = await labels.search(ctx, params.clusterName, query);
        const data = found.map(({ name, createdAt }) => ({
          clusterLabel: name,
          createTime: toSeconds(createdAt),
        }));
        return { message: 'success' as const, data, total };
      },
    }),
  ];
}
