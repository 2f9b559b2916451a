import type { RequestContext } from '../../../kernel/context.js';
import { type LinkService, idsAt } from '../links.js';
import type { Arguments } from '../operation.service.js';
import type { Answered } from './answered.js';
import { fieldName } from './names.js';
import type { Output } from './outputs.js';
import type { SdlArgument, SdlField } from './sdl.js';

/** To objects that a type names by their ids; see `links` in schema/modelarts/graph.yaml. */
interface ToObjects {
  to: string;
  from: readonly string[];
}

/** To what an operation lists of an object. */
interface ToList {
  list: string;
  with: Readonly<Record<string, readonly string[]>>;
}

export type Link = ToObjects | ToList;

/** By component, then by field. */
export type Links = Readonly<Record<string, Readonly<Record<string, Link>>>>;

export interface LinkParts {
  /** What the graph shows of a component. */
  outputOf: (component: string) => Output;
  /** The field of an operation. */
  fieldOf: (operation: string) => SdlField;
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

/** Makes fields that lead from one type to others. */
export class LinkFields {
  constructor(
    private readonly links: Links,
    private readonly service: LinkService,
    private readonly parts: LinkParts,
  ) {}

  /** What the type of a component gains. */
  of(component: string): SdlField[] {
    return Object.entries(this.links[component] ?? {}).map(([name, link]) =>
      'to' in link ? this.#toObjects(name, link) : this.#toList(name, link),
    );
  }

  #toObjects(name: string, { to, from }: ToObjects): SdlField {
    const { type, read } = this.parts.outputOf(this.service.target(to).type);
    const isList = from.includes('*');
    const find = async (answered: Answered, ctx: RequestContext) => {
      const { platform, value } = answered;
      const found = idsAt(value, from).map(async (id) => {
        const object = await this.service.find(ctx, platform, to, id);
        return read(object, name, platform);
      });
      return Promise.all(found);
    };
    const resolve: Resolve = isList
      ? async (answered: Answered, _args: unknown, ctx: RequestContext) =>
          (await find(answered, ctx)).filter((object) => object !== null)
      : async (answered: Answered, _args: unknown, ctx: RequestContext) =>
          (await find(answered, ctx))[0] ?? null;
    const what = `The ${wordsOf(name)} that \`${shownPath(from)}\` names`;
    const description = isList
      ? `${what}, without those that are gone`
      : `${what}; null without one, and when it is gone. Asked for together with those of other objects of the answer`;
    return { name, type: isList ? `[${type}!]` : type, description, resolve };
  }

  #toList(name: string, { list, with: taken }: ToList): SdlField {
    const field = this.parts.fieldOf(list);
    const own = Object.entries(taken).map(([argument, path]) => [fieldName(argument), path] as const);
    const isTaken = ({ name: argument }: SdlArgument) => own.some(([known]) => known === argument);
    const { resolve: ask, arguments: all = [], type } = field;
    const resolve: Resolve = async (answered: Answered, args: Arguments, ctx: RequestContext, info: never) => {
      const filled = own.map(([argument, path]) => [argument, idsAt(answered.value, path)[0]] as const);
      if (!ask || filled.some(([, id]) => id === undefined)) return null;
      const scope = { platform: answered.platform };
      return ask(scope as never, { ...args, ...Object.fromEntries(filled) } as never, ctx, info) as unknown;
    };
    const description = `Its ${wordsOf(name)}. ${field.description}`;
    return { name, type, description, arguments: all.filter((argument) => !isTaken(argument)), resolve };
  }
}
