import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { parse } from '../../kernel/validation.js';
import type { Permission } from '../identity/index.js';
import type { ChangeService } from './change.service.js';
import { Deployment } from './deployment.entity.js';
import { AuditDeploymentInput, Decision, givenOf } from './deployment.inputs.js';
import type { DeploymentService } from './deployment.service.js';
import { DeploymentAudit } from './deploymentAudit.entity.js';
import {
  type DeploymentAuditArgs,
  DeploymentAuditList,
  DeploymentAuditPayload,
} from './deploymentAudit.inputs.js';

@Resolver(() => DeploymentAudit)
export class DeploymentAuditResolver {
  constructor(
    private readonly service: DeploymentService,
    private readonly changes: ChangeService,
  ) {}

  @Authorized<Permission>('deployment:audit')
  @Query(() => DeploymentAuditList.Connection, {
    description: "The changes of deployments of the caller's business; all for a system administrator",
  })
  async deploymentAudits(
    @Ctx() ctx: RequestContext,
    @Args(() => DeploymentAuditList.Args) args: DeploymentAuditArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<DeploymentAudit>> {
    return this.service.listAudits(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('deployment:audit')
  @Mutation(() => DeploymentAuditPayload, {
    description: 'Approves a change of a deployment, or turns it down. CONFLICT for one that is decided',
  })
  async auditDeployment(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => AuditDeploymentInput, { description: 'The outcome' })
    { id, ...input }: AuditDeploymentInput,
  ): Promise<DeploymentAuditPayload> {
    const { status, comment } = parse(Decision, givenOf(input), ['input']);
    const audit = await this.changes.audit(ctx, id, status, comment);
    return { audit, deployment: await this.service.get(ctx, String(audit.deploymentId)) };
  }

  @FieldResolver(() => Deployment, { description: 'The deployment' })
  async deployment(
    @Root() { deploymentId }: Pick<DeploymentAudit, 'deploymentId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Deployment> {
    return this.service.get(ctx, String(deploymentId));
  }
}
