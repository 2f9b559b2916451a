import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../../kernel/context.js';
import { exactSelectionOf } from '../../../kernel/selection.js';
import type { Repeats } from '../../platforms/index.js';
import { type Links, type ToList, type ToObjects, idsAt } from '../links.js';
import type { Arguments } from '../operation.service.js';
import { type Answered, answeredOf } from './answered.js';
import { fieldName } from './names.js';
import type { LinkField, Output } from './outputs.js';
import type { SdlArgument, SdlField } from './sdl.js';

export interface LinkParts {
  /** How the objects of a target are shown. */
  outputOf: (target: string) => Output;
  /** The field of an operation. */
  fieldOf: (operation: string) => SdlField;
  repeats: Repeats;
}

/** `linkedAlgorithm`: algorithm; `linkedNodePools`: node pools. */
const wordsOf = (field: string): string =>
  field
    .replace(/^linked/, '')
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();

const shownPath = (path: readonly string[]): string =>
  path
    .filter((step) => step !== '*')
    .map(fieldName)
    .join('.');

type Resolve = NonNullable<SdlField['resolve']>;

/** Where in a document a field stands. */
const placeOf = ({ fieldNodes }: GraphQLResolveInfo): object => {
  const [only] = fieldNodes;
  return only && fieldNodes.length === 1 ? only : fieldNodes;
};

/** Makes fields that lead from one type to others. */
export class LinkFields {
  constructor(
    private readonly links: Links,
    private readonly parts: LinkParts,
  ) {}

  /** What the type of a component gains. */
  of(component: string): LinkField[] {
    return Object.entries(this.links[component] ?? {}).map(([name, link]) =>
      'to' in link ? this.#toObjects(name, link) : this.#toList(name, link),
    );
  }

  #toObjects(name: string, { to, from }: ToObjects): LinkField {
    const { type, reading } = this.parts.outputOf(to);
    const isList = from.includes('*');
    const what = `The ${wordsOf(name)} that \`${shownPath(from)}\` names`;
    return {
      name,
      type: isList ? `[${type}!]` : type,
      description: isList
        ? `${what}, without those that are gone`
        : `${what}; null without one, and when it is gone`,
      link: (selection) => ({ name, to, from, isList, read: reading(selection) }),
    };
  }

  #toList(name: string, { list, with: taken }: ToList): SdlField {
    const field = this.parts.fieldOf(list);
    const own = Object.entries(taken).map(([argument, path]) => [fieldName(argument), path] as const);
    const isTaken = ({ name: argument }: SdlArgument) => own.some(([known]) => known === argument);
    const { resolve: ask, arguments: all = [], type } = field;
    const asked = new WeakMap<Answered, Map<object, Promise<unknown>>>();
    const resolve: Resolve = async (
      source: object,
      args: Arguments,
      ctx: RequestContext,
      info: GraphQLResolveInfo,
    ) => {
      const answered = answeredOf(source);
      const filled = own.map(([argument, path]) => [argument, idsAt(answered.value, path)[0]] as const);
      if (!ask || filled.some(([, id]) => id === undefined)) return null;
      const scope = { platform: answered.platform };
      const given = { ...args, ...Object.fromEntries(filled) };
      const places = asked.get(answered) ?? new Map<object, Promise<unknown>>();
      asked.set(answered, places);
      return this.#once(ctx, places, info, async () => ask(scope as never, given as never, ctx, info));
    };
    const description = `Its ${wordsOf(name)}. ${field.description}`;
    return { name, type, description, arguments: all.filter((argument) => !isTaken(argument)), resolve };
  }

  /** An object that is shown several times is asked once at each place of the document. */
  async #once(
    ctx: RequestContext,
    places: Map<object, Promise<unknown>>,
    info: GraphQLResolveInfo,
    ask: () => Promise<unknown>,
  ): Promise<unknown> {
    const place = placeOf(info);
    const known = places.get(place);
    if (known) {
      const shown = await known.catch((error: unknown) => error);
      this.parts.repeats.require(ctx, shown, exactSelectionOf(info).most ?? 1);
    }
    const answer = known ?? ask();
    places.set(place, answer);
    return answer;
  }
}
