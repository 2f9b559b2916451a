import type { ApiDocument, Schema } from '../../../openapi/operation.js';
import { nameOf, schemaOf } from '../../../openapi/schemas.js';
import { exactNumber } from '../../../kernel/exactJson.js';
import type { Enums } from './enums.js';
import { type DerivedNames, fieldName, typeName } from './names.js';
import { type SdlArgument, inputType } from './sdl.js';

/** How a value is given as an argument. */
export interface Input {
  /** In SDL, without what says that it must be there. */
  type: string;
  /** Makes of a value that GraphQL has checked what is sent. */
  write: (value: unknown) => unknown;
}

const same = (value: unknown): unknown => value;

const SIMPLE: Record<string, Input> = {
  string: { type: 'String', write: same },
  integer: {
    type: 'BigInt',
    write: (value) => (typeof value === 'bigint' ? exactNumber(String(value)) : value),
  },
  number: { type: 'Float', write: same },
  boolean: { type: 'Boolean', write: same },
};

const JSON_INPUT: Input = { type: 'JSON', write: same };

interface Property {
  /** In the request. */
  name: string;
  argument: SdlArgument;
  write: Input['write'];
}

export interface InputOptions {
  /** Properties of the object itself that are given otherwise. */
  without?: readonly string[];
}

/** The input types, as far as something takes them. */
export class Inputs {
  readonly #properties = new Map<string, Property[]>();

  constructor(
    private readonly document: ApiDocument,
    private readonly enums: Enums,
    private readonly names: DerivedNames,
  ) {}

  of(schema: Schema, options?: InputOptions): Input {
    if (typeof schema.$ref === 'string')
      return this.#named(nameOf(schema.$ref), schemaOf(this.document, schema.$ref), options);
    if (schema.type === 'array') {
      const { type, write } = this.of((schema.items ?? {}) as Schema);
      return { type: `[${type}!]`, write: (value) => (Array.isArray(value) ? value.map(write) : value) };
    }
    return SIMPLE[schema.type as string] ?? JSON_INPUT;
  }

  #named(component: string, schema: Schema, { without = [] }: InputOptions = {}): Input {
    if (this.enums.add(typeName(component), schema)) return { type: typeName(component), write: same };
    const properties = schema.properties as Record<string, Schema> | undefined;
    if (!properties) return this.of(schema);
    const known = this.#properties.get(component) ?? [];
    if (!this.#properties.has(component)) {
      // Before its fields are known: one may be of the same type.
      this.#properties.set(component, known);
      const required = new Set(schema.required as string[] | undefined);
      for (const [name, inner] of Object.entries(properties)) {
        if (!without.includes(name)) known.push(this.#property(name, inner, required.has(name)));
      }
    }
    return { type: this.#nameOf(component), write: (value) => written(known, value) };
  }

  #nameOf(component: string): string {
    return this.names.of(typeName(component), 'Input');
  }

  #property(name: string, schema: Schema, isRequired: boolean): Property {
    const { type, write } = this.of(schema);
    const argument = {
      name: fieldName(name),
      type: isRequired ? `${type}!` : type,
      description: schema.description as string,
    };
    return { name, argument, write };
  }

  definitions(): string[] {
    return [...this.#properties].map(([component, properties]) => {
      const { description } = this.document.schemas[component] ?? {};
      const fields = properties.map(({ argument }) => argument);
      return inputType(this.#nameOf(component), description as string, fields);
    });
  }
}

/** The object as it is sent; null is as good as left out. */
function written(properties: readonly Property[], value: unknown): unknown {
  const given = value as Record<string, unknown>;
  const present = properties.filter(({ argument }) => given[argument.name] != null);
  return Object.fromEntries(present.map(({ name, argument, write }) => [name, write(given[argument.name])]));
}
