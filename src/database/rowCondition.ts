import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { CASELESS, type Where } from './filter.js';

export type Condition = RawBuilder<SqlBool>;

/** What rows can be filtered by. */
export interface Filterable {
  sql: string;
  /** Makes a condition on the values of another table one on the row: `exists (... and condition)`. */
  within?: (condition: Condition) => Condition;
}

const OPERATORS: Record<string, (column: RawBuilder<unknown>, value: unknown) => Condition> = {
  $eq: (column, value) => (value === null ? sql`${column} is null` : sql`${column} = ${value}`),
  $in: (column, value) => {
    const values = value as unknown[];
    return values.length === 0 ? sql`false` : sql`${column} in (${sql.join(values)})`;
  },
  $gt: (column, value) => sql`${column} > ${value}`,
  $gte: (column, value) => sql`${column} >= ${value}`,
  $lt: (column, value) => sql`${column} < ${value}`,
  $lte: (column, value) => sql`${column} <= ${value}`,
  $ilike: (column, value) => sql`${column} ilike ${value} ${sql.raw(CASELESS)}`,
};

function operatorOf(name: string) {
  const operator = OPERATORS[name];
  if (!operator) throw new Error(`there is no operator ${name}`);
  return operator;
}

/** For a single key PostgreSQL keeps one plan; for a list it would plan each time, since it guesses ten. */
export function isAmong(column: string, keys: readonly number[]): Condition {
  return keys.length === 1
    ? sql`${sql.raw(column)} = ${keys[0]}`
    : sql`${sql.raw(column)} = any(${keys}::int[])`;
}

export const isAmongNames = (column: string, names: readonly string[]): Condition =>
  sql`${sql.raw(column)} = any(${names}::text[])`;

export const all = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`;

/** A condition in the form that `whereOf` gives, as SQL. */
export function conditionOf(where: Where, columns: Readonly<Record<string, Filterable>>): Condition {
  const conditions = Object.entries(where).map(([name, value]): Condition => {
    const parts = () => (value as Where[]).map((part) => conditionOf(part, columns));
    if (name === '$and') return all(parts());
    if (name === '$or') return sql`(${sql.join([sql`false`, ...parts()], sql` or `)})`;
    if (name === '$not') return sql`not coalesce(${conditionOf(value as Where, columns)}, false)`;
    const column = columns[name];
    if (!column) throw new Error(`no list can be filtered by ${name}`);
    const { $and: several = [value] } = value as { $and?: object[] };
    const tests = several
      .flatMap((comparison): [string, unknown][] => Object.entries(comparison as object))
      .map(([key, operand]) => operatorOf(key)(sql.raw(column.sql), operand));
    return column.within ? column.within(all(tests)) : all(tests);
  });
  return all(conditions);
}
