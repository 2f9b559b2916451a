import { sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { FigureValues } from '../kernel/figures.js';
import { rowsOf } from './rows.js';
import { type EntityClass, sourceOf } from './sourceOf.js';

/** How many rows there are by the value of a property that has few, labelled as told. */
export async function countsBy<T extends object>(
  reader: Reader,
  entity: EntityClass<T>,
  property: keyof T & string,
  labelsOf: (value: string) => Readonly<Record<string, string>>,
): Promise<FigureValues> {
  const source = sourceOf(reader, entity);
  const column = source.column(property);
  const rows = await rowsOf(
    reader,
    sql`select ${sql.raw(column.sql)} as "value", count(*)::int as "count" from ${source.from([column])} group by 1`,
  );
  return rows.map((row) => [labelsOf(String(row['value'])), Number(row['count'])] as const);
}
