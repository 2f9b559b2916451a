import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Authorized, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { Related } from '../../database/related.js';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf, selectionOf } from '../../kernel/selection.js';
import { App, type AppService } from '../apps/index.js';
import { Cluster, type ClusterService } from '../edge/index.js';
import { Business, type BusinessService, type Permission } from '../identity/index.js';
import { Deployment, DeploymentTarget } from './deployment.entity.js';
import { type DeploymentArgs, DeploymentList } from './deployment.inputs.js';
import { AUDITS, type DeploymentService, HISTORY, IN_CLUSTER, TARGETS } from './deployment.service.js';
import type { DeploymentAudit } from './deploymentAudit.entity.js';
import { type DeploymentAuditArgs, DeploymentAuditList } from './deploymentAudit.inputs.js';
import { DEFAULT_LINES, DeploymentLogs, TAIL } from './deploymentLogs.js';
import { type DeploymentTargetArgs, DeploymentTargetList } from './deploymentTarget.inputs.js';
import type { LogService } from './logs.service.js';

/** No class, into whose instance type-graphql would copy every row. */
type DeploymentKeys = Pick<Deployment, 'id' | 'appId' | 'businessId'>;

interface Services {
  deployments: DeploymentService;
  logs: LogService;
  apps: AppService;
  businesses: BusinessService;
}

/** What belongs to a deployment. */
@Resolver(() => Deployment)
export class DeploymentPartsResolver {
  constructor(private readonly services: Services) {}

  @FieldResolver(() => App, {
    nullable: true,
    description: 'The application that it runs, or shall; null when that is gone',
  })
  async app(@Root() { appId }: DeploymentKeys, @Ctx() ctx: RequestContext): Promise<App | null> {
    return appId === null ? null : this.services.apps.find(ctx, String(appId));
  }

  @FieldResolver(() => Business, { nullable: true, description: 'The business that it belongs to' })
  async business(
    @Root() { businessId }: DeploymentKeys,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return this.services.businesses.find(ctx, String(businessId));
  }

  @Related(TARGETS)
  @FieldResolver(() => DeploymentTargetList.Connection, { description: 'How far it is in each cluster' })
  async targets(
    @Root() { id }: DeploymentKeys,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentTargetList.Args) args: DeploymentTargetArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<DeploymentTarget>> {
    return this.services.deployments.targetsOf(ctx, id, args, itemSelectionOf(info));
  }

  @Related(AUDITS)
  @FieldResolver(() => DeploymentAuditList.Connection, { description: 'Every change that was asked for' })
  async audits(
    @Root() { id }: DeploymentKeys,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentAuditList.Args) args: DeploymentAuditArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<DeploymentAudit>> {
    return this.services.deployments.auditsOf(ctx, id, args, itemSelectionOf(info));
  }

  @Related(HISTORY)
  @FieldResolver(() => DeploymentAuditList.Connection, {
    description: 'The changes that were made, in their order',
  })
  async history(
    @Root() { id }: DeploymentKeys,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentAuditList.Args) args: DeploymentAuditArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<DeploymentAudit>> {
    return this.services.deployments.auditsOf(ctx, id, args, itemSelectionOf(info), HISTORY);
  }

  @FieldResolver(() => [DeploymentLogs], {
    nullable: true,
    description: 'The last lines that its pods wrote, read from each cluster now',
  })
  async logs(
    @Root() { id }: DeploymentKeys,
    @Ctx() ctx: RequestContext,
    @Arg('tail', () => Int, { defaultValue: DEFAULT_LINES, description: TAIL }) tail: number,
  ): Promise<DeploymentLogs[]> {
    return this.services.logs.of(ctx, id, tail);
  }
}

@Resolver(() => DeploymentTarget)
export class DeploymentTargetResolver {
  constructor(private readonly clusters: ClusterService) {}

  @Related({ entity: Cluster, by: 'clusterId' })
  @FieldResolver(() => Cluster, { nullable: true, description: 'The cluster; null when it is gone' })
  async cluster(
    @Root() { clusterId }: Pick<DeploymentTarget, 'clusterId'>,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Cluster | null> {
    return this.clusters.find(ctx, String(clusterId), selectionOf(info));
  }
}

/** Keys of what has deployments. */
type Key = Pick<Business, 'id'>;

@Resolver(() => Business)
export class BusinessDeploymentsResolver {
  constructor(private readonly service: DeploymentService) {}

  @Authorized<Permission>('deployment:read')
  @FieldResolver(() => DeploymentList.Connection, { description: 'The deployments of the business' })
  async deployments(
    @Root() { id }: Key,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentList.Args) args: DeploymentArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Deployment>> {
    return this.service.listOf(ctx, 'businessId', id, args, itemSelectionOf(info));
  }
}

@Resolver(() => App)
export class AppDeploymentsResolver {
  constructor(private readonly service: DeploymentService) {}

  @Authorized<Permission>('deployment:read')
  @FieldResolver(() => DeploymentList.Connection, {
    description: 'The deployments that run it in this version, or shall',
  })
  async deployments(
    @Root() { id }: Key,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentList.Args) args: DeploymentArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Deployment>> {
    return this.service.listOf(ctx, 'appId', id, args, itemSelectionOf(info));
  }
}

@Resolver(() => Cluster)
export class ClusterDeploymentsResolver {
  constructor(private readonly service: DeploymentService) {}

  @Authorized<Permission>('deployment:read')
  @FieldResolver(() => DeploymentList.Connection, {
    description: 'The deployments in the cluster that the caller may see',
  })
  async deployments(
    @Root() { id }: Key,
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentList.Args) args: DeploymentArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Deployment>> {
    return this.service.listOf(ctx, IN_CLUSTER, id, args, itemSelectionOf(info));
  }
}
