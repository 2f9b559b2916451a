import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { badInput } from '../kernel/errors.js';
import { partsOf } from '../kernel/parts.js';
import { operandFlaw } from './operand.js';

export type Condition = RawBuilder<SqlBool>;

/** What can be compared. */
export interface Comparable {
  sql: string;
  /** As the database calls it, where that is known. */
  type?: string;
  /** Makes a condition on the rows of another table one on the row: `exists (... and condition)`. */
  within?: (condition: Condition) => Condition;
}

/** Fields with operators, as callers write them and as services add to them. */
export interface Filter {
  and?: Filter[];
  or?: Filter[];
  not?: Filter;
  [field: string]: unknown;
}

/** Objects, lists and values of a filter: each becomes a part of the statement. */
const MAX_PARTS = 2000;

/** A LIKE pattern that matches the text literally. */
const literally = (text: unknown): string => String(text).replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Compares letters as no locale of a database changes it, wherever both are. */
const CASELESS = sql.raw('collate "caseless"');

/** Operators that look for a pattern. */
const PATTERNS: ReadonlySet<string> = new Set(['contains', 'startsWith']);

const OPERATORS: Record<string, (column: RawBuilder<unknown>, value: unknown) => Condition> = {
  eq: (column, value) => (value === null ? sql`${column} is null` : sql`${column} = ${value}`),
  in: (column, value) => {
    const values = value as unknown[];
    return values.length === 0 ? sql`false` : sql`${column} in (${sql.join(values)})`;
  },
  gt: (column, value) => sql`${column} > ${value}`,
  gte: (column, value) => sql`${column} >= ${value}`,
  lt: (column, value) => sql`${column} < ${value}`,
  lte: (column, value) => sql`${column} <= ${value}`,
  contains: (column, value) => sql`${column} ilike ${`%${literally(value)}%`} ${CASELESS}`,
  startsWith: (column, value) => sql`${column} ilike ${`${literally(value)}%`} ${CASELESS}`,
};

export function all(conditions: readonly Condition[]): Condition {
  const [first = sql`true`] = conditions;
  return conditions.length > 1 ? sql`(${sql.join(conditions, sql` and `)})` : first;
}

/** Characters that a pattern may have, which the database lowers for each row. */
const MOST_OF_PATTERN = 1000;

function checkOperand(path: string, operator: string, operand: unknown, type: string | undefined): void {
  if (operand === null) return;
  if (Array.isArray(operand)) {
    for (const [index, each] of operand.entries()) checkOperand(`${path}.${index}`, operator, each, type);
    return;
  }
  const isLong = PATTERNS.has(operator) && typeof operand === 'string' && operand.length > MOST_OF_PATTERN;
  const message = isLong ? `must have at most ${MOST_OF_PATTERN} characters` : operandFlaw(operand, type);
  if (message !== undefined) throw badInput([{ path, message }]);
}

/** Of a field with several values, such as labels, all must hold of the same one. */
function comparisonOf(path: string, operators: object, { sql: text, type, within }: Comparable): Condition[] {
  const column = sql.raw(text);
  const tests = Object.entries(operators)
    .filter(([operator, operand]) => operand !== undefined && (operand !== null || operator === 'eq'))
    .map(([operator, operand]) => {
      checkOperand(`${path}.${operator}`, operator, operand, type);
      const compare = OPERATORS[operator];
      if (!compare) throw new Error(`there is no operator ${operator}`);
      return compare(column, operand);
    });
  if (tests.length === 0) return [];
  return [within ? within(all(tests)) : all(tests)];
}

type Find = (name: string) => Comparable;

function conditionsOf(filter: Filter, find: Find, path: string): Condition[] {
  return Object.entries(filter).flatMap(([name, value]): Condition[] => {
    if (value == null) return [];
    const own = `${path}.${name}`;
    const inner = (part: Filter, index: number) => conditionsOf(part, find, `${own}.${index}`);
    if (name === 'and') return (value as Filter[]).flatMap(inner);
    if (name === 'or') {
      const parts = (value as Filter[]).map((part, index) => all(inner(part, index)));
      return [sql`(${sql.join([sql`false`, ...parts], sql` or `)})`];
    }
    // What is null is not equal to anything, and so is kept.
    if (name === 'not') return [sql`not coalesce(${all(conditionsOf(value as Filter, find, own))}, false)`];
    return comparisonOf(own, value, find(name));
  });
}

/** A filter as SQL; BAD_INPUT when it is too large. `find` knows what can be filtered by. */
export function conditionOf(filter: object | null | undefined, find: Find): Condition {
  if (partsOf(filter) > MAX_PARTS) {
    throw badInput([{ path: 'filter', message: `has more than ${MAX_PARTS} conditions and values` }]);
  }
  return all(conditionsOf((filter ?? {}) as Filter, find, 'filter'));
}
