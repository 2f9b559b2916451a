// The components of the document: every type, body, answer and enum, each under its name.
import type { Catalogue, CatalogueField, CatalogueOperation, CatalogueType } from './catalogue.ts';
import { Enums, componentName } from './enums.ts';
import { meaningOf, sentence, typeMeaning, wordsOf } from './words.ts';

type Schema = Record<string, unknown>;

const SIMPLE: Record<string, Schema> = {
  string: { type: 'string' },
  integer: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  object: { type: 'object' },
  array: { type: 'array', items: { type: 'string' } },
};

/** Stands for the whole body where that is an array. */
const WHOLE_BODY = '[items]';

const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${componentName(name)}` });

/** A type with just these fields, whatever their order. */
const signatureOf = (fields: readonly CatalogueField[]): string =>
  fields
    .map(({ name, type }) => `${name}: ${type}`)
    .toSorted()
    .join();

export class Schemas {
  readonly #types: Catalogue['types'];
  readonly #enums: Enums;
  readonly #components = new Map<string, Schema>();
  readonly #bySignature: ReadonlyMap<string, string>;

  constructor(catalogue: Catalogue) {
    this.#types = catalogue.types;
    this.#enums = new Enums(catalogue);
    const types = [...catalogue.types.values()].filter(({ fields }) => fields.length > 1);
    this.#bySignature = new Map(types.map(({ name, fields }) => [signatureOf(fields), name]));
    for (const type of catalogue.types.values()) this.#add(type.name, this.#objectOf(type));
    for (const { name, description, values } of this.#enums.all()) {
      this.#add(name, { type: 'string', enum: values, description });
    }
  }

  /** By their names, in alphabetical order. */
  components(): Record<string, Schema> {
    const sorted = [...this.#components].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted);
  }

  /** The schema of a field, with what it means. */
  fieldOf(field: CatalogueField): Schema {
    const known = this.#enums.of(field);
    const described = { description: meaningOf(field.name) };
    if (!known) {
      const values = field.values ? { examples: field.values } : {};
      const listed = field.values
        ? `, such as ${field.values.map((value) => `\`${value}\``).join(', ')}`
        : '';
      return { ...this.#typeOf(field.type), description: described.description + listed, ...values };
    }
    const item = reference(known.name);
    return field.type === 'string' ? { ...item, ...described } : { type: 'array', items: item, ...described };
  }

  bodyOf({ operationId, name, bodyType, body, source }: CatalogueOperation): Schema | undefined {
    const [whole] = body;
    if (!whole) return undefined;
    if (whole.name === WHOLE_BODY) return this.#typeOf(whole.type);
    return this.#named(bodyType, `${operationId}RequestBody`, { name, source, fields: body });
  }

  answerOf({ operationId, name, responseType, response, source }: CatalogueOperation): Schema | undefined {
    if (response.length === 0) return undefined;
    return this.#named(responseType, `${operationId}Response`, { name, source, fields: response });
  }

  /** The type that the catalogue names or that has the same fields, else one of its own. */
  #named(given: string | undefined, own: string, { name, fields }: CatalogueType): Schema {
    const same = given ?? this.#bySignature.get(signatureOf(fields));
    if (same !== undefined) return reference(same);
    const words = sentence(wordsOf(own.replace(/RequestBody$|Response$/, '')));
    const description = own.endsWith('Response') ? `Answer of "${name}"` : `What "${name}" takes`;
    this.#add(own, { ...this.#objectOf({ name: words, source: '', fields }), description });
    return reference(own);
  }

  #objectOf({ name, source, fields }: CatalogueType): Schema {
    const description = typeMeaning(name, source);
    if (fields.length === 0) return { description: `${description}, whose fields are documented nowhere` };
    const required = fields.filter((field) => field.required).map((field) => field.name);
    const properties = Object.fromEntries(fields.map((field) => [field.name, this.fieldOf(field)]));
    return { type: 'object', description, properties, ...(required.length > 0 ? { required } : {}) };
  }

  #typeOf(type: string): Schema {
    const simple = SIMPLE[type];
    if (simple) return simple;
    const [, container, inner = ''] = /^(array|map)<(?:string,)?(.+)>$/.exec(type) ?? [];
    if (container === 'array') return { type: 'array', items: this.#typeOf(inner) };
    if (container === 'map') return { type: 'object', additionalProperties: this.#typeOf(inner) };
    if (!this.#types.has(type)) throw new Error(`no type is named ${type}`);
    return reference(type);
  }

  #add(name: string, schema: Schema): void {
    const component = componentName(name);
    if (this.#components.has(component)) throw new Error(`two components are named ${component}`);
    this.#components.set(component, schema);
  }
}
