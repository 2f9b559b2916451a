import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Related } from '../../../database/related.js';
import type { RequestContext } from '../../../kernel/context.js';
import type { Page } from '../../../kernel/pages.js';
import { itemSelectionOf } from '../../../kernel/selection.js';
import type { Permission } from '../../identity/index.js';
import { type CapacityService, MAX_EVENTS } from './capacity.service.js';
import {
  Cluster,
  ClusterCapacity,
  ClusterEvent,
  ClusterEventReading,
  ResourceAmount,
  ResourceReading,
} from './cluster.entity.js';
import {
  type ClusterArgs,
  ClusterList,
  ClusterPayload,
  DeleteClusterInput,
  RegisterClusterInput,
  UpdateClusterInput,
} from './cluster.inputs.js';
import type { ClusterService } from './cluster.service.js';
import type { ClusterLabelService } from '../labels/clusterLabel.service.js';
import { CLUSTER_CHANGED, type ClusterChange } from '../edge.topics.js';
import type { ClusterNode } from '../nodes/node.entity.js';
import { type ClusterNodeArgs, ClusterNodeList } from '../nodes/node.inputs.js';
import { OF_CLUSTER, type NodeService } from '../nodes/node.service.js';

const DEFAULT_EVENTS = 20;
const LIMIT = `How many, at most ${MAX_EVENTS}; the latest first`;

/** No class, into whose instance type-graphql would copy every row. */
type ClusterKey = Pick<Cluster, 'id'>;

@Resolver(() => Cluster)
export class ClusterResolver {
  constructor(
    private readonly service: ClusterService,
    private readonly labelService: ClusterLabelService,
    private readonly nodeService: NodeService,
    private readonly capacityService: CapacityService,
  ) {}

  @Authorized<Permission>('cluster:read')
  @Query(() => ClusterList.Connection, { description: 'The clusters' })
  async clusters(
    @Ctx() ctx: RequestContext,
    @Args(() => ClusterList.Args) args: ClusterArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Cluster>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('cluster:read')
  @Query(() => Cluster, {
    nullable: true,
    description: 'The cluster with this key or this name, one of which must be given, or null',
  })
  async cluster(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Key of the cluster' }) id?: string | null,
    @Arg('name', () => String, { nullable: true, description: 'Name of the cluster' }) name?: string | null,
  ): Promise<Cluster | null> {
    return this.service.findBy(ctx, { id, name });
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => ClusterPayload, {
    description:
      'Registers a cluster once it answers and allows what is needed. BAD_USER_INPUT for a kubeconfig that cannot be used: its credentials are refused, its account lacks a permission, the cluster is too old. CONFLICT for a name that is taken and for a cluster that is registered already',
  })
  async registerCluster(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RegisterClusterInput, { description: 'The cluster' }) input: RegisterClusterInput,
  ): Promise<ClusterPayload> {
    return { cluster: await this.service.create(ctx, input) };
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => ClusterPayload, {
    description:
      'Replaces the kubeconfig of a cluster. BAD_USER_INPUT when it reaches another cluster, and as registerCluster',
  })
  async updateCluster(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => UpdateClusterInput, { description: 'The kubeconfig' })
    { id, ...changes }: UpdateClusterInput,
  ): Promise<ClusterPayload> {
    return { cluster: await this.service.update(ctx, id, changes) };
  }

  @Authorized<Permission>('cluster:write')
  @Mutation(() => ClusterPayload, {
    description:
      'Forgets a cluster with its nodes and labels; in the cluster itself nothing changes. NOT_FOUND for an unknown one, CONFLICT, which names them, while deployments are in it',
  })
  async deleteCluster(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteClusterInput, { description: 'Which cluster' }) { id }: DeleteClusterInput,
  ): Promise<ClusterPayload> {
    return { cluster: await this.service.remove(ctx, id) };
  }

  @Authorized<Permission>('cluster:read')
  @Subscription(() => Cluster, {
    topics: CLUSTER_CHANGED.name,
    filter: ({ payload, args }: { payload: ClusterChange; args: { id?: string | null } }) =>
      payload.change !== 'DELETED' && (args.id == null || args.id === String(payload.id)),
    description:
      'Tells of a cluster that was registered or changed, that turned alive or dead, or whose nodes came, went or turned',
  })
  async clusterUpdated(
    @Root() { id }: ClusterChange,
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Only this cluster' }) _id?: string,
  ): Promise<Cluster> {
    return this.service.get(ctx, id);
  }

  @Authorized<Permission>('cluster:read')
  @Subscription(() => ID, {
    topics: CLUSTER_CHANGED.name,
    filter: ({ payload, args }: { payload: ClusterChange; args: { id?: string | null } }) =>
      payload.change === 'DELETED' && (args.id == null || args.id === String(payload.id)),
    description: 'Tells the key of a cluster that was deleted, which clusterUpdated cannot show any more',
  })
  clusterDeleted(
    @Root() { id }: ClusterChange,
    @Arg('id', () => ID, { nullable: true, description: 'Only this cluster' }) _id?: string,
  ): number {
    return id;
  }

  @FieldResolver(() => [String], { description: 'Its labels, the oldest first' })
  async labels(@Root() { id }: ClusterKey, @Ctx() ctx: RequestContext): Promise<string[]> {
    return (await this.labelService.of(ctx, id)).map(({ name }) => name);
  }

  @Related(OF_CLUSTER)
  @FieldResolver(() => ClusterNodeList.Connection, { description: 'Its nodes' })
  async nodes(
    @Root() { id }: ClusterKey,
    @Ctx() ctx: RequestContext,
    @Args(() => ClusterNodeList.Args) args: ClusterNodeArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<ClusterNode>> {
    return this.nodeService.listOf(ctx, id, args, itemSelectionOf(info));
  }

  @FieldResolver(() => [ClusterEvent], {
    nullable: true,
    description:
      'What happened in it lately, read from it now: in the namespace of the business of the caller and to what belongs to the cluster; system administrators see all. Null, with an error UPSTREAM_*, when it does not tell within CLUSTER_PATIENCE, 2 seconds unless set otherwise',
  })
  async events(
    @Root() { id }: ClusterKey,
    @Ctx() ctx: RequestContext,
    @Arg('limit', () => Int, { defaultValue: DEFAULT_EVENTS, description: LIMIT }) limit: number,
  ): Promise<ClusterEvent[]> {
    return this.capacityService.events(ctx, id, limit);
  }

  @FieldResolver(() => ClusterEventReading, {
    nullable: true,
    description:
      'The same as `events`, or what it told the last time within an hour when it does not tell within CLUSTER_PATIENCE; null, with the error, when it told nothing',
  })
  async lastEvents(
    @Root() { id }: ClusterKey,
    @Ctx() ctx: RequestContext,
    @Arg('limit', () => Int, { defaultValue: DEFAULT_EVENTS, description: LIMIT }) limit: number,
  ): Promise<ClusterEventReading> {
    const { value: events, ...reading } = await this.capacityService.lastEvents(ctx, id, limit);
    return { ...reading, events };
  }

  @FieldResolver(() => ClusterCapacity, { description: 'What its nodes offer and its pods ask for' })
  capacity(@Root() { id }: ClusterKey): ClusterCapacity {
    return { clusterId: id };
  }
}

@Resolver(() => ClusterCapacity)
export class ClusterCapacityResolver {
  constructor(private readonly service: CapacityService) {}

  @FieldResolver(() => ResourceAmount, {
    description: 'What pods may ask for on all nodes, dead and cordoned ones too, as these last reported',
  })
  async allocatable(
    @Root() { clusterId }: ClusterCapacity,
    @Ctx() ctx: RequestContext,
  ): Promise<ResourceAmount> {
    return this.service.allocatable(ctx, clusterId);
  }

  @FieldResolver(() => ResourceAmount, {
    nullable: true,
    description:
      'What all pods that are not finished ask for, read from the cluster now; null, with an error UPSTREAM_*, when it does not tell within CLUSTER_PATIENCE, 2 seconds unless set otherwise',
  })
  async requested(
    @Root() { clusterId }: ClusterCapacity,
    @Ctx() ctx: RequestContext,
  ): Promise<ResourceAmount> {
    return this.service.requested(ctx, clusterId);
  }

  @FieldResolver(() => ResourceReading, {
    nullable: true,
    description:
      'The same as `requested`, or what the cluster told the last time within an hour when it does not tell within CLUSTER_PATIENCE; null, with the error, when it told nothing',
  })
  async lastRequested(
    @Root() { clusterId }: ClusterCapacity,
    @Ctx() ctx: RequestContext,
  ): Promise<ResourceReading> {
    const { value: amount, ...reading } = await this.service.lastRequested(ctx, clusterId);
    return { ...reading, amount };
  }
}
