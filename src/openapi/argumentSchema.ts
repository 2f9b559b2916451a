import type { ApiDocument, Operation, Schema } from './operation.js';
import { isRecord } from '../kernel/isRecord.js';
import { nameOf } from './schemas.js';

/** What a schema refers to, anywhere in it. */
function* namesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const each of value as unknown[]) yield* namesIn(each);
  else if (isRecord(value))
    for (const [key, inner] of Object.entries(value))
      if (key === '$ref' && typeof inner === 'string') yield nameOf(inner);
      else yield* namesIn(inner);
}

interface Known {
  names: ReadonlySet<string>;
  /** Characters as JSON. */
  size: number;
}

/** The schemas of the arguments and answers of a document's operations, each with all that it refers to. */
export class OperationSchemas {
  readonly #known = new Map<Schema, Known>();

  constructor(private readonly document: Pick<ApiDocument, 'schemas'>) {}

  /** One object: parameters by name, the body as `body`. */
  argumentsOf({ parameters, body }: Operation): Schema {
    const described = parameters.map(
      ({ argument, description, schema }) =>
        [argument, description === '' ? schema : { description, ...schema }] as const,
    );
    const withBody = body ? ([...described, ['body', body.schema]] as const) : described;
    const required = parameters.filter((parameter) => parameter.required).map(({ argument }) => argument);
    return {
      type: 'object',
      properties: Object.fromEntries(withBody),
      ...((required.length > 0 || body?.required) && {
        required: body?.required ? [...required, 'body'] : required,
      }),
      additionalProperties: false,
    };
  }

  /** Characters that `whole` has as JSON. */
  sizeOf(schema: Schema): number {
    return this.#namesFrom(schema).reduce(
      (sum, name) => sum + this.#of(this.#named(name)).size,
      this.#of(schema).size,
    );
  }

  /** The schema with those that it refers to, where its references find them. */
  whole(schema: Schema): Schema {
    const schemas = this.#namesFrom(schema).map((name) => [name, this.#named(name)] as const);
    return schemas.length === 0
      ? schema
      : { ...schema, components: { schemas: Object.fromEntries(schemas) } };
  }

  #namesFrom(schema: Schema): string[] {
    const found = new Set(this.#of(schema).names);
    // What is added meanwhile is visited, too.
    for (const name of found) for (const further of this.#of(this.#named(name)).names) found.add(further);
    return [...found];
  }

  #named(name: string): Schema {
    return (Object.hasOwn(this.document.schemas, name) && this.document.schemas[name]) || {};
  }

  #of(schema: Schema): Known {
    const known = this.#known.get(schema) ?? {
      names: new Set(namesIn(schema)),
      size: JSON.stringify(schema).length,
    };
    this.#known.set(schema, known);
    return known;
  }
}
