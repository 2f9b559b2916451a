import type { Filter } from '../../../database/condition.js';
import type { SortKey } from '../../../database/keyset.js';
import type { Listing } from '../../../database/listing.js';
import { page } from '../../../database/page.js';
import { type Through, pagesOf } from '../../../database/pagesOf.js';
import { rowPerKey } from '../../../database/rowsBy.js';
import type { EntityClass } from '../../../database/sourceOf.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import type { ListArgs, Page } from '../../../kernel/pages.js';
import { EVERYTHING, type Selection } from '../../../kernel/selection.js';
import { flawOf } from '../../../kernel/validation.js';
import { ownedBy } from '../../identity/index.js';

/** A condition on a data center as one on what is in it. */
function withinDataCenter(filter: Filter): Filter {
  return Object.fromEntries(
    Object.entries(filter).map(([name, value]) => {
      if (name === 'not') return [name, withinDataCenter(value as Filter)];
      if (name === 'and' || name === 'or') return [name, (value as Filter[]).map(withinDataCenter)];
      return [`dataCenter.${name}`, value];
    }),
  );
}

interface ItemOptions {
  /** Where the values of filters are that are no properties. */
  paths?: Readonly<Record<string, string>>;
  /** What fields that are no columns follow from. */
  needs?: Readonly<Record<string, readonly string[]>>;
  /** Of lists for which none is asked; by key without. */
  order?: SortKey;
}

/** One kind of what is in the clouds of data centers, as far as the caller may see these. */
export class ItemService<T extends object> {
  constructor(
    readonly entity: EntityClass<T>,
    private readonly options: ItemOptions = {},
  ) {}

  async list(ctx: RequestContext, args: ListArgs<object, string>, selection: Selection): Promise<Page<T>> {
    return page(ctx.reader, this.entity, { ...this.#listing(args, selection), scope: this.#scope(ctx) });
  }

  /** By the key, null for a foreign one as for none. */
  async find(ctx: RequestContext, id: string, selection = EVERYTHING): Promise<T | null> {
    return this.findBy(ctx, 'id' as keyof T & string, id, selection);
  }

  /** By a property of which each has another value. */
  async findBy(
    ctx: RequestContext,
    property: keyof T & string,
    value: string,
    selection = EVERYTHING,
  ): Promise<T | null> {
    const scope = this.#scope(ctx);
    if (flawOf(value) !== undefined) return null;
    const { paths = {}, needs = {} } = this.options;
    const name = `${this.entity.name} ${property} ${selection.key}`;
    const loader = ctx.loaders.of<string, T | null>(name, async (values) =>
      rowPerKey(ctx.reader, this.entity, property, values, { scope, selection, paths, needs }),
    );
    return loader.load(value);
  }

  /** Of what the caller sees already. The same page of several owners is one statement. */
  async listOf(
    ctx: RequestContext,
    owner: (keyof T & string) | Through,
    key: string,
    { args, selection }: { args: ListArgs<object, string>; selection: Selection },
  ): Promise<Page<T>> {
    // At one place of a document the arguments are the same.
    const loader = ctx.loaders.of<string, Page<T>>(selection, async (keys) =>
      pagesOf(ctx.reader, this.entity, this.#listing(args, selection), owner, keys),
    );
    return loader.load(key);
  }

  #listing(args: ListArgs<object, string>, selection: Selection): Listing {
    const { paths = {}, needs = {}, order } = this.options;
    return { args, selection, paths, needs, ...(order && { order }) };
  }

  #scope(ctx: RequestContext): Filter {
    return withinDataCenter(ownedBy(requirePrincipal(ctx)));
  }
}
