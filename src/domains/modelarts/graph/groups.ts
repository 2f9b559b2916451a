import type { Operation } from '../../../openapi/operation.js';
import type { Definitions } from './definitions.js';
import { typeName } from './names.js';
import type { Scope } from './operationFields.js';
import type { SdlField } from './sdl.js';

type Half = 'Query' | 'Mutation';

const DOES: Record<Half, string> = { Query: 'what can be read', Mutation: 'what changes something' };

export const groupOf = ({ extensions }: Operation): string => extensions['x-isthmus-group'] as string;

const scopeItself = (scope: Scope): Scope => scope;

/** Makes a type for each group of operations, and a field that leads to it. */
export class Groups {
  constructor(
    private readonly operations: readonly Operation[],
    private readonly fieldOf: (operation: Operation) => SdlField,
    private readonly definitions: Definitions,
  ) {}

  /** The fields that lead to what only reads, or to what changes something. */
  fields(half: Half): SdlField[] {
    const isRead = half === 'Query';
    const own = this.operations.filter(({ extensions }) => extensions['x-isthmus-read'] === isRead);
    return [...Map.groupBy(own, groupOf)].map(([name, group]) => this.#group(name, group, half));
  }

  /** The main list of each group that has one. */
  mainLists(): { group: string; field: SdlField }[] {
    const mains = this.operations.filter(({ extensions }) => extensions['x-isthmus-main'] === true);
    return mains.map((operation) => ({ group: groupOf(operation), field: this.fieldOf(operation) }));
  }

  #group(name: string, operations: readonly Operation[], half: Half): SdlField {
    const type = `${typeName(name)}${half}`;
    const [title = name] = operations[0]?.tags ?? [];
    this.definitions.add(type, `${title}: ${DOES[half]}`, operations.map(this.fieldOf));
    return { name, type: `${type}!`, description: title, resolve: scopeItself };
  }
}
