import type { ApiDocument, Schema } from '../../../openapi/operation.js';
import { nameOf, schemaOf } from '../../../openapi/schemas.js';
import {
  type Answered,
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
  read: Read;
}

const SIMPLE: Record<string, Output> = {
  string: { type: 'String', read: readString },
  integer: { type: 'BigInt', read: readInteger },
  number: { type: 'Float', read: readNumber },
  boolean: { type: 'Boolean', read: readBoolean },
};

const JSON_OUTPUT: Output = { type: 'JSON', read: readJson };

/** The object types of answers, as far as something is answered in them. */
export class Outputs {
  readonly #fields = new Map<string, SdlField[]>();

  constructor(
    private readonly document: ApiDocument,
    private readonly enums: Enums,
    /** Fields that a component's type has beside those of its properties. */
    private readonly moreOf: (component: string) => readonly SdlField[],
  ) {}

  of(schema: Schema): Output {
    if (typeof schema.$ref === 'string')
      return this.#named(nameOf(schema.$ref), schemaOf(this.document, schema.$ref));
    if (schema.type === 'array') {
      const { type, read } = this.of((schema.items ?? {}) as Schema);
      return { type: `[${type}!]`, read: readList(read) };
    }
    return SIMPLE[schema.type as string] ?? JSON_OUTPUT;
  }

  #named(component: string, schema: Schema): Output {
    const name = typeName(component);
    const values = this.enums.add(name, schema);
    if (values) return { type: name, read: readEnum(values) };
    const properties = schema.properties as Record<string, Schema> | undefined;
    if (!properties) return this.of(schema);
    if (!this.#fields.has(component)) {
      const fields: SdlField[] = [];
      // Before its fields are known: one may be of the same type.
      this.#fields.set(component, fields);
      for (const [property, inner] of Object.entries(properties)) fields.push(this.#field(property, inner));
      fields.push(...this.moreOf(component));
    }
    return { type: name, read: readObject };
  }

  #field(property: string, schema: Schema): SdlField {
    const { type, read } = this.of(schema);
    const resolve = ({ value, platform }: Answered) => read(value[property], property, platform);
    return { name: fieldName(property), type, description: schema.description as string, resolve };
  }

  definitions(): string[] {
    return [...this.#fields].map(([component, fields]) => {
      const { description } = this.document.schemas[component] ?? {};
      return objectType(typeName(component), description as string, fields);
    });
  }

  resolvers(): Record<string, Resolvers> {
    return Object.fromEntries(
      [...this.#fields].map(([component, fields]) => [typeName(component), resolversOf(fields)]),
    );
  }
}
