// Which sets of values are one enum, and its name.
import type { Catalogue, CatalogueField } from './catalogue.ts';

const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z\d]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

export const componentName = pascal;

export interface NamedEnum {
  name: string;
  /** Whose values they are. */
  description: string;
  values: string[];
}

/** Names of enums by the field's name and its values: equal values of fields that are named alike are one enum. */
export class Enums {
  readonly #known = new Map<string, NamedEnum>();

  constructor({ operations, types }: Catalogue) {
    const uses = [
      ...[...types.values()].flatMap(({ name, fields }) => fields.map((field) => ({ owner: name, field }))),
      ...operations.flatMap(({ operationId, query }) =>
        query.map((field) => ({ owner: operationId, field })),
      ),
    ].filter(({ field }) => field.enum);
    const sets = Map.groupBy(uses, ({ field }) => Enums.#keyOf(field));
    const taken = new Set([...types.keys()].map(pascal));
    const perName = Map.groupBy(sets.values(), ([first]) => first?.field.name);
    for (const [key, [first, ...others]] of sets) {
      if (!first) continue;
      const { owner, field } = first;
      const shared = pascal(field.name);
      const isOnly = others.length > 0 && perName.get(field.name)?.length === 1 && !taken.has(shared);
      const name = isOnly ? shared : pascal(owner) + shared;
      if (taken.has(name)) throw new Error(`two components are named ${name}`);
      taken.add(name);
      const of = isOnly ? '' : ` of \`${owner}\``;
      const description = `What \`${field.name}\`${of} can be`;
      this.#known.set(key, { name, description, values: field.enum ?? [] });
    }
  }

  static #keyOf({ name, enum: values = [] }: CatalogueField): string {
    return [name, ...values.toSorted()].join('|');
  }

  /** The enum that a field's values make; undefined where it has none. */
  of(field: CatalogueField): NamedEnum | undefined {
    return field.enum && this.#known.get(Enums.#keyOf(field));
  }

  all(): NamedEnum[] {
    return [...this.#known.values()];
  }
}
