import { canonical, kindOf, needsMoreBits, type Kind } from './kinds.js';
import type { Schema } from './operation.js';
import { mustBe } from './words.js';

const MOST_LISTED = 30;
/** Characters of these. */
const LONGEST_LIST = 1000;
const BITS: Readonly<Record<string, number>> = { int32: 32, int64: 64 };

function listed(values: readonly unknown[]): string {
  const shown = values
    .slice(0, MOST_LISTED)
    .map((value) => (typeof value === 'string' ? value : canonical(value)));
  const text = `${shown.join(', ')}${values.length > MOST_LISTED ? ', …' : ''}`;
  return text.length > LONGEST_LIST ? `${text.slice(0, LONGEST_LIST).toWellFormed()}…` : text;
}

/** What is wrong with its type; undefined where it is right. */
export function typeFault({ type }: Schema, { is }: Kind): string | undefined {
  if (type === undefined) return undefined;
  const types = [type].flat() as string[];
  if (types.includes(is) || (is === 'integer' && types.includes('number'))) return undefined;
  return mustBe(...types);
}

/** What a value may be, and how that is told. */
interface Allowed {
  texts: ReadonlySet<string>;
  message: string;
}

/** By the list of it; one may be compared with very many. */
const known = new WeakMap<readonly unknown[], Allowed>();

function allowedBy(list: readonly unknown[]): Allowed {
  const allowed = known.get(list) ?? {
    texts: new Set(list.map(canonical)),
    message: `must be one of ${listed(list)}`,
  };
  known.set(list, allowed);
  return allowed;
}

function* valueFaults({ enum: values, const: only }: Schema, value: unknown): Generator<string> {
  if (Array.isArray(values)) {
    const { texts, message } = allowedBy(values);
    if (!texts.has(canonical(value))) yield message;
  }
  if (only !== undefined && canonical(only) !== canonical(value)) yield `must be ${listed([only])}`;
}

/** Of what binary fractions come to. */
const TOLERANCE = 1e-9;

/** As well as can be told: beyond 2^53 it cannot. */
function isMultiple(number: number, of: number): boolean {
  const quotient = number / of;
  return Math.abs(number) > Number.MAX_SAFE_INTEGER || Math.abs(quotient - Math.round(quotient)) < TOLERANCE;
}

function* numberFaults(schema: Schema, kind: Kind & { number: number; digits: string }): Generator<string> {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, format } = schema;
  const { number } = kind;
  if (typeof minimum === 'number' && number < minimum) yield `must be at least ${minimum}`;
  if (typeof maximum === 'number' && number > maximum) yield `must be at most ${maximum}`;
  if (typeof exclusiveMinimum === 'number' && number <= exclusiveMinimum)
    yield `must be more than ${exclusiveMinimum}`;
  if (typeof exclusiveMaximum === 'number' && number >= exclusiveMaximum)
    yield `must be less than ${exclusiveMaximum}`;
  if (typeof multipleOf === 'number' && !isMultiple(number, multipleOf))
    yield `must be a multiple of ${multipleOf}`;
  const bits = kind.is === 'integer' ? BITS[String(format)] : undefined;
  if (bits !== undefined && needsMoreBits(kind, bits)) yield `must be a whole number of ${bits} bits`;
}

const COUNTS = {
  string: ['minLength', 'maxLength', 'characters'],
  array: ['minItems', 'maxItems', 'items'],
  object: ['minProperties', 'maxProperties', 'properties'],
} as const;

function charactersIn(text: string): number {
  let count = 0;
  // Not `[...text].length`: a text of some MiB would be as many strings.
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1) count += 1;
  return count;
}

function sizeOf(kind: Extract<Kind, { is: keyof typeof COUNTS }>): number {
  if (kind.is === 'string') return charactersIn(kind.text);
  return kind.is === 'array' ? kind.items.length : Object.keys(kind.properties).length;
}

function* sizeFaults(schema: Schema, kind: Extract<Kind, { is: keyof typeof COUNTS }>): Generator<string> {
  const [least, most, what] = COUNTS[kind.is];
  const { [least]: min, [most]: max } = schema;
  if (typeof min !== 'number' && typeof max !== 'number') return;
  const size = sizeOf(kind);
  if (typeof min === 'number' && size < min) yield `must have at least ${min} ${what}`;
  if (typeof max === 'number' && size > max) yield `must have at most ${max} ${what}`;
}

/** What is wrong with a value whose type is right, but for the values in it and for other schemas. */
export function* plainFaults(schema: Schema, value: unknown): Generator<string> {
  const kind = kindOf(value);
  yield* valueFaults(schema, value);
  if (kind.is === 'integer' || kind.is === 'number') yield* numberFaults(schema, kind);
  if (kind.is === 'string' || kind.is === 'array' || kind.is === 'object') yield* sizeFaults(schema, kind);
  if (kind.is === 'array' && schema.uniqueItems === true) {
    const different = new Set(kind.items.map(canonical));
    if (different.size < kind.items.length) yield 'must not have the same item twice';
  }
}
