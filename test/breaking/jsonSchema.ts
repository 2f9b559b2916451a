import { isDeepStrictEqual } from 'node:util';

export type Schema = Record<string, unknown>;
/** Who writes the value: clients what is asked for, the server what is answered. */
export type Side = 'request' | 'response';
/** The schema that a `$ref` names, or the schema itself. */
export type Resolve = (schema: Schema) => Schema;

const ANNOTATIONS = ['description', 'title', 'example', 'examples', 'deprecated', '$ref'];
const STRUCTURE = ['type', 'enum', 'const', 'default', 'properties', 'required', 'items'];
const SIZES_FROM_ZERO = ['minLength', 'minItems', 'minProperties'];
const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', ...SIZES_FROM_ZERO];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

const listOf = (value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]);
const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
const namesIn = (value: unknown) => new Set(Object.keys(value ?? {}));

/** Whether every value within `bound` is within `limit`; no `limit` takes all. */
function isWithin(key: string, bound: unknown, limit: unknown): boolean {
  if (limit === undefined || isDeepStrictEqual(bound, limit)) return true;
  if (SIZES_FROM_ZERO.includes(key) && limit === 0) return true;
  if (typeof bound !== 'number' || typeof limit !== 'number') return false;
  if (LOWER_BOUNDS.includes(key)) return bound > limit;
  return UPPER_BOUNDS.includes(key) && bound < limit;
}

/** A schema that takes null beside another says so by its types. */
function withNullType(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  const [some, none, ...others] = (anyOf ?? []) as Schema[];
  const isNullable = some?.type !== undefined && none?.type === 'null' && others.length === 0;
  return isNullable ? { ...rest, ...some, type: [...listOf(some.type), 'null'] } : schema;
}

function areTypesWithin(types: unknown, limit: unknown): boolean {
  if (limit === undefined) return true;
  if (types === undefined) return false;
  const allowed = listOf(limit);
  return listOf(types).every(
    (type) => allowed.includes(type) || (type === 'integer' && allowed.includes('number')),
  );
}

function valuesOf({ const: constant, enum: values }: Schema): unknown[] | undefined {
  return constant === undefined ? (values as unknown[] | undefined) : [constant];
}

function* lostValues(before: Schema, after: Schema): Generator<string> {
  const taken = valuesOf(after);
  if (!taken) return;
  for (const value of valuesOf(before) ?? ['what is not listed']) {
    if (!taken.includes(value)) yield `${textOf(value)} is no longer taken`;
  }
}

/** What both say of a value itself: clients may go on sending what was taken, and get nothing that was not promised. */
function* valueBreaks(before: Schema, after: Schema, side: Side): Generator<string> {
  const [written, read] = side === 'request' ? [before, after] : [after, before];
  if (!areTypesWithin(written.type, read.type)) yield `type is now ${textOf(after.type ?? 'any')}`;
  if (before.default !== undefined && !isDeepStrictEqual(before.default, after.default)) {
    yield `default is now ${textOf(after.default ?? 'none')}`;
  }
  // Answers may get further values, as those of GraphQL's enums may.
  if (side === 'request') yield* lostValues(before, after);
  const known = [...ANNOTATIONS, ...STRUCTURE];
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const areSchemas =
      key === 'additionalProperties' && [before, after].every((one) => typeof one[key] === 'object');
    if (known.includes(key) || areSchemas || isWithin(key, written[key], read[key])) continue;
    yield `${key} is now ${textOf(after[key] ?? 'any')}`;
  }
}

/** What of `before` a client that relies on it misses in `after`. */
export function* schemaBreaks(
  before: Schema,
  after: Schema,
  side: Side,
  [resolveBefore, resolveAfter]: [Resolve, Resolve],
  path = '',
  ancestors: readonly [Schema, Schema][] = [],
): Generator<string> {
  const pair: [Schema, Schema] = [resolveBefore(before), resolveAfter(after)];
  if (ancestors.some(([one, other]) => one === pair[0] && other === pair[1])) return;
  const [old, now] = [withNullType(pair[0]), withNullType(pair[1])];
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const tell = (where: string, text: string) => (where === '' ? text : `${where} ${text}`);
  const known = [...ancestors, pair];
  const within = (one: unknown, other: unknown, where: string) =>
    schemaBreaks(one as Schema, other as Schema, side, [resolveBefore, resolveAfter], where, known);

  for (const text of valueBreaks(old, now, side)) yield tell(path, text);
  const [required, requiredNow] = [old, now].map((schema) => new Set((schema.required ?? []) as string[]));
  if (side === 'request') {
    for (const name of requiredNow ?? []) if (!required?.has(name)) yield tell(at(name), 'is now required');
  }
  const present = namesIn(now.properties);
  for (const [name, property] of Object.entries((old.properties ?? {}) as Schema)) {
    if (!present.has(name)) {
      yield tell(at(name), 'was removed');
      continue;
    }
    if (side === 'response' && required?.has(name) && !requiredNow?.has(name)) {
      yield tell(at(name), 'may now be missing');
    }
    yield* within(property, (now.properties as Schema)[name], at(name));
  }
  if (old.items && now.items) yield* within(old.items, now.items, `${path}[]`);
  const [others, othersNow] = [old.additionalProperties, now.additionalProperties];
  if (typeof others === 'object' && typeof othersNow === 'object') yield* within(others, othersNow, at('*'));
}
