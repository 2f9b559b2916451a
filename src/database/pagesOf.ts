import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { Page } from '../kernel/pages.js';
import { pageOf, reportMisfits } from './keyset.js';
import { type Listing, partsOf } from './listing.js';
import { propertiesOf } from './order.js';
import { keyTypeOf, rowsOf } from './rows.js';
import type { Column, Source } from './source.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { read, readingOf } from './reading.js';

/** Rows of another entity that tell whose a row is, by the row's id: `volumeId` of those with a `virtualMachineId`. */
export interface Through {
  entity: EntityClass<object>;
  owner: string;
  row: string;
  /** Whether an owner has so few that all of their keys are looked up before the first row: a third less for what has three. */
  hasFew?: boolean;
}

/** How rows belong to an owner. */
interface Ownership {
  kind: string;
  condition: RawBuilder<SqlBool>;
}

/** A row may belong to several owners, so that it tells for which one it was read. */
const GIVEN: Column = { sql: '"given"."key"', joins: [] };
const OWNER = '$owner';

export function ownershipOf<T extends object>(
  reader: Reader,
  source: Source<T>,
  owner: string | Through,
  { sql: key }: Column = GIVEN,
): Ownership {
  const given = sql.raw(key);
  if (typeof owner === 'string') {
    const { sql: column, kind = '' } = source.column(owner);
    return { kind, condition: sql`${sql.raw(column)} = ${given}` };
  }
  const { tableName, properties } = reader.getMetadata(owner.entity as new () => object);
  const columnOf = (name: string) => sql.id(properties[name as never]?.['fieldNames'][0] ?? name);
  const { kind = '' } = sourceOf(reader, owner.entity).column(owner.owner);
  const id = sql.raw(source.column('id').sql);
  const ids = sql`(select ${columnOf(owner.row)} from ${sql.id(tableName)} where ${columnOf(owner.owner)} = ${given})`;
  return { kind, condition: owner.hasFew ? sql`${id} = any(array${ids})` : sql`${id} in ${ids}` };
}

/** The same page for each of several owners, in one statement; their counts, when asked for, in another. */
export async function pagesOf<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
  owner: (keyof T & string) | Through,
  keys: readonly (number | string)[],
): Promise<Page<T>[]> {
  const source = sourceOf(reader, entity);
  const { slice, order, condition, bounded, end, columns } = partsOf(source, listing);
  const reading = readingOf(source, listing, [...propertiesOf(order), [OWNER, GIVEN]]);
  const { kind, condition: isOwned } = ownershipOf(reader, source, owner);
  const owners = sql`unnest(${keys}::${sql.raw(keyTypeOf(keys, kind))}[]) as "given" ("key")`;
  const found = read(
    reader,
    reading,
    sql`${owners} cross join lateral (
      ${reading.select(columns)} where ${isOwned} and ${bounded} ${end(slice.limit + 1)}) as "row"`,
  );
  const ownerOf = (row: T) => (row as Record<string, unknown>)[OWNER];
  const rows = Map.groupBy(await reportMisfits(found), ownerOf);

  let counts: Promise<Map<unknown, number>> | undefined;
  const count = async () => {
    const counted = await reportMisfits(
      rowsOf(
        reader,
        sql`select "given"."key" as "key", "row"."count" from ${owners} cross join lateral (
          select count(*) as "count" from ${source.from(columns)} where ${isOwned} and ${condition}) as "row"`,
      ),
    );
    return new Map(counted.map((row) => [row['key'], Number(row['count'])]));
  };
  return keys.map((each) =>
    pageOf(rows.get(each) ?? [], slice, order, async () => {
      counts ??= count();
      return (await counts).get(each) ?? 0;
    }),
  );
}
