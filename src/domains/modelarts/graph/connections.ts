import type { DerivedNames } from './names.js';
import type { Output } from './outputs.js';
import { objectType } from './sdl.js';

const plain = (name: string, type: string, description: string) => ({ name, type, description });

/** The Relay connections of the types of answers, as the house has them. */
export class Connections {
  /** By the type of the items. */
  readonly #known = new Map<string, string>();

  constructor(private readonly names: DerivedNames) {}

  /** The connection of items; `of` is their type without the list around it. */
  of({ type: item }: Output): string {
    const known = this.#known.get(item);
    if (known !== undefined) return known;
    const name = this.names.of(item, 'Connection');
    this.#known.set(item, name);
    return name;
  }

  definitions(): string[] {
    return [...this.#known].flatMap(([item, name]) => {
      const edge = name.replace(/Connection$/, 'Edge');
      return [
        objectType(edge, `A ${item} and where it stands in the list`, [
          plain('cursor', 'String!', 'Where the item stands in the list'),
          plain('node', `${item}!`, 'The item'),
        ]),
        objectType(name, `A page of a list of ${item}`, [
          plain('edges', `[${edge}!]!`, 'The items with their cursors'),
          plain('nodes', `[${item}!]!`, 'The items'),
          plain('pageInfo', 'PageInfo!', 'Where the page stands in its list'),
          plain(
            'totalCount',
            'Int',
            'How many items the whole list has; null where the platform does not tell',
          ),
        ]),
      ];
    });
  }
}
