import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import type { Page } from '../../kernel/pages.js';
import type { Permission } from '../identity/index.js';
import { ImageProject, ImageRepository, type ImageTag } from './image.entity.js';
import {
  CreateImageProjectInput,
  DeleteImageProjectsInput,
  DeleteImageProjectsPayload,
  DeleteImageTagsInput,
  DeleteImageTagsPayload,
  DeleteImagesInput,
  DeleteImagesPayload,
  type ImageProjectArgs,
  ImageProjectList,
  ImageProjectPayload,
  type ImageRepositoryArgs,
  ImageRepositoryList,
  type ImageTagArgs,
  ImageTagList,
} from './image.inputs.js';
import type { ImageService } from './image.service.js';
import type { ImageProjectService } from './imageProject.service.js';

const AS_CALLER =
  "As the caller's account of the image repository: FORBIDDEN without one that works, NOT_CONFIGURED without an image repository, UPSTREAM_* when it does not answer";

@Resolver(() => ImageProject)
export class ImageProjectResolver {
  constructor(
    private readonly service: ImageProjectService,
    private readonly images: ImageService,
  ) {}

  @Authorized<Permission>('repository:read')
  @Query(() => ImageProjectList.Connection, {
    description: `The projects of the image repository that the caller's account sees, public ones too. ${AS_CALLER}`,
  })
  async imageProjects(
    @Ctx() ctx: RequestContext,
    @Args(() => ImageProjectList.Args) args: ImageProjectArgs,
  ): Promise<Page<ImageProject>> {
    return this.service.list(ctx, args);
  }

  @FieldResolver(() => ImageRepositoryList.Connection, { description: 'Its images' })
  async repositories(
    @Root() { name }: ImageProject,
    @Ctx() ctx: RequestContext,
    @Args(() => ImageRepositoryList.Args) args: ImageRepositoryArgs,
  ): Promise<Page<ImageRepository>> {
    return this.images.list(ctx, name, args);
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => ImageProjectPayload, {
    description: `Makes a project of the image repository. CONFLICT for a name that is taken. ${AS_CALLER}`,
  })
  async createImageProject(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateImageProjectInput, { description: 'The project' })
    input: CreateImageProjectInput,
  ): Promise<ImageProjectPayload> {
    return { project: await this.service.create(ctx, input) };
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => DeleteImageProjectsPayload, {
    description: `Deletes projects, all of them or none. CONFLICT for one that has images. ${AS_CALLER}`,
  })
  async deleteImageProjects(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteImageProjectsInput, { description: 'Which projects' })
    input: DeleteImageProjectsInput,
  ): Promise<DeleteImageProjectsPayload> {
    return { ids: await this.service.removeAll(ctx, input) };
  }
}

@Resolver(() => ImageRepository)
export class ImageRepositoryResolver {
  constructor(private readonly service: ImageService) {}

  @FieldResolver(() => ImageTagList.Connection, { description: 'Its tags' })
  async tags(
    @Root() image: ImageRepository,
    @Ctx() ctx: RequestContext,
    @Args(() => ImageTagList.Args) args: ImageTagArgs,
  ): Promise<Page<ImageTag>> {
    return this.service.listTags(ctx, image, args);
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => DeleteImagesPayload, {
    description: `Deletes images with all their versions, all of them or none. ${AS_CALLER}`,
  })
  async deleteImages(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteImagesInput, { description: 'Which images' }) input: DeleteImagesInput,
  ): Promise<DeleteImagesPayload> {
    return { imageNames: await this.service.removeAll(ctx, input) };
  }

  @Authorized<Permission>('repository:write')
  @Mutation(() => DeleteImageTagsPayload, {
    description: `Takes tags away from an image, all of them or none. CONFLICT for one that a rule keeps. ${AS_CALLER}`,
  })
  async deleteImageTags(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteImageTagsInput, { description: 'Which tags' }) input: DeleteImageTagsInput,
  ): Promise<DeleteImageTagsPayload> {
    return { tags: await this.service.removeTags(ctx, input) };
  }
}
