import type { EntityManager } from '@mikro-orm/postgresql';
import { type RawBuilder, sql } from 'kysely';
import type { KeyKind } from '../kernel/cursors.js';
import type { Selection } from '../kernel/selection.js';
import type { Filterable } from './rowCondition.js';

/** How a property is read. */
export interface Column<V = unknown> extends Filterable {
  /** Lists can be ordered by what has one; then it is never null. */
  kind?: KeyKind;
  /** Of the value in JSON; without it that is the property. */
  read?: (value: string) => V;
}

/** Plain objects that are read without managed entities. */
export interface RowSource<T extends object> {
  from: RawBuilder<unknown>;
  columns: { readonly [P in keyof T]-?: Column<T[P]> };
  /** What lists can be filtered by besides. */
  filters?: Readonly<Record<string, Filterable>>;
  /** Properties that are read even when nobody asks for them. */
  always: readonly (keyof T & string)[];
}

export const columnsOf = <T extends object>({
  columns,
  filters = {},
}: RowSource<T>): Readonly<Record<string, Filterable & { kind?: KeyKind }>> => ({ ...filters, ...columns });

/** Runs the statement in the manager's transaction, if it has one. */
export async function rowsOf(
  em: EntityManager,
  statement: RawBuilder<unknown>,
): Promise<Record<string, unknown>[]> {
  const { rows } = await statement.execute(em.getKysely());
  return rows as Record<string, unknown>[];
}

/** Which properties to read: all, or what was selected and `besides`. */
export function namesOf<T extends object>(
  { columns, always }: RowSource<T>,
  { fields }: Selection = {},
  besides: readonly string[] = [],
): string[] {
  const names = Object.keys(columns);
  if (!fields) return names;
  const wanted = new Set<string>([...always, ...besides]);
  return names.filter((name) => wanted.has(name) || fields.has(name));
}

/** How PostgreSQL writes rows as one JSON text, and how that is read: three times quicker than as many cells. */
export interface Reading<T> {
  /** The columns of the statement that makes the rows, which is to be named "row". */
  select: RawBuilder<unknown>;
  /** The JSON text of all of its rows. */
  json: RawBuilder<unknown>;
  parse: (json: unknown) => T[];
}

export function readingOf<T extends object>(source: RowSource<T>, names: readonly string[]): Reading<T> {
  const columns: Readonly<Record<string, Column>> = source.columns;
  const chosen = names.flatMap((name) => {
    const column = columns[name];
    return column ? [{ name, ...column }] : [];
  });
  const cells = sql.join(chosen.map(({ name }) => sql.ref(`row.${name}`)));
  const rowOf = (values: unknown[]): T => {
    const row: Record<string, unknown> = {};
    for (const [index, { name, read }] of chosen.entries()) {
      const value = values[index];
      row[name] = read && value !== null ? read(value as string) : value;
    }
    return row as T;
  };
  return {
    select: sql.join(chosen.map((column) => sql`${column.sql} as ${sql.ref(column.name)}`)),
    json: sql`coalesce(json_agg(json_build_array(${cells})), '[]')::text`,
    parse: (json) => (JSON.parse(String(json)) as unknown[][]).map(rowOf),
  };
}

/** Reads rows with a statement that is made from the list of columns. */
export async function readRows<T extends object>(
  em: EntityManager,
  source: RowSource<T>,
  names: readonly string[],
  statement: (select: RawBuilder<unknown>) => RawBuilder<unknown>,
): Promise<T[]> {
  const { select, json, parse } = readingOf(source, names);
  const [answer] = await rowsOf(em, sql`select ${json} as "rows" from (${statement(select)}) as "row"`);
  return parse(answer?.['rows']);
}
