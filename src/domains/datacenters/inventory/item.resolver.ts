import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  type ClassType,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Related } from '../../../database/related.js';
import type { Through } from '../../../database/pagesOf.js';
import type { RequestContext } from '../../../kernel/context.js';
import type { ListArgs, Page } from '../../../kernel/pages.js';
import { itemSelectionOf, selectionOf } from '../../../kernel/selection.js';
import type { Permission } from '../../identity/index.js';
import { DataCenter } from '../dataCenter.entity.js';
import type { DataCenterService } from '../dataCenter.service.js';
import type { InventoryItem } from './item.entity.js';
import type { ItemService } from './item.service.js';

interface ItemList {
  entity: ClassType;
  paths: Readonly<Record<string, string>>;
  Args: ClassType<ListArgs<object, string>>;
  Connection: ClassType;
}

interface FieldText {
  name: string;
  description: string;
}

type ResolverOf<Service> = new (service: Service) => object;

/** What every kind of item has: the queries for one and for all. Methods are named as fields, which must differ in a type. */
export function itemQueries<T extends InventoryItem>(
  entity: ClassType<T>,
  list: ItemList,
  { one, many, items }: { one: string; many: string; items: string },
): ResolverOf<ItemService<T>> {
  @Resolver(() => entity)
  class Queries {
    constructor(private readonly service: ItemService<T>) {}

    @Authorized<Permission>('datacenter:read')
    @Query(() => list.Connection, { description: `The ${items} of all data centers that the caller sees` })
    async [many](
      @Ctx() ctx: RequestContext,
      @Args(() => list.Args) args: ListArgs<object, string>,
      @Info() info: GraphQLResolveInfo,
    ): Promise<Page<T>> {
      return this.service.list(ctx, args, itemSelectionOf(info));
    }

    @Authorized<Permission>('datacenter:read')
    @Query(() => entity, { nullable: true, description: 'The one with this key, or null' })
    async [one](
      @Ctx() ctx: RequestContext,
      @Arg('id', () => ID, { description: 'Key' }) id: string,
      @Info() info: GraphQLResolveInfo,
    ): Promise<T | null> {
      return this.service.find(ctx, id, selectionOf(info));
    }
  }
  return Queries;
}

/** The field that shows where an item is. */
export function dataCenterField(entity: ClassType<InventoryItem>): ResolverOf<DataCenterService> {
  @Resolver(() => entity)
  class DataCenterField {
    constructor(private readonly service: DataCenterService) {}

    @FieldResolver(() => DataCenter, { description: 'Its data center' })
    async dataCenter(
      @Root() { dataCenterId }: Pick<InventoryItem, 'dataCenterId'>,
      @Ctx() ctx: RequestContext,
    ): Promise<DataCenter> {
      return this.service.get(ctx, dataCenterId);
    }
  }
  return DataCenterField;
}

interface Ownership<T, O> {
  owner: (keyof T & string) | Through;
  /** By which items name their owner; its own key without. */
  key?: keyof O & string;
}

/** A field of a type that lists items: of a data center, of a tenant, of a host. */
export function listField<T extends object, O extends { id: string }>(
  ownerType: ClassType<O>,
  list: ItemList,
  { name, description }: FieldText,
  { owner, key = 'id' }: Ownership<T, O>,
): ResolverOf<ItemService<T>> {
  @Resolver(() => ownerType)
  class ListField {
    constructor(private readonly service: ItemService<T>) {}

    @Related({ entity: list.entity, owner, key, paths: list.paths })
    @FieldResolver(() => list.Connection, { description })
    async [name](
      @Root() root: object,
      @Ctx() ctx: RequestContext,
      @Args(() => list.Args) args: ListArgs<object, string>,
      @Info() info: GraphQLResolveInfo,
    ): Promise<Page<T>> {
      return this.service.listOf(ctx, owner, String((root as O)[key]), {
        args,
        selection: itemSelectionOf(info),
      });
    }
  }
  return ListField;
}

interface Reference<T, O> {
  /** The other's key; null for none. As every key of an item it begins with that of the data center. */
  by: keyof O & string;
  /** Where that stands in the other; its own key without. */
  property?: keyof T & string;
}

/** A field that shows another item, or null where that is gone. */
export function itemField<T extends object, O extends object>(
  ownerType: ClassType<O>,
  type: ClassType<T>,
  { name, description }: FieldText,
  { by, property = 'id' as keyof T & string }: Reference<T, O>,
): ResolverOf<ItemService<T>> {
  @Resolver(() => ownerType)
  class ItemField {
    constructor(private readonly service: ItemService<T>) {}

    @Related({ entity: type, by, property })
    @FieldResolver(() => type, { nullable: true, description })
    async [name](
      @Root() root: object,
      @Ctx() ctx: RequestContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<T | null> {
      const key = (root as Record<string, string | null>)[by] ?? null;
      return key === null ? null : this.service.findBy(ctx, property, key, selectionOf(info));
    }
  }
  return ItemField;
}
