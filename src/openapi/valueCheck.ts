import type { FieldError } from '../kernel/errors.js';
import { kindOf } from './kinds.js';
import type { ApiDocument, Schema } from './operation.js';
import { plainFaults, typeFault } from './plainFaults.js';
import { schemaOf } from './schemas.js';

/**
 * Parts of values that are looked at, each as often as a schema has it looked at: alternatives in alternatives can be more
 * than anybody can wait for, and so can a large value that many schemas describe.
 */
const MOST_STEPS = 400_000;
/** Of a text that are looked at as quickly as another part. */
const CHARACTERS = 64;
const MOST_LEVELS = 512;
const MOST_TOLD = 50;

class TooMuch extends Error {}

type Schemas = Readonly<Record<string, Schema>>;

/**
 * Checks a value that is to be sent by its schema, compiling nothing: both come from outside. Formats, patterns and
 * what is rare (`dependentSchemas` and such) are left to the platform.
 */
export class ValueCheck {
  #steps = 0;
  /** Of lists and objects, with all within. */
  readonly #weights = new WeakMap<object, number>();

  constructor(private readonly document: Pick<ApiDocument, 'schemas'>) {}

  /** What is wrong with the value, each with its path, which begins with `path`. */
  faults(schema: Schema, value: unknown, path: string): FieldError[] {
    try {
      return this.#faults(schema, value, path, 0);
    } catch (error) {
      if (error instanceof TooMuch) return [{ path, message: error.message }];
      throw error;
    }
  }

  #faults(schema: Schema, value: unknown, path: string, level: number): FieldError[] {
    this.#steps += this.#effortOf(schema, value);
    if (this.#steps > MOST_STEPS) throw new TooMuch('cannot be checked: it or its schema is too large');
    if (level > MOST_LEVELS) throw new TooMuch(`nests deeper than ${MOST_LEVELS} levels`);
    const message = typeFault(schema, kindOf(value));
    if (message !== undefined) return [{ path, message }];
    const found = Array.from(plainFaults(schema, value), (message) => ({ path, message }));
    // A list may have a fault an item.
    if (found.length === 0) found.push(...this.#within(schema, value, path, level).slice(0, MOST_TOLD));
    return [...found, ...this.#inPlace(schema, value, path, level)].slice(0, MOST_TOLD);
  }

  /** Parts that are looked at for this schema alone: all of the value where it is compared as a whole. */
  #effortOf({ enum: values, const: only, uniqueItems, required = [] }: Schema, value: unknown): number {
    const isWhole = values !== undefined || only !== undefined || uniqueItems === true;
    const compared = isWhole ? this.#weightOf(value) + this.#weightOf(only) : 0;
    return 1 + ownPartsOf(value) + compared + (required as unknown[]).length;
  }

  #weightOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 1 + ownPartsOf(value);
    const known = this.#weights.get(value);
    if (known !== undefined) return known;
    const inner: unknown[] = Array.isArray(value) ? value : Object.entries(value).flat();
    const weight = inner.reduce<number>((sum, part) => sum + this.#weightOf(part), 1);
    this.#weights.set(value, weight);
    return weight;
  }

  /** By other schemas for the same value. */
  #inPlace(schema: Schema, value: unknown, path: string, level: number): FieldError[] {
    const { $ref, allOf = [], anyOf, oneOf, not } = schema;
    const by = (other: Schema) => this.#faults(other, value, path, level);
    const found = (allOf as Schema[]).flatMap(by);
    if (typeof $ref === 'string') found.push(...by(schemaOf(this.document, $ref)));
    if (anyOf !== undefined) found.push(...this.#alternatives(anyOf as Schema[], false, path, by));
    if (oneOf !== undefined) found.push(...this.#alternatives(oneOf as Schema[], true, path, by));
    if (not !== undefined && by(not as Schema).length === 0)
      found.push({ path, message: 'must not be what is described' });
    return found;
  }

  #alternatives(
    schemas: readonly Schema[],
    isOne: boolean,
    path: string,
    by: (schema: Schema) => FieldError[],
  ): FieldError[] {
    const results = schemas.map(by);
    const matches = results.filter((faults) => faults.length === 0).length;
    if (matches === 1 || (matches > 1 && !isOne)) return [];
    if (matches > 1) return [{ path, message: 'must be only one of the forms that are described' }];
    // Where the value is meant to be one of them, what is wrong in it helps more.
    const [likely, ...others] = results.filter((faults) => faults.some((fault) => fault.path !== path));
    if (likely && others.length === 0) return likely;
    const [only, ...rest] = results.filter((_, index) => schemas[index]?.type !== 'null');
    if (only && rest.length === 0) return only;
    return [{ path, message: `must be one of the ${results.length} forms that are described` }];
  }

  /** By the schemas for what is in the value. */
  #within(schema: Schema, value: unknown, path: string, level: number): FieldError[] {
    const kind = kindOf(value);
    if (kind.is === 'array') {
      const { prefixItems = [], items } = schema as { prefixItems?: Schema[]; items?: Schema };
      return kind.items.flatMap((item, index) => {
        const own = prefixItems[index] ?? items;
        return own ? this.#faults(own, item, `${path}.${index}`, level + 1) : [];
      });
    }
    return kind.is === 'object' ? this.#inObject(schema, kind.properties, path, level) : [];
  }

  #inObject(schema: Schema, value: Schema, path: string, level: number): FieldError[] {
    const {
      properties = {},
      additionalProperties,
      propertyNames,
      required = [],
    } = schema as {
      properties?: Schemas;
      additionalProperties?: Schema;
      propertyNames?: Schema;
      required?: readonly string[];
    };
    const described = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : undefined);
    const missing = required
      .filter((name) => !Object.hasOwn(value, name) && !this.#isReadOnly(described(name)))
      .map((name) => ({ path: `${path}.${name}`, message: 'is required' }));
    const wrong = Object.entries(value).flatMap(([name, inner]) => {
      const at = `${path}.${name}`;
      const own = described(name) ?? additionalProperties;
      const isUnknown = !described(name) && isFalse(additionalProperties);
      if (isUnknown) return [{ path: at, message: 'is unknown' }];
      const misnamed = propertyNames ? this.#faults(propertyNames, name, at, level + 1) : [];
      return own ? [...misnamed, ...this.#faults(own, inner, at, level + 1)] : misnamed;
    });
    return [...missing, ...wrong];
  }

  #isReadOnly({ $ref, readOnly }: Schema = {}): boolean {
    const of = typeof $ref === 'string' ? schemaOf(this.document, $ref) : {};
    return (readOnly ?? of.readOnly) === true;
  }
}

/** How many parts the value has itself. */
function ownPartsOf(value: unknown): number {
  const kind = kindOf(value);
  if (kind.is === 'string') return Math.floor(kind.text.length / CHARACTERS);
  if (kind.is === 'array') return kind.items.length;
  return kind.is === 'object' ? Object.keys(kind.properties).length : 0;
}

/** Whether it is what `false` was read as. */
function isFalse(schema: Schema | undefined): boolean {
  const not = schema?.not;
  return typeof not === 'object' && not !== null && Object.keys(not).length === 0;
}
