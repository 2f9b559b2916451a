import { badInput } from './errors.js';
import { partsOf } from './parts.js';

/** Conditions and values of a filter. */
const MAX_PARTS = 2000;

interface Filter {
  and?: Filter[] | null;
  or?: Filter[] | null;
  not?: Filter | null;
  [field: string]: unknown;
}

type Plain = string | number | boolean | null;

/** Values of objects and of filters, so that equal ones are equal. */
function plain(value: unknown): Plain {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'bigint') return Number(value);
  return (value ?? null) as Plain;
}

const lower = (value: unknown): string => String(value).toLowerCase();

/** A key is a text in filters, whatever it is in the object. */
const equal = (value: Plain, operand: Plain): boolean =>
  typeof operand === 'string' ? String(value) === operand : value === operand;

type Test = (value: NonNullable<Plain>, operand: NonNullable<Plain>) => boolean;

const TESTS: Record<string, Test> = {
  eq: equal,
  gt: (value, operand) => value > operand,
  gte: (value, operand) => value >= operand,
  lt: (value, operand) => value < operand,
  lte: (value, operand) => value <= operand,
  contains: (value, operand) => lower(value).includes(lower(operand)),
  startsWith: (value, operand) => lower(value).startsWith(lower(operand)),
};

/** Nothing holds of what is null but that it is. */
function holds(operator: string, value: Plain, operand: unknown): boolean {
  if (operand === undefined || (operand === null && operator !== 'eq')) return true;
  if (operator === 'in')
    return value !== null && (operand as unknown[]).some((each) => equal(value, plain(each)));
  const wanted = plain(operand);
  if (value === null || wanted === null) return value === wanted;
  const test = TESTS[operator];
  if (!test) throw new Error(`there is no operator ${operator}`);
  return test(value, wanted);
}

function matches(object: Record<string, unknown>, filter: Filter): boolean {
  return Object.entries(filter).every(([name, given]) => {
    if (given == null) return true;
    if (name === 'and') return (given as Filter[]).every((each) => matches(object, each));
    if (name === 'or') return (given as Filter[]).some((each) => matches(object, each));
    if (name === 'not') return !matches(object, given as Filter);
    const value = plain(object[name]);
    return Object.entries(given).every(([operator, operand]) => holds(operator, value, operand));
  });
}

/** Whether a filter holds of an object that is in no table, as it would of a row. BAD_INPUT when it is too large. */
export function matcherOf(filter: object | null | undefined): (object: object) => boolean {
  if (partsOf(filter) > MAX_PARTS)
    throw badInput([{ path: 'filter', message: `has more than ${MAX_PARTS} conditions and values` }]);
  return (object) => matches(object as Record<string, unknown>, (filter ?? {}) as Filter);
}
