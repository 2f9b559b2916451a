import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { Page } from '../kernel/pages.js';
import { pageOf, reportMisfits } from './keyset.js';
import { type Listing, partsOf } from './listing.js';
import { propertiesOf } from './order.js';
import { rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';
import { read, readingOf } from './reading.js';
import { writtenPage } from './written.js';

/** One page of plain rows by keyset: page 1,000 costs what page 1 costs. */
export async function page<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  listing: Listing,
): Promise<Page<T>> {
  const { text } = listing.selection ?? {};
  if (text) return writtenPage(reader, entity, listing, text);
  const source = sourceOf(reader, entity);
  const { slice, order, condition, bounded, end, columns } = partsOf(source, listing);
  const reading = readingOf(source, listing, propertiesOf(order));
  const rows = await reportMisfits(
    read(
      reader,
      reading,
      sql`(${reading.select(columns)} where ${bounded} ${end(slice.limit + 1)}) as "row"`,
    ),
  );
  return pageOf(rows, slice, order, async () => {
    const counted = rowsOf(
      reader,
      sql`select count(*) as "count" from ${source.from(columns)} where ${condition}`,
    );
    return Number((await reportMisfits(counted))[0]?.['count']);
  });
}
