import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { Page } from '../kernel/pages.js';
import { pageOf, reportMisfits } from './keyset.js';
import { type Listing, partsOf } from './listing.js';
import { rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { read } from './reading.js';

/** One page of plain rows by keyset: page 1,000 costs what page 1 costs. */
export async function page<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
): Promise<Page<T>> {
  const source = sourceOf(reader, entity);
  const { reading, slice, order, condition, bounded, end, columns } = partsOf(source, listing);
  const rows = await reportMisfits(
    read(reader, reading, sql`(${reading.select(columns)} where ${bounded} ${end}) as "row"`),
  );
  return pageOf(rows, slice, order, async () => {
    const counted = rowsOf(
      reader,
      sql`select count(*) as "count" from ${source.from(columns)} where ${condition}`,
    );
    return Number((await reportMisfits(counted))[0]?.['count']);
  });
}
