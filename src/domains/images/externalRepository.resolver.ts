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
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { Business, type BusinessService, type Permission } from '../identity/index.js';
import { ExternalRepository } from './externalRepository.entity.js';
import {
  CheckExternalRepositoryInput,
  CheckExternalRepositoryPayload,
  CreateExternalRepositoryInput,
  DeleteExternalRepositoriesInput,
  ExternalRepositoriesPayload,
  type ExternalRepositoryArgs,
  ExternalRepositoryList,
  ExternalRepositoryPayload,
} from './externalRepository.inputs.js';
import type { ExternalRepositoryService } from './externalRepository.service.js';

@Resolver(() => ExternalRepository)
export class ExternalRepositoryResolver {
  constructor(
    private readonly service: ExternalRepositoryService,
    private readonly businesses: BusinessService,
  ) {}

  @FieldResolver(() => Business, { nullable: true, description: 'The business that it belongs to' })
  async business(
    @Root() { businessId }: Pick<ExternalRepository, 'businessId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return this.businesses.find(ctx, String(businessId));
  }

  @Authorized<Permission>('repository:read')
  @Query(() => ExternalRepositoryList.Connection, {
    description: "The external repositories of the caller's business; all for a system administrator",
  })
  async externalRepositories(
    @Ctx() ctx: RequestContext,
    @Args(() => ExternalRepositoryList.Args) args: ExternalRepositoryArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<ExternalRepository>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('repository:read')
  @Query(() => ExternalRepository, {
    nullable: true,
    description: 'The external repository with this key, or null',
  })
  async externalRepository(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the external repository' }) id: string,
  ): Promise<ExternalRepository | null> {
    return this.service.find(ctx, id);
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => ExternalRepositoryPayload, {
    description:
      "Makes an external repository of the caller's business. CONFLICT for a name that it has already",
  })
  async createExternalRepository(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateExternalRepositoryInput, { description: 'The external repository' })
    input: CreateExternalRepositoryInput,
  ): Promise<ExternalRepositoryPayload> {
    return { repository: await this.service.create(ctx, input) };
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => ExternalRepositoriesPayload, {
    description: 'Deletes external repositories, all of them or none; deployments go on',
  })
  async deleteExternalRepositories(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteExternalRepositoriesInput, { description: 'Which' })
    input: DeleteExternalRepositoriesInput,
  ): Promise<ExternalRepositoriesPayload> {
    return { repositories: await this.service.removeAll(ctx, input) };
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => CheckExternalRepositoryPayload, {
    description: 'Asks the registry now whether the stored account works there; changes nothing',
  })
  async checkExternalRepository(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CheckExternalRepositoryInput, { description: 'Which' })
    { id }: CheckExternalRepositoryInput,
  ): Promise<CheckExternalRepositoryPayload> {
    return this.service.check(ctx, id);
  }
}
