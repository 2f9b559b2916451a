import type { GraphQLResolveInfo } from 'graphql';
import { Args, Authorized, Ctx, Info, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { type ListArgs, type Page, listArgsOf } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import type { Permission } from '../identity/index.js';
import type { Job } from './job.entity.js';
import { JobConnection, JobFilter, JobOrder, type JobOrderField } from './job.inputs.js';
import type { JobService } from './job.service.js';

const JobsArgs = listArgsOf(JobFilter, JobOrder, 'jobs', 'the newest first when left out');

@Resolver()
export class JobResolver {
  constructor(private readonly service: JobService) {}

  @Authorized<Permission>('job:read')
  @Query(() => JobConnection, { description: 'The work in the background, what failed of it and why' })
  async jobs(
    @Ctx() ctx: RequestContext,
    @Args(() => JobsArgs) args: ListArgs<JobFilter, JobOrderField>,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Job>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }
}
