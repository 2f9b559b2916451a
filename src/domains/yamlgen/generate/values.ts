import { Environment, type Value } from './jinja.js';

/** Makes values as the library has them. */
const maker = new Environment();

function convert(raw: unknown): Value {
  maker.variables.clear();
  return maker.set('value', raw);
}

type Made = new (value?: unknown) => Value;
const made = (raw: unknown): Made => convert(raw).constructor as Made;

const StringValue = made('');
const IntegerValue = made(0);
const FloatValue = made(0.5);

/** The value as the library has it; of cells, which are many, in the shortest way. */
export function valueOf(raw: unknown): Value {
  if (typeof raw === 'string') return new StringValue(raw);
  if (typeof raw === 'number') return Number.isInteger(raw) ? new IntegerValue(raw) : new FloatValue(raw);
  return convert(raw);
}

const UndefinedValue = made(undefined);
const ObjectValue = made({});
const ArrayValue = made([]);

const FunctionValue = made(() => undefined);

interface ObjectOf extends Value {
  value: Map<string, Value>;
}
interface ListOf extends Value {
  value: Value[];
}

export const isUndefined = (value: Value): boolean => value instanceof UndefinedValue;
/** What `none` is. */
export const isNull = ({ type }: Value): boolean => type === 'NullValue';
export const isNothing = (value: Value): boolean => isUndefined(value) || isNull(value);
export const isObject = (value: Value): value is ObjectOf => value.value instanceof Map;
export const isList = (value: Value): value is ListOf => Array.isArray(value.value);
export const isFunction = (value: Value): boolean => typeof value.value === 'function';

export function isTrue(value: Value): boolean {
  if (isList(value)) return value.value.length > 0;
  return isObject(value) ? value.value.size > 0 : Boolean(value.value);
}

export const objectOf = (map: Map<string, Value>): Value => new ObjectValue(map);
export const listOf = (values: Value[]): Value => new ArrayValue(values);
/** Takes and answers values as the library has them. */
export const functionOf = (work: (args: Value[]) => Value): Value => new FunctionValue(work);
export const undefinedValue = (): Value => new UndefinedValue();

/** A cell without a value: undefined for `default` and `defined`, nothing where it is printed. */
export class EmptyCell extends UndefinedValue {
  constructor(
    readonly sheet: string,
    readonly row: number,
    readonly column: string,
  ) {
    super();
  }
}
