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

/** Of the arrays in which keys are given. */
type KeyType = 'int' | 'text' | 'uuid';

/** Of keys of a column of this kind, which columns that may be null have none of. */
export function keyTypeOf(keys: readonly (number | string)[], kind = ''): KeyType {
  if (typeof keys[0] === 'number') return 'int';
  return kind === 'uuid' ? 'uuid' : 'text';
}

/**
 * What a column equals that has one of the values, which are one parameter. For a single key PostgreSQL keeps one plan;
 * for a list it would plan each time, since it guesses ten.
 */
export function oneOf<K extends number | string>(keys: readonly K[], type: KeyType): RawBuilder<K> {
  return keys.length === 1 ? sql`${keys[0]}` : sql`any(${keys}::${sql.raw(type)}[])`;
}

export function isAmong(column: string, keys: readonly (number | string)[], type: KeyType): Condition {
  return sql`${sql.raw(column)} = ${oneOf(keys, type)}`;
}
