import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { parseHexId } from '../../kernel/hexIds.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { Business, type BusinessService, type Permission, isOwnedBy } from '../identity/index.js';
import type { GenerationService } from './generation.service.js';
import { YamlJob } from './yamlJob.entity.js';
import {
  DeleteYamlJobsInput,
  DeleteYamlJobsPayload,
  GenerateYamlInput,
  GenerateYamlPayload,
  type YamlJobArgs,
  YamlJobList,
} from './yamlJob.inputs.js';
import type { YamlJobService } from './yamlJob.service.js';
import { YAML_JOB_UPDATED, type YamlJobChange } from './yamlgen.topics.js';

@Resolver(() => YamlJob)
export class YamlJobResolver {
  constructor(
    private readonly service: YamlJobService,
    private readonly generations: GenerationService,
    private readonly businesses: BusinessService,
  ) {}

  @Authorized<Permission>('yaml:read')
  @Query(() => YamlJobList.Connection, {
    description:
      "The YAML jobs of the caller's business, or its own where it has none; all for a system administrator",
  })
  async yamlJobs(
    @Ctx() ctx: RequestContext,
    @Args(() => YamlJobList.Args) args: YamlJobArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<YamlJob>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('yaml:read')
  @Query(() => YamlJob, { nullable: true, description: 'The YAML job with this key, or null' })
  async yamlJob(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the job' }) id: string,
  ): Promise<YamlJob | null> {
    return this.service.find(ctx, id);
  }

  @Authorized<Permission>('yaml:write')
  @Mutation(() => GenerateYamlPayload, {
    description:
      'Fills templates from a workbook. BAD_USER_INPUT names the file, and the sheet, row, column or line in it; nothing is kept then. RATE_LIMITED while many are made',
  })
  async generateYaml(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => GenerateYamlInput, { description: 'What it is made of' })
    { excel, yaml, dryRun, ...input }: GenerateYamlInput,
  ): Promise<GenerateYamlPayload> {
    const paths = { workbook: 'input.excel', templates: 'input.yaml' };
    const files = { workbook: excel, templates: yaml, paths };
    if (dryRun === true)
      return { yamlJob: null, ...(await this.generations.preview(ctx, input, files, ['input'])) };
    const { job, generation } = await this.generations.generate(ctx, input, files, ['input']);
    return { yamlJob: job, ...generation };
  }

  @Authorized<Permission>('yaml:write')
  @Mutation(() => DeleteYamlJobsPayload, {
    description: 'Deletes YAML jobs with their files. NOT_FOUND when one is unknown; then none is deleted',
  })
  async deleteYamlJobs(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteYamlJobsInput, { description: 'Which jobs' }) { ids }: DeleteYamlJobsInput,
  ): Promise<DeleteYamlJobsPayload> {
    return { yamlJobs: await this.service.remove(ctx, ids, 'input.ids') };
  }

  @Authorized<Permission>('yaml:read')
  @Subscription(() => YamlJob, {
    topics: YAML_JOB_UPDATED.name,
    filter: ({
      payload,
      args: { id },
      context: { principal },
    }: {
      payload: YamlJobChange;
      args: { id?: string | null };
      context: RequestContext;
    }) =>
      (id == null || parseHexId(id) === payload.id) && principal !== null && isOwnedBy(principal, payload),
    description: 'Tells of a YAML job that is done, on whichever replica',
  })
  async yamlJobUpdated(
    @Root() { id }: YamlJobChange,
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { nullable: true, description: 'Only of this job' }) _id?: string,
  ): Promise<YamlJob> {
    return this.service.get(ctx, id);
  }

  @FieldResolver(() => String, {
    description:
      'The zip with its files, in base64. BAD_USER_INPUT where more than 32 MiB of such are asked for at once',
  })
  async content(@Root() { id }: Pick<YamlJob, 'id'>, @Ctx() ctx: RequestContext): Promise<string> {
    return (await this.service.contentOf(ctx, id)).toString('base64');
  }

  @FieldResolver(() => Business, {
    nullable: true,
    description:
      "The business that it belongs to; null where it is its maker's alone, and when the business is not the caller's to see",
  })
  async business(
    @Root() { businessId }: Pick<YamlJob, 'businessId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return businessId === null ? null : this.businesses.find(ctx, String(businessId));
  }
}
