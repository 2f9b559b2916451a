import type { GraphQLResolveInfo } from 'graphql';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { Related } from '../../../database/related.js';
import type { RequestContext } from '../../../kernel/context.js';
import type { Page } from '../../../kernel/pages.js';
import { itemSelectionOf, selectionOf } from '../../../kernel/selection.js';
import type { Permission } from '../../identity/index.js';
import { Cluster } from '../clusters/cluster.entity.js';
import type { ClusterService } from '../clusters/cluster.service.js';
import { ClusterNode } from './node.entity.js';
import { type ClusterNodeArgs, ClusterNodeList } from './node.inputs.js';
import type { NodeService } from './node.service.js';
import type { NodeLabelService } from '../labels/nodeLabel.service.js';

/** No class, into whose instance type-graphql would copy every row. */
type NodeKeys = Pick<ClusterNode, 'id' | 'clusterId'> & Partial<Pick<ClusterNode, 'cluster'>>;
type KubernetesLabels = Pick<ClusterNode, 'kubernetesLabels'>;

@Resolver(() => ClusterNode)
export class NodeResolver {
  constructor(
    private readonly service: NodeService,
    private readonly clusterService: ClusterService,
    private readonly labelService: NodeLabelService,
  ) {}

  @Authorized<Permission>('cluster:read')
  @Query(() => ClusterNodeList.Connection, { description: 'The nodes of all clusters' })
  async clusterNodes(
    @Ctx() ctx: RequestContext,
    @Args(() => ClusterNodeList.Args) args: ClusterNodeArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<ClusterNode>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('cluster:read')
  @Query(() => ClusterNode, { nullable: true, description: 'The node with this key, or null' })
  async clusterNode(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the node' }) id: string,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ClusterNode | null> {
    return this.service.find(ctx, id, selectionOf(info));
  }

  @Related({ entity: Cluster, by: 'clusterId' })
  @FieldResolver(() => Cluster, { description: 'Its cluster' })
  async cluster(@Root() { cluster, clusterId }: NodeKeys, @Ctx() ctx: RequestContext): Promise<Cluster> {
    return cluster ?? this.clusterService.get(ctx, clusterId);
  }

  @FieldResolver(() => [String], { description: 'The labels that were given to it here, by name' })
  async labels(@Root() { id }: NodeKeys, @Ctx() ctx: RequestContext): Promise<string[]> {
    return this.labelService.of(ctx, id);
  }

  @FieldResolver(() => GraphQLJSONObject, { description: 'All labels that it has in Kubernetes' })
  kubernetesLabels(@Root() { kubernetesLabels }: KubernetesLabels): Record<string, string> {
    return kubernetesLabels;
  }
}
