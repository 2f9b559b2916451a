import { Extensions } from 'type-graphql';
import type { SortKey } from './keyset.js';
import type { Through } from './pagesOf.js';
import type { EntityClass } from './sourceOf.js';

/** The rows that belong to a row, as `pagesOf` reads them. */
export interface RelatedRows {
  entity: EntityClass<object>;
  owner: string | Through;
  /** Property of the row by which they name it; its key without. */
  key?: string;
  scope?: object;
  paths?: Readonly<Record<string, string>>;
  order?: SortKey;
}

/** The row whose key stands in a property of another. */
export interface RelatedRow {
  entity: EntityClass<object>;
  by: string;
  /** Where that stands in it, when that is not its key. */
  property?: string;
}

/**
 * Declares of a field's resolver that it reads nothing but that, for whoever may see the object: so that it can be read in the
 * statement of the object.
 */
export const Related = (related: RelatedRows | RelatedRow): MethodDecorator => Extensions({ related });
