import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { RequestContext } from '../../../kernel/context.js';
import type { Page } from '../../../kernel/pages.js';
import { ExactJSON } from '../../../kernel/scalars.js';
import { exactSelectionOf } from '../../../kernel/selection.js';
import type { Schema } from '../../../openapi/operation.js';
import type { Permission } from '../../identity/index.js';
import { Platform } from '../platform.entity.js';
import { PlatformOperation, SchemaScalar } from './operation.entity.js';
import {
  CALLED,
  CallPlatformInput,
  PlatformCallPayload,
  type PlatformOperationArgs,
  PlatformOperationList,
} from './operation.inputs.js';
import type { OperationService } from './operation.service.js';

const FAILURES =
  'BAD_USER_INPUT names wrong arguments before the platform is asked. NOT_FOUND for a platform of another business, NOT_CONFIGURED without a document, or without credentials that the operation needs; UPSTREAM_* when the platform gives no answer';

type Asked = Pick<Platform, 'id'>;

@Resolver(() => Platform)
export class PlatformOperationsResolver {
  constructor(private readonly service: OperationService) {}

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The OpenAPI document that describes its operations, as it was given; null without one. NOT_FOUND for a platform of another business, BAD_USER_INPUT where more than 32 MiB of such are asked for at once',
  })
  async openapi(@Root() { id }: Asked, @Ctx() ctx: RequestContext): Promise<string | null> {
    return this.service.text(ctx, id);
  }

  @FieldResolver(() => PlatformOperationList.Connection, {
    nullable: true,
    description:
      'What it can do, by its OpenAPI document; null without one. NOT_FOUND for a platform of another business',
  })
  async operations(
    @Root() { id }: Asked,
    @Ctx() ctx: RequestContext,
    @Args(() => PlatformOperationList.Args) args: PlatformOperationArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<PlatformOperation> | null> {
    return this.service.list(ctx, id, args, exactSelectionOf(info));
  }

  @FieldResolver(() => PlatformOperation, {
    nullable: true,
    description:
      'The operation with this id; null where its document has none. NOT_FOUND for a platform of another business',
  })
  async operation(
    @Root() { id }: Asked,
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: 'Id of the operation' }) operation: string,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PlatformOperation | null> {
    return this.service.find(ctx, id, operation, exactSelectionOf(info));
  }

  @FieldResolver(() => PlatformCallPayload, {
    nullable: true,
    description: `Calls an operation that only reads; null when that fails. ${FAILURES}`,
  })
  async call(
    @Root() { id }: Asked,
    @Ctx() ctx: RequestContext,
    @Arg('operation', () => String, { description: CALLED.operation }) operation: string,
    @Arg('arguments', () => ExactJSON, { nullable: true, description: CALLED.arguments }) args: unknown,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PlatformCallPayload> {
    const selection = exactSelectionOf(info);
    return this.service.call(ctx, id, { operation, args, root: [], mayChange: false, selection });
  }

  @Authorized<Permission>('platform:transmit')
  @Mutation(() => PlatformCallPayload, { description: `Calls an operation of a platform. ${FAILURES}` })
  async callPlatform(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CallPlatformInput, { description: 'What to call' })
    { platformId, operation, arguments: args }: CallPlatformInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<PlatformCallPayload> {
    const selection = exactSelectionOf(info);
    return this.service.call(ctx, platformId, {
      operation,
      args,
      root: ['input'],
      mayChange: true,
      selection,
    });
  }
}

@Resolver(() => PlatformOperation)
export class PlatformOperationResolver {
  constructor(private readonly service: OperationService) {}

  @FieldResolver(() => SchemaScalar, {
    description:
      'JSON Schema of its arguments: one object with its parameters by name and its body as `body`. BAD_USER_INPUT where more than 4 MiB of schemas are asked for at once',
  })
  async arguments(
    @Root() { known, operation }: PlatformOperation,
    @Ctx() ctx: RequestContext,
  ): Promise<Schema> {
    return this.service.whole(ctx, known, known.schemas.argumentsOf(operation));
  }

  @FieldResolver(() => SchemaScalar, {
    nullable: true,
    description:
      'JSON Schema of what it answers when it succeeds; null where the document does not tell. Counts as `arguments` does',
  })
  async answer(
    @Root() { known, operation }: PlatformOperation,
    @Ctx() ctx: RequestContext,
  ): Promise<Schema | null> {
    return operation.answer && this.service.whole(ctx, known, operation.answer);
  }
}
