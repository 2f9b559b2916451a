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
import { type ImageReferenceService, ImageTag } from '../images/index.js';
import { App, AppStatus } from './app.entity.js';
import {
  type AppArgs,
  AppList,
  AppPayload,
  CreateAppInput,
  DeleteAppsInput,
  DeleteAppsPayload,
} from './app.inputs.js';
import type { AppService } from './app.service.js';
import { UploadChartInput, chartOf } from './chart.inputs.js';
import type { ChartService } from './chart.service.js';

/** What fields of an application come from. */
interface AppResolverParts {
  charts: ChartService;
  businesses: BusinessService;
  registry: ImageReferenceService;
}

@Resolver(() => App)
export class AppResolver {
  constructor(
    private readonly service: AppService,
    private readonly others: AppResolverParts,
  ) {}

  @Authorized<Permission>('app:read')
  @Query(() => AppList.Connection, {
    description: "The applications of the caller's business; all for a system administrator",
  })
  async apps(
    @Ctx() ctx: RequestContext,
    @Args(() => AppList.Args) args: AppArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<App>> {
    return this.service.list(ctx, args, itemSelectionOf(info));
  }

  @Authorized<Permission>('app:read')
  @Query(() => App, { nullable: true, description: 'The application with this key, or null' })
  async app(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Key of the application' }) id: string,
  ): Promise<App | null> {
    return this.service.find(ctx, id);
  }

  @Authorized<Permission>('app:write')
  @Mutation(() => AppPayload, {
    description:
      "Creates an application of the caller's business. CONFLICT when it has this one in this version, FORBIDDEN for a caller without business",
  })
  async createApp(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CreateAppInput, { description: 'The new application' }) input: CreateAppInput,
  ): Promise<AppPayload> {
    return { app: await this.service.create(ctx, input, ['input']) };
  }

  @Authorized<Permission>('app:write')
  @Mutation(() => DeleteAppsPayload, {
    description:
      'Deletes applications. NOT_FOUND when one is unknown, CONFLICT when a deployment uses one; then none is deleted',
  })
  async deleteApps(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => DeleteAppsInput, { description: 'Which applications' }) { ids }: DeleteAppsInput,
  ): Promise<DeleteAppsPayload> {
    return { apps: await this.service.remove(ctx, ids, 'input.ids') };
  }

  @Authorized<Permission>('app:write')
  @Mutation(() => AppPayload, {
    description:
      'Makes an application of a Helm chart. BAD_USER_INPUT says why a file is none; CONFLICT and FORBIDDEN as createApp',
  })
  async uploadChart(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => UploadChartInput, { description: 'The chart' }) {
      chart,
      chartFile,
      ...input
    }: UploadChartInput,
  ): Promise<AppPayload> {
    return { app: await this.others.charts.create(ctx, input, chartOf({ chart, chartFile }), ['input']) };
  }

  @FieldResolver(() => AppStatus, { description: 'Where it stands' })
  status(): AppStatus {
    return AppStatus.USABLE;
  }

  @FieldResolver(() => String, {
    description: 'The project of its image in the configured Harbor; empty when it is not there',
  })
  projectName(@Root() app: Pick<App, 'image'>): string {
    return this.service.projectNameOf(app);
  }

  @Authorized<Permission>('repository:read')
  @FieldResolver(() => ImageTag, {
    nullable: true,
    description:
      'The tag of its image in the configured Harbor, as the account of the caller there sees it; null when it is not there',
  })
  async imageTag(
    @Root() { image }: Pick<App, 'image'>,
    @Ctx() ctx: RequestContext,
  ): Promise<ImageTag | null> {
    return this.others.registry.findTag(ctx, image);
  }

  @FieldResolver(() => Business, {
    nullable: true,
    description: "The business that it belongs to; null when that is not the caller's to see",
  })
  async business(
    @Root() { businessId }: Pick<App, 'businessId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<Business | null> {
    return this.others.businesses.find(ctx, String(businessId));
  }
}

@Resolver(() => Business)
export class BusinessAppsResolver {
  constructor(private readonly service: AppService) {}

  @Authorized<Permission>('app:read')
  @FieldResolver(() => AppList.Connection, { description: 'The applications of the business' })
  async apps(
    @Root() { id }: Pick<Business, 'id'>,
    @Ctx() ctx: RequestContext,
    @Args(() => AppList.Args) args: AppArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<App>> {
    return this.service.listOf(ctx, id, args, itemSelectionOf(info));
  }
}
