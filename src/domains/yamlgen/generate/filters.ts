import { Environment, type Value } from './jinja.js';
import { Row } from './rows.js';
import type { Budget } from './budget.js';
import {
  isFunction,
  isList,
  isNothing,
  isObject,
  isTrue,
  isUndefined,
  listOf,
  undefinedValue,
  valueOf,
} from './values.js';

/** Filters that the library lacks, or has for few kinds of values or without bounds; arguments by place and by name. */
type Filter = (operand: Value, args: Value[], named: Map<string, Value>, budget: Budget) => Value;

const MOST_DIGITS = 15;

function textOf(value: Value): string {
  if (isList(value) || isObject(value) || isFunction(value))
    throw new Error('the filter compares numbers and texts');
  return isNothing(value) ? '' : value.toString();
}

function compare(left: Value, right: Value): number {
  const [a, b] = [left.value, right.value];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [one, other] = [textOf(left), textOf(right)];
  return one < other ? -1 : Number(one > other);
}

function itemsOf(operand: Value): Value[] {
  if (isList(operand)) return operand.value;
  throw new Error('the filter takes a list');
}

const nameOf = (value: Value | undefined): string | undefined =>
  typeof value?.value === 'string' ? value.value : undefined;

const attributeOf = (item: Value, name: string | undefined): Value => {
  if (name === undefined) return item;
  if (!isObject(item)) throw new Error('the filter takes a list of rows or objects');
  if (item.value instanceof Row && !item.value.has(name)) throw new Error(item.value.lackOf(name));
  return item.value.get(name) ?? undefinedValue();
};

function numbersOf(operand: Value, args: Value[], named: Map<string, Value>): number[] {
  const attribute = nameOf(named.get('attribute') ?? args[0]);
  return itemsOf(operand)
    .map((item) => attributeOf(item, attribute))
    .filter((value) => !isUndefined(value))
    .map(({ value }) => {
      if (typeof value !== 'number') throw new Error('the filter takes a list of numbers');
      return value;
    });
}

const TESTS = new Map([
  ...new Environment().tests,
  ['==', (a: Value, b: Value) => a.value === b.value],
  ['ne', (a: Value, b: Value) => a.value !== b.value],
  ['gt', (a: Value, b: Value) => compare(a, b) > 0],
  ['lt', (a: Value, b: Value) => compare(a, b) < 0],
  ['in', (a: Value, b: Value) => isList(b) && b.value.some(({ value }) => value === a.value)],
]);

const select =
  (isWanted: boolean): Filter =>
  (operand, [attribute, name, ...others]) => {
    const test = name ? TESTS.get(String(name.value)) : isTrue;
    if (!test) throw new Error(`no test is called ${String(name?.value)}`);
    return listOf(
      itemsOf(operand).filter((item) => test(attributeOf(item, nameOf(attribute)), ...others) === isWanted),
    );
  };

/** One attribute of each item. */
const map: Filter = (operand, _args, named) => {
  const attribute = nameOf(named.get('attribute'));
  if (attribute === undefined) throw new Error('map takes attribute="the name of a column"');
  const fallback = named.get('default');
  return listOf(
    itemsOf(operand).map((item) => {
      const value = attributeOf(item, attribute);
      return isUndefined(value) && fallback ? fallback : value;
    }),
  );
};

const extreme =
  (isBetter: (order: number) => boolean): Filter =>
  (operand, args, named) => {
    const attribute = nameOf(named.get('attribute') ?? args[0]);
    const [first, ...others] = itemsOf(operand);
    if (!first) return undefinedValue();
    const better = (best: Value, item: Value) =>
      isBetter(compare(attributeOf(item, attribute), attributeOf(best, attribute))) ? item : best;
    return others.reduce(better, first);
  };

/** Pairs of a value and the items that have it, by that value. */
const groupBy: Filter = (operand, args, named) => {
  const attribute = nameOf(named.get('attribute') ?? args[0]);
  if (attribute === undefined) throw new Error('groupby takes the name of a column');
  const keyed = itemsOf(operand).map((item) => ({ key: attributeOf(item, attribute), item }));
  const groups = Map.groupBy(keyed, ({ key }) => key.value);
  return listOf(
    [...groups.values()]
      .toSorted(([a], [b]) => (a && b ? compare(a.key, b.key) : 0))
      .map((group) => listOf([group[0]?.key ?? undefinedValue(), listOf(group.map(({ item }) => item))])),
  );
};

const round: Filter = ({ value }, args, named) => {
  const digits = (named.get('precision') ?? args[0])?.value ?? 0;
  if (typeof value !== 'number') throw new Error('round takes a number');
  if (typeof digits !== 'number' || Math.abs(digits) > MOST_DIGITS)
    throw new Error(`round takes at most ${MOST_DIGITS} digits`);
  const factor = 10 ** digits;
  return valueOf(Math.round(value * factor) / factor);
};

const join: Filter = (operand, args, named, budget) => {
  const separator = named.get('separator') ?? args[0] ?? valueOf('');
  if (typeof separator.value !== 'string') throw new Error('join takes a text that goes between');
  const between = separator.value;
  const items = typeof operand.value === 'string' ? Array.from(operand.value, valueOf) : itemsOf(operand);
  let length = 0;
  const texts = items.map((item) => {
    const text = budget.textOf(item);
    length += text.length + between.length;
    budget.requireText(length);
    return text;
  });
  return valueOf(texts.join(between));
};

const count: Filter = ({ value }) => {
  if (typeof value === 'string' || Array.isArray(value)) return valueOf(value.length);
  if (value instanceof Map) return valueOf(value.size);
  throw new Error('the filter takes a list or a text');
};

export const FILTERS: ReadonlyMap<string, Filter> = new Map([
  ['groupby', groupBy],
  ['map', map],
  ['join', join],
  ['string', (operand, _args, _named, budget) => valueOf(budget.textOf(operand))],
  ['selectattr', select(true)],
  ['rejectattr', select(false)],
  ['round', round],
  ['count', count],
  ['length', count],
  ['sum', (operand, args, named) => valueOf(numbersOf(operand, args, named).reduce((a, b) => a + b, 0))],
  ['max', extreme((order) => order > 0)],
  ['min', extreme((order) => order < 0)],
]);

/** What these take as a text, they take of numbers and truth values too. */
export const OF_TEXTS = ['upper', 'lower', 'trim', 'title', 'capitalize', 'replace', 'indent'];
