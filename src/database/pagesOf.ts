import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { Page } from '../kernel/pages.js';
import { pageOf, reportMisfits } from './keyset.js';
import { type Listing, partsOf } from './listing.js';
import { KEY_TYPES, rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { read } from './reading.js';

/** The same page for each of several owners, in one statement; their counts, when asked for, in another. */
export async function pagesOf<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
  owner: keyof T & string,
  keys: readonly (number | string)[],
): Promise<Page<T>[]> {
  const source = sourceOf(reader, entity);
  const { reading, slice, order, condition, bounded, end, columns } = partsOf(source, listing, [owner]);
  const { sql: column, kind = '' } = source.column(owner);
  const key = sql.raw(column);
  const given = sql`${keys}::${sql.raw(KEY_TYPES[kind] ?? 'text')}[]`;
  const found = read(
    reader,
    reading,
    sql`unnest(${given}) as "given" ("key") cross join lateral (
      ${reading.select(columns)} where ${key} = "given"."key" and ${bounded} ${end}) as "row"`,
  );
  const rows = Map.groupBy(await reportMisfits(found), (row) => row[owner]);

  let counts: Promise<Map<unknown, number>> | undefined;
  const count = async () => {
    const counted = await reportMisfits(
      rowsOf(
        reader,
        sql`select ${key} as "key", count(*) as "count" from ${source.from(columns)}
          where ${key} = any(${given}) and ${condition} group by ${key}`,
      ),
    );
    return new Map(counted.map((row) => [row['key'], Number(row['count'])]));
  };
  return keys.map((each) =>
    pageOf(rows.get(each as T[keyof T & string]) ?? [], slice, order, async () => {
      counts ??= count();
      return (await counts).get(each) ?? 0;
    }),
  );
}
