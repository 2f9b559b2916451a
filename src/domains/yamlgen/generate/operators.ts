import type { Budget } from './budget.js';
import type { Value } from './jinja.js';
import { isFunction, isList, isNothing, isObject, valueOf } from './values.js';

const isText = ({ value }: Value): boolean => typeof value === 'string';
const isWhole = (value: Value): boolean => isList(value) || isObject(value);

/** Truth values are numbers too, as in Python. */
const plain = ({ value }: Value): unknown => (typeof value === 'boolean' ? Number(value) : value);

function isEqual(left: Value, right: Value, budget: Budget): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (isFunction(left) || isFunction(right)) return left.value === right.value;
  if (isWhole(left) || isWhole(right))
    return isList(left) === isList(right) && isWhole(left) && isWhole(right)
      ? budget.jsonOf(left) === budget.jsonOf(right)
      : false;
  return plain(left) === plain(right);
}

/** Operators that the library has as JavaScript has them, and without bounds; undefined for the others. */
export function operate(operator: string, left: Value, right: Value, budget: Budget): Value | undefined {
  if (operator === '==' || operator === '!=')
    return valueOf(isEqual(left, right, budget) === (operator === '=='));
  const joins = operator === '~' || (operator === '+' && (isText(left) || isText(right)));
  if (!joins || isNothing(left) || isNothing(right)) return undefined;
  const texts = [left, right].map((value) => budget.textOf(value));
  budget.requireText(texts.reduce((sum, { length }) => sum + length, 0));
  return valueOf(texts.join(''));
}
