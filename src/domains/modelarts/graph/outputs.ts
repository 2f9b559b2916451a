import type { Selection } from '../../../kernel/selection.js';
import type { ApiDocument, Schema } from '../../../openapi/operation.js';
import { nameOf, schemaOf } from '../../../openapi/schemas.js';
import {
  type Link,
  type Read,
  readBoolean,
  readEnum,
  readInteger,
  readJson,
  readList,
  readNumber,
  readObject,
  readString,
} from './answered.js';
import type { Enums } from './enums.js';
import { fieldName, typeName } from './names.js';
import { type Resolvers, type SdlField, objectType, resolversOf } from './sdl.js';

/** How a part of an answer is shown. */
export interface Output {
  /** In SDL; null is always allowed. */
  type: string;
  /** Reads as much of it as is selected. */
  reading: (selection: Selection) => Read;
}

const always = (type: string, read: Read): Output => ({ type, reading: () => read });

const SIMPLE: Record<string, Output> = {
  string: always('String', readString),
  integer: always('BigInt', readInteger),
  number: always('Float', readNumber),
  boolean: always('Boolean', readBoolean),
};

const JSON_OUTPUT = always('JSON', readJson);

/** A property of an object that is answered. */
interface Property {
  name: string;
  output: Output;
}

/** A field beside those of the properties: it is resolved, or has a link. */
export interface LinkField extends SdlField {
  link?: (selection: Selection) => Link;
}

/** The type of a component. */
interface OutputType {
  fields: LinkField[];
  /** By the fields that show them. */
  properties: Map<string, Property>;
  /** By what is selected of it. */
  readings: WeakMap<Selection, Read>;
}

/** The object types of answers, as far as something is answered in them. */
export class Outputs {
  readonly #types = new Map<string, OutputType>();

  constructor(
    private readonly document: ApiDocument,
    private readonly enums: Enums,
    /** Fields that a component's type has beside those of its properties. */
    private readonly moreOf: (component: string) => readonly LinkField[],
  ) {}

  of(schema: Schema): Output {
    if (typeof schema.$ref === 'string')
      return this.#named(nameOf(schema.$ref), schemaOf(this.document, schema.$ref));
    if (schema.type === 'array') {
      const { type, reading } = this.of((schema.items ?? {}) as Schema);
      return { type: `[${type}!]`, reading: (selection) => readList(reading(selection)) };
    }
    return SIMPLE[schema.type as string] ?? JSON_OUTPUT;
  }

  #named(component: string, schema: Schema): Output {
    const name = typeName(component);
    const values = this.enums.add(name, schema);
    if (values) return always(name, readEnum(values));
    const properties = schema.properties as Record<string, Schema> | undefined;
    if (!properties) return this.of(schema);
    const type = this.#types.get(component) ?? this.#add(component, properties);
    return { type: name, reading: (selection) => readingOf(type, selection) };
  }

  #add(component: string, properties: Record<string, Schema>): OutputType {
    const type: OutputType = { fields: [], properties: new Map(), readings: new WeakMap() };
    // Before its fields are known: one may be of the same type.
    this.#types.set(component, type);
    for (const [property, inner] of Object.entries(properties)) {
      const name = fieldName(property);
      const output = this.of(inner);
      type.properties.set(name, { name: property, output });
      type.fields.push({ name, type: output.type, description: inner.description as string });
    }
    type.fields.push(...this.moreOf(component));
    return type;
  }

  definitions(): string[] {
    return [...this.#types].map(([component, { fields }]) => {
      const { description } = this.document.schemas[component] ?? {};
      return objectType(typeName(component), description as string, fields);
    });
  }

  resolvers(): Record<string, Resolvers> {
    return Object.fromEntries(
      [...this.#types].map(([component, { fields }]) => [typeName(component), resolversOf(fields)]),
    );
  }
}

function readingOf({ properties, fields, readings }: OutputType, selection: Selection): Read {
  const known = readings.get(selection);
  if (known) return known;
  const selected = [...(selection.fields ?? [])];
  const shown = selected.flatMap(([name, below]) => {
    const property = properties.get(name);
    return property ? [{ name, property: property.name, read: property.output.reading(below) }] : [];
  });
  const others = fields.filter(({ name }) => !properties.has(name));
  const links = others.flatMap(({ name, link }) => {
    const below = selection.fields?.get(name);
    return below && link ? [link(below)] : [];
  });
  const isKept = others.some(({ name, resolve }) => resolve && selection.fields?.has(name));
  const reading = readObject({ fields: shown, links, isKept });
  readings.set(selection, reading);
  return reading;
}
