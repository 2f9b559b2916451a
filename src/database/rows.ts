import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../kernel/context.js';
import type { Condition } from './condition.js';

/** Runs the statement in the transaction that is open, if one is. */
export async function rowsOf(
  reader: Pick<Reader, 'getKysely'>,
  statement: RawBuilder<unknown>,
): Promise<Record<string, unknown>[]> {
  const { rows } = await statement.execute(reader.getKysely());
  return rows as Record<string, unknown>[];
}

/** For a single key PostgreSQL keeps one plan; for a list it would plan each time, since it guesses ten. */
export function isAmong(column: string, keys: readonly (number | string)[], type = 'int'): Condition {
  return keys.length === 1
    ? sql`${sql.raw(column)} = ${keys[0]}`
    : sql`${sql.raw(column)} = any(${keys}::${sql.raw(type)}[])`;
}

export const isAmongNames = (column: string, names: readonly string[]): Condition =>
  sql`${sql.raw(column)} = any(${names}::text[])`;
