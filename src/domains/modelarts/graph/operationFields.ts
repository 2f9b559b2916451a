import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../../kernel/context.js';
import { exactItemSelectionOf, exactSelectionOf } from '../../../kernel/selection.js';
import type { ApiDocument, Operation, Parameter, Schema } from '../../../openapi/operation.js';
import { resolved } from '../../../openapi/schemas.js';
import type { Repeats } from '../../platforms/index.js';
import type { PageReader } from '../pageReader.js';
import { type Arguments, type AskedPlatform, type OperationService, PROJECT } from '../operation.service.js';
import { PAGING_ARGUMENTS, type PageArguments, type Paging } from '../paging.js';
import type { LinkService } from '../links.js';
import type { Reading } from './answered.js';
import type { Connections } from './connections.js';
import { followLinks } from './followLinks.js';
import type { Input, Inputs } from './inputs.js';
import { fieldName } from './names.js';
import type { Outputs } from './outputs.js';
import type { SdlArgument, SdlField } from './sdl.js';

/** What stands above the fields of a group. */
export interface Scope {
  platform: AskedPlatform;
}

/** What asks platforms. */
export interface GraphServices {
  operations: OperationService;
  pages: PageReader;
  links: LinkService;
  repeats: Repeats;
}

/** An argument of the field, and what of the request it fills. */
interface Given {
  name: string;
  argument: SdlArgument;
  write: Input['write'];
}

const PAGE_ARGUMENTS: readonly SdlArgument[] = [
  {
    name: 'first',
    type: 'Int',
    description: 'Items from the start or after the cursor, at most 500; 20 when left out',
  },
  { name: 'after', type: 'String', description: 'Only items after this cursor' },
];

const isKey = ({ name }: Parameter): boolean => /^(?:.+_)?id$/.test(name);

/** Makes fields of operations. */
export class OperationFields {
  constructor(
    private readonly document: ApiDocument,
    private readonly types: { inputs: Inputs; outputs: Outputs; connections: Connections },
    private readonly services: GraphServices,
  ) {}

  of(operation: Operation): SdlField {
    const paging = operation.extensions['x-isthmus-paging'] as Paging | undefined;
    const own = {
      name: operation.extensions['x-isthmus-field'] as string,
      description: `${operation.description} (\`${operation.method} ${operation.path}\`)`,
    };
    return { ...own, ...(paging ? this.#paged(operation, paging) : this.#plain(operation)) };
  }

  #plain(operation: Operation): Omit<SdlField, 'name' | 'description'> {
    const given = this.#given(operation, []);
    const { operations } = this.services;
    const output = operation.answer && this.types.outputs.of(operation.answer);
    const resolve = async (
      { platform }: Scope,
      args: Arguments,
      ctx: RequestContext,
      info: GraphQLResolveInfo,
    ) => {
      const answer = await operations.call(ctx, platform, operation, requested(given, args));
      if (!output) return true;
      const reading: Reading = { platform, pending: [], times: 1 };
      const selection = exactSelectionOf(info);
      const shown = output.reading(selection)(answer, operation.id, reading);
      await followLinks(ctx, this.services, reading);
      this.services.repeats.requireSelected(ctx, shown, selection);
      return shown;
    };
    return { type: output?.type ?? 'Boolean', arguments: given.map(({ argument }) => argument), resolve };
  }

  #paged(operation: Operation, paging: Paging): Omit<SdlField, 'name' | 'description'> {
    const given = this.#given(operation, PAGING_ARGUMENTS[paging.by]);
    const { operations, pages } = this.services;
    const output = this.types.outputs.of(this.#itemOf(operation, paging));
    const resolve = async (
      { platform }: Scope,
      args: Arguments & PageArguments,
      ctx: RequestContext,
      info: GraphQLResolveInfo,
    ) => {
      const filters = requested(given, args);
      const list = { platformId: platform.id, operation: operation.id, paging };
      const page = await pages.read(list, args, async (own) =>
        operations.callPage(ctx, platform, operation.id, own, filters),
      );
      const reading: Reading = { platform, pending: [], times: 1 };
      const read = output.reading(exactItemSelectionOf(info));
      const edges = page.edges
        .map((edge, index) => edge.showing(read(edge.node, `${operation.id}.${index}`, reading)))
        .filter(({ node }) => node !== null);
      const wrong = edges.find(({ node }) => node instanceof Error);
      if (wrong) return wrong.node;
      await followLinks(ctx, this.services, reading);
      const nodes = edges.map(({ node }) => node);
      this.services.repeats.requireSelected(ctx, edges, exactSelectionOf(info));
      return { ...page, edges, nodes };
    };
    const own = given.map(({ argument }) => argument);
    return { type: this.types.connections.of(output), arguments: [...own, ...PAGE_ARGUMENTS], resolve };
  }

  #itemOf({ id, answer }: Operation, { items: [first = ''] }: Paging): Schema {
    const { properties } = resolved(this.document, answer ?? {});
    const items = (properties as Record<string, Schema> | undefined)?.[first]?.items;
    if (!items) throw new Error(`${id} answers no list ${first}`);
    return items as Schema;
  }

  /** The field's arguments; `without` are given otherwise. */
  #given({ parameters, body }: Operation, without: readonly string[]): Given[] {
    const own = parameters.filter(({ name }) => name !== PROJECT && !without.includes(name));
    const given = own.map((parameter) => this.#parameter(parameter));
    if (!body) return given;
    const { type, write } = this.types.inputs.of(body.schema, { without });
    const description = body.description || 'What is sent';
    const argument = { name: 'input', type: body.required ? `${type}!` : type, description };
    return [...given, { name: 'body', argument, write }];
  }

  #parameter(parameter: Parameter): Given {
    const { name, argument, required, description, schema } = parameter;
    const { type, write } = this.types.inputs.of(schema);
    const known = parameter.in === 'path' && isKey(parameter) ? 'ID' : type;
    const sdl = { name: fieldName(name), type: required ? `${known}!` : known, description };
    return { name: argument, argument: sdl, write };
  }
}

/** The arguments of the operation; null is as good as left out. */
function requested(given: readonly Given[], args: Arguments): Record<string, unknown> {
  const present = given.filter(({ argument }) => args[argument.name] != null);
  return Object.fromEntries(present.map(({ name, argument, write }) => [name, write(args[argument.name])]));
}
