import type { GraphQLResolveInfo } from 'graphql';
import { Args, Authorized, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import type { Permission } from '../identity/index.js';
import type { Job } from './job.entity.js';
import { type JobArgs, JobList } from './job.inputs.js';
import type { JobService } from './job.service.js';

@Resolver()
export class JobResolver {
  constructor(private readonly service: JobService) {}

  @Authorized<Permission>('job:read')
  @Query(() => JobList.Connection, { description: 'The work in the background, what failed of it and why' })
  async jobs(
    @Ctx() ctx: RequestContext,
    @Args(() => JobList.Args) args: JobArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Job>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }
}
