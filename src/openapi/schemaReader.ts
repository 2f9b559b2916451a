import { z } from 'zod';
import { quoted, type Faults } from './faults.js';
import type { Schema } from './operation.js';
import { isRecord } from '../kernel/isRecord.js';
import { below, decoded, valueAt } from './pointer.js';
import { nameOf, referenceTo } from './schemas.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'] as const;

const type = z.enum(TYPES, `must be one of ${TYPES.join(', ')}`);
const limit = z.number();
const count = z.int().min(0, 'must not be negative');
const words = z.string();
const flag = z.boolean();

/** What is kept of a schema, but for the schemas in it. All else says nothing of a value. */
const KEYWORDS = {
  type: z.union([type, z.array(type)], `must be one of ${TYPES.join(', ')}, or a list of them`),
  enum: z.array(z.unknown()),
  const: z.unknown(),
  default: z.unknown(),
  title: words,
  description: words,
  format: words,
  pattern: words,
  minimum: limit,
  maximum: limit,
  multipleOf: limit.positive('must be greater than 0'),
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  uniqueItems: flag,
  minProperties: count,
  maxProperties: count,
  required: z.array(words, 'must be a list of names'),
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  contentEncoding: words,
  contentMediaType: words,
} as const;

const IN_PLACE_LISTS = ['allOf', 'anyOf', 'oneOf'] as const;
const LISTS = [...IN_PLACE_LISTS, 'prefixItems'] as const;
const SINGLE = ['not', 'items', 'additionalProperties', 'propertyNames'] as const;

/** What 3.0 says of bounds is a number and whether it is excluded; 3.1 has a number for each. */
function* bounds(node: Readonly<Record<string, unknown>>): Generator<[string, unknown]> {
  for (const [keyword, limited] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    if (typeof node[keyword] === 'number') yield [keyword, node[keyword]];
    else if (node[keyword] === true && typeof node[limited] === 'number') yield [keyword, node[limited]];
  }
}

/** `nullable` of 3.0, as 3.1 has it. */
function orNull(schema: Record<string, unknown>): Schema {
  const { type: types, enum: values, ...rest } = schema;
  if (types === undefined) return schema;
  return {
    ...rest,
    type: [...new Set([types, 'null'].flat())],
    ...(Array.isArray(values) && { enum: [...new Set([...(values as unknown[]), null])] }),
  };
}

/** The references that a schema follows for the same value. */
function inPlaceReferences(schema: Schema): string[] {
  const inner = [...IN_PLACE_LISTS.flatMap((keyword) => (schema[keyword] ?? []) as Schema[]), schema.not];
  const own = typeof schema.$ref === 'string' ? [schema.$ref] : [];
  return [...own, ...inner.filter(isRecord).flatMap(inPlaceReferences)];
}

/** Schemas that refer to each other for the same value. */
const LONGEST_WAY = 64;

/**
 * Reads the schemas of a document. Whatever a reference names becomes one of `schemas`, wherever it stands, so that who
 * reads schemas later need not know the document.
 */
export class SchemaReader {
  readonly #schemas = new Map<string, Schema>();
  readonly #unread: { name: string; node: unknown; place: string }[] = [];
  /** Several things may refer to what has the same schema. */
  readonly #known = new WeakMap<object, Schema>();

  constructor(
    private readonly root: unknown,
    private readonly faults: Faults,
  ) {}

  read(node: unknown, place: string): Schema {
    if (node === true) return {};
    if (node === false) return { not: {} };
    if (!isRecord(node)) {
      this.faults.add(place, 'must be a schema');
      return {};
    }
    const known = this.#known.get(node) ?? this.#read(node, place);
    this.#known.set(node, known);
    return known;
  }

  #read(node: Readonly<Record<string, unknown>>, place: string): Schema {
    const schema = Object.fromEntries([
      ...this.#reference(node, place),
      ...this.#keywords(node, place),
      ...bounds(node),
      ...this.#inner(node, place),
    ]);
    return node.nullable === true ? orNull(schema) : schema;
  }

  /** All that has been read, by name. */
  schemas(): Record<string, Schema> {
    // Not on meeting them: one may name the next without end.
    for (let next = this.#unread.pop(); next; next = this.#unread.pop())
      this.#schemas.set(next.name, this.read(next.node, next.place));
    this.#refuseCircles();
    return Object.fromEntries(this.#schemas);
  }

  #reference(node: Readonly<Record<string, unknown>>, place: string): [string, unknown][] {
    const { $ref } = node;
    if ($ref === undefined) return [];
    if (typeof $ref !== 'string' || !$ref.startsWith('#/')) {
      this.faults.add(below(place, '$ref'), 'must be a reference within the document: #/…');
      return [];
    }
    const target = valueAt(this.root, $ref);
    if (target === undefined) {
      this.faults.add(below(place, '$ref'), `${quoted($ref)} is not in the document`);
      return [];
    }
    const own = $ref.startsWith(referenceTo('')) ? nameOf($ref) : undefined;
    const name = (own?.includes('/') ? undefined : own && decoded(own)) ?? $ref.slice('#/'.length);
    this.add(name, target, $ref.slice('#'.length));
    return [['$ref', referenceTo(name)]];
  }

  /** Something that `schemas` has under a name. */
  add(name: string, node: unknown, place: string): void {
    if (this.#schemas.has(name)) return;
    this.#schemas.set(name, {});
    this.#unread.push({ name, node, place });
  }

  *#keywords(node: Readonly<Record<string, unknown>>, place: string): Generator<[string, unknown]> {
    for (const [keyword, shape] of Object.entries(KEYWORDS)) {
      if (!Object.hasOwn(node, keyword)) continue;
      const value: unknown = node[keyword];
      // 3.0 lets `required` of a property say whether the object must have it, as some write; it says nothing here.
      if (keyword === 'required' && typeof value === 'boolean') continue;
      if (this.faults.check(shape, value, below(place, keyword)) !== undefined || value === null)
        yield [keyword, value];
    }
    for (const [keyword, value] of Object.entries(node)) if (keyword.startsWith('x-')) yield [keyword, value];
  }

  *#inner(node: Readonly<Record<string, unknown>>, place: string): Generator<[string, unknown]> {
    for (const keyword of SINGLE) {
      if (Object.hasOwn(node, keyword)) yield [keyword, this.read(node[keyword], below(place, keyword))];
    }
    for (const keyword of LISTS) {
      const list = node[keyword];
      if (list === undefined) continue;
      if (!Array.isArray(list) || list.length === 0)
        this.faults.add(below(place, keyword), 'must be a list of schemas');
      else yield [keyword, list.map((each, index) => this.read(each, below(place, keyword, index)))];
    }
    const { properties } = node;
    if (properties === undefined) return;
    if (!isRecord(properties)) this.faults.add(below(place, 'properties'), 'must be schemas by name');
    else
      yield [
        'properties',
        Object.fromEntries(
          Object.entries(properties).map(([name, each]) => [
            name,
            this.read(each, below(place, 'properties', name)),
          ]),
        ),
      ];
  }

  /** What means itself, with nothing in between, can be checked of no value. */
  #refuseCircles(): void {
    const done = new Set<string>();
    const visit = (name: string, way: ReadonlySet<string>): void => {
      const place = below('/components/schemas', name);
      if (way.has(name)) this.faults.add(place, 'refers to itself in a circle');
      else if (way.size > LONGEST_WAY)
        this.faults.add(place, `is what more than ${LONGEST_WAY} schemas refer to in turn`);
      if (done.has(name) || way.size > LONGEST_WAY) return;
      done.add(name);
      const further = new Set(way).add(name);
      const references = inPlaceReferences(this.#schemas.get(name) ?? {});
      for (const reference of references) visit(nameOf(reference), further);
    };
    for (const name of this.#schemas.keys()) visit(name, new Set());
  }
}
