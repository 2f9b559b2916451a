import { Args, ArgsType, Authorized, Ctx, Field, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { type Order, type Page, PageArgs, orderOf } from '../../kernel/pages.js';
import type { Permission } from '../identity/index.js';
import { type Job, JobConnection, JobFilter, JobOrderField } from './job.entity.js';
import type { JobService } from './job.service.js';

const JobOrder = orderOf(JobOrderField, 'Job');

@ArgsType()
class JobsArgs extends PageArgs {
  @Field(() => JobFilter, { nullable: true, description: 'Which jobs; all when left out' })
  filter?: JobFilter | null;

  @Field(() => [JobOrder], { nullable: true, description: 'In which order; the newest first when left out' })
  orderBy?: Order<JobOrderField>[] | null;
}

@Resolver()
export class JobResolver {
  constructor(private readonly service: JobService) {}

  @Authorized<Permission>('job:read')
  @Query(() => JobConnection, { description: 'The work in the background, what failed of it and why' })
  async jobs(
    @Ctx() ctx: RequestContext,
    @Args(() => JobsArgs) { filter = null, orderBy = null, ...page }: JobsArgs,
  ): Promise<Page<Job>> {
    return this.service.list(ctx, { page, filter, orderBy });
  }
}
