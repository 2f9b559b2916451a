import { type ClassType, ArgsType, Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { badInput } from './errors.js';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 500;

export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}

registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which way a list is ordered',
  valuesConfig: { ASC: { description: 'Smallest first' }, DESC: { description: 'Largest first' } },
});

/** Items in a list without pages. */
export const MOST_LISTED = 100_000;

/** A numbered page, as REST lists have it: from 1; a size of 0 is no limit, which makes it the only one. */
export interface NumberedPage {
  page: number;
  pageSize: number;
}

/** Items from a place on. */
export interface Window {
  offset: number;
  limit: number;
}

export function windowOf({ page, pageSize }: NumberedPage): Window {
  const limit = pageSize === 0 ? MOST_LISTED : pageSize;
  return { offset: (page - 1) * limit, limit };
}

/** Where in a list a page starts and how long it is, as Relay has it. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: `Items from the start, at most ${MAX_PAGE_SIZE}; ${DEFAULT_PAGE_SIZE} when neither first nor last is given`,
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only items after this cursor' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: `Items from the end, at most ${MAX_PAGE_SIZE}` })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only items before this cursor' })
  before?: string | null;
}

/** The slice of an ordered list that a caller asked for. */
export interface Slice {
  limit: number;
  backward: boolean;
  after?: string;
  before?: string;
}

/** Reads and bounds the arguments; BAD_INPUT when they contradict each other. */
export function sliceOf({ first, after, last, before }: PageArgs): Slice {
  if (first != null && last != null)
    throw badInput([{ path: 'last', message: 'give first or last, not both' }]);
  const backward = last != null;
  const limit = first ?? last ?? DEFAULT_PAGE_SIZE;
  if (limit < 0 || limit > MAX_PAGE_SIZE) {
    throw badInput([{ path: backward ? 'last' : 'first', message: `must be from 0 to ${MAX_PAGE_SIZE}` }]);
  }
  return { limit, backward, ...(after == null ? {} : { after }), ...(before == null ? {} : { before }) };
}

@ObjectType({ simpleResolvers: true, description: 'Where a page stands in its list' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether items follow the last one of the page' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether items precede the first one of the page' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first item of the page' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last item of the page' })
  endCursor!: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

/** A page of a list. `totalCount` is counted only when it is read. */
export interface Page<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  readonly totalCount: Promise<number>;
}

/** The Relay connection type of an object type. */
export function connectionOf<T extends object>(nodeType: ClassType<T>, name: string): ClassType<Page<T>> {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `A ${name} and where it stands in the list`,
  })
  class EdgeType implements Edge<T> {
    @Field(() => String, { description: 'Where the item stands in the list' })
    cursor!: string;

    @Field(() => nodeType, { description: 'The item' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name}` })
  class ConnectionType implements Page<T> {
    @Field(() => [EdgeType], { description: 'The items with their cursors' })
    edges!: EdgeType[];

    @Field(() => [nodeType], { description: 'The items' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Where the page stands in its list' })
    pageInfo!: PageInfo;

    // A promise, which graphql-jit takes from resolvers alone.
    @Field(() => Int, {
      simple: false,
      description: 'How many items the whole list has; counted only when asked for',
    })
    totalCount!: Promise<number>;
  }

  return ConnectionType;
}

/** One criterion of an order, by a field of `F`. */
export interface Order<F extends string = string> {
  field: F;
  direction: SortDirection;
}

/** Which items of a list, in which order, and which page of them. */
export interface ListArgs<F, O extends string> extends PageArgs {
  filter?: F | null;
  orderBy?: Order<O>[] | null;
}
