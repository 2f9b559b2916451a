import type { Schema } from '../../../openapi/operation.js';
import { valueName } from './names.js';
import { enumType } from './sdl.js';

interface Known {
  description: string;
  values: readonly string[];
}

/** The enums of the graph, in answers and in arguments. */
export class Enums {
  readonly #known = new Map<string, Known>();

  /** The values that a schema allows, which are an enum then; undefined where it is none. */
  add(name: string, schema: Schema): readonly string[] | undefined {
    const values = schema.enum as readonly string[] | undefined;
    if (values) this.#known.set(name, { description: schema.description as string, values });
    return values;
  }

  definitions(): string[] {
    return [...this.#known].map(([name, { description, values }]) =>
      enumType(
        name,
        description,
        values.map((value) => ({ name: valueName(value), description: `\`${value}\`` })),
      ),
    );
  }

  /** What stands for each value inside, by its name. */
  resolvers(): Record<string, Record<string, string>> {
    return Object.fromEntries(
      [...this.#known].map(([name, { values }]) => [
        name,
        Object.fromEntries(values.map((value) => [valueName(value), value])),
      ]),
    );
  }
}
