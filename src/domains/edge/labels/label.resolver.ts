import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../../kernel/context.js';
import type { Permission } from '../../identity/index.js';
import type { ClusterLabelService } from './clusterLabel.service.js';
import {
  ClusterLabelInput,
  ClusterLabelPayload,
  NodeLabelInput,
  NodeLabelPayload,
  RemoveNodeLabelInput,
} from './label.inputs.js';
import type { LabelTargets } from './labelTargets.js';
import type { NodeLabelService } from './nodeLabel.service.js';

@Resolver()
export class LabelResolver {
  constructor(
    private readonly ofClusters: ClusterLabelService,
    private readonly ofNodes: NodeLabelService,
    private readonly targets: LabelTargets,
  ) {}

  @Authorized<Permission>('cluster:read')
  @Query(() => [String], { description: 'Every label that a cluster has, by name' })
  async clusterLabels(@Ctx() ctx: RequestContext): Promise<string[]> {
    return this.ofClusters.names(ctx);
  }

  @Authorized<Permission>('cluster:read')
  @Query(() => [String], { description: 'Every label that a node has, by name' })
  async nodeLabels(
    @Ctx() ctx: RequestContext,
    @Arg('clusterName', () => String, {
      nullable: true,
      description: 'Only on nodes of this cluster; all clusters when left out',
    })
    clusterName?: string | null,
  ): Promise<string[]> {
    return this.ofNodes.names(ctx, clusterName ?? undefined);
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => ClusterLabelPayload, {
    description:
      'Gives clusters a label; those that have it keep it. NOT_FOUND when one is unknown, and then nothing changes',
  })
  async addClusterLabel(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ClusterLabelInput, { description: 'The label and the clusters' })
    input: ClusterLabelInput,
  ): Promise<ClusterLabelPayload> {
    const clusterName = await this.targets.clustersOf(ctx, input);
    const { clusterLabel } = input;
    return { clusters: await this.ofClusters.add(ctx, { clusterName, clusterLabel }, ['input']) };
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => ClusterLabelPayload, {
    description:
      'Takes a label from clusters, where they have it. NOT_FOUND when one is unknown, and then nothing changes',
  })
  async removeClusterLabel(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ClusterLabelInput, { description: 'The label and the clusters' })
    input: ClusterLabelInput,
  ): Promise<ClusterLabelPayload> {
    const clusterName = await this.targets.clustersOf(ctx, input);
    const { clusterLabel } = input;
    return { clusters: await this.ofClusters.remove(ctx, { clusterName, clusterLabel }, ['input']) };
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => NodeLabelPayload, {
    description: 'Gives nodes a label, here at once and in Kubernetes as soon as their cluster answers',
  })
  async addNodeLabel(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => NodeLabelInput, { description: 'The label and the nodes' }) input: NodeLabelInput,
  ): Promise<NodeLabelPayload> {
    const nodes = await this.targets.nodesOf(ctx, input);
    const { nodeLabel } = input;
    return { nodes: await this.ofNodes.add(ctx, { ...nodes, nodeLabel }, ['input']) };
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => NodeLabelPayload, {
    description: 'Takes a label from nodes, here at once and in Kubernetes as soon as their cluster answers',
  })
  async removeNodeLabel(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RemoveNodeLabelInput, { description: 'The label and the nodes' })
    input: RemoveNodeLabelInput,
  ): Promise<NodeLabelPayload> {
    const nodes = await this.targets.nodesOf(ctx, input);
    const { nodeLabel, deleteDeploy } = input;
    return { nodes: await this.ofNodes.remove(ctx, { ...nodes, nodeLabel, deleteDeploy }, ['input']) };
  }
}
