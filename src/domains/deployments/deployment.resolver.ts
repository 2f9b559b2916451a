import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { parse } from '../../kernel/validation.js';
import { type Permission, isInTenant } from '../identity/index.js';
import type { ChangeService } from './change.service.js';
import { Deployment } from './deployment.entity.js';
import {
  CreateDeploymentInput,
  DeleteDeploymentInput,
  type DeploymentArgs,
  DeploymentList,
  DeploymentPayload,
  givenOf,
  NewDeployment,
  RollbackDeploymentInput,
  UpgradeDeploymentInput,
  VersionChange,
} from './deployment.inputs.js';
import type { DeploymentService } from './deployment.service.js';
import { DEPLOYMENT_CHANGED, type DeploymentChange } from './deployment.topics.js';
import { DEFAULT_LINES, DeploymentLogLine, TAIL } from './deploymentLogs.js';
import type { PreviewService } from './preview.service.js';
import type { WarningService } from './warning.service.js';

interface Services {
  deployments: DeploymentService;
  changes: ChangeService;
  previews: PreviewService;
  warnings: WarningService;
}

@Resolver(() => Deployment)
export class DeploymentResolver {
  constructor(private readonly services: Services) {}

  @Authorized<Permission>('deployment:read')
  @Query(() => DeploymentList.Connection, {
    description: "The deployments of the caller's business; all for a system administrator",
  })
  async deployments(
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentList.Args) args: DeploymentArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Deployment>> {
    return this.services.deployments.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('deployment:read')
  @Query(() => Deployment, { nullable: true, description: 'The deployment with this key, or null' })
  async deployment(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the deployment' }) id: string,
  ): Promise<Deployment | null> {
    return this.services.deployments.find(ctx, id);
  }

  @Authorized<Permission>('deployment:write')
  @Mutation(() => DeploymentPayload, {
    description:
      'Deploys an application, once an audit has approved it where the caller needs one. NOT_FOUND for an unknown application or version, CONFLICT for a name that is taken, FORBIDDEN for a caller without business',
  })
  async createDeployment(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateDeploymentInput, { description: 'The deployment' })
    { dryRun, ...input }: CreateDeploymentInput,
  ): Promise<DeploymentPayload> {
    const { changes, previews, warnings } = this.services;
    const draft = parse(NewDeployment, givenOf(input), ['input']);
    const preview = dryRun ? await previews.ofNew(ctx, draft) : null;
    const deployment = dryRun ? null : await changes.create(ctx, draft);
    return { deployment, preview, warnings: await warnings.of(ctx, draft, deployment) };
  }

  @Authorized<Permission>('deployment:write')
  @Mutation(() => DeploymentPayload, {
    description:
      'Deploys another version; it waits while one is under way. NOT_FOUND for an unknown version, CONFLICT while another change waits',
  })
  async upgradeDeployment(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => UpgradeDeploymentInput, { description: 'The version' })
    { id, dryRun, ...input }: UpgradeDeploymentInput,
  ): Promise<DeploymentPayload> {
    const { changes, previews, warnings } = this.services;
    const change = parse(VersionChange, givenOf(input), ['input']);
    const [deployment, preview] = dryRun
      ? await previews.ofUpgrade(ctx, id, change)
      : [await changes.upgrade(ctx, id, change), null];
    const wanted = { appName: deployment.appName, version: change.version };
    return { deployment, preview, warnings: await warnings.of(ctx, wanted, deployment) };
  }

  @Authorized<Permission>('deployment:write')
  @Mutation(() => DeploymentPayload, {
    description:
      'Deploys a version again that ran before, at once and in all clusters. NOT_FOUND for one that never did, CONFLICT while another change waits',
  })
  async rollbackDeployment(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RollbackDeploymentInput, { description: 'The version' })
    { id, ...input }: RollbackDeploymentInput,
  ): Promise<DeploymentPayload> {
    const change = parse(VersionChange, givenOf(input), ['input']);
    const deployment = await this.services.changes.rollBack(ctx, id, change);
    return { deployment, preview: null, warnings: [] };
  }

  @Authorized<Permission>('deployment:write')
  @Mutation(() => DeploymentPayload, {
    description:
      'Removes a deployment from every cluster. CONFLICT when that is asked for already, and while another change waits that the caller may not decide',
  })
  async deleteDeployment(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteDeploymentInput, { description: 'Which deployment' })
    { id, comment }: DeleteDeploymentInput,
  ): Promise<DeploymentPayload> {
    const deployment = await this.services.changes.remove(ctx, id, comment ?? '');
    return { deployment, preview: null, warnings: [] };
  }

  @Authorized<Permission>('deployment:read')
  @Subscription(() => Deployment, {
    topics: DEPLOYMENT_CHANGED.name,
    filter: ({
      payload,
      args,
      context: { principal },
    }: {
      payload: DeploymentChange;
      args: { id?: string | null };
      context: RequestContext;
    }) =>
      (args.id == null || args.id === String(payload.id)) &&
      principal !== null &&
      isInTenant(principal, payload.businessId),
    description: 'Tells of a deployment that has changed, or one of its targets, through any replica',
  })
  async deploymentUpdated(
    @Root() { id }: DeploymentChange,
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Only this deployment' }) _id?: string,
  ): Promise<Deployment> {
    return this.services.deployments.get(ctx, String(id));
  }

  @Authorized<Permission>('deployment:read')
  @Subscription(() => DeploymentLogLine, {
    subscribe: () => {
      throw new Error('the module feeds it');
    },
    description: 'The last lines that the pods of a deployment wrote, and those that come',
  })
  deploymentLogs(
    @Root() line: DeploymentLogLine,
    @Arg('id', () => ID, { description: 'Key of the deployment' }) _id: string,
    @Arg('tail', () => Int, { defaultValue: DEFAULT_LINES, description: TAIL }) _tail: number,
  ): DeploymentLogLine {
    return line;
  }
}
