import { type DocumentNode, parse } from 'graphql';
import type { RequestContext } from '../../../kernel/context.js';
import type { ApiDocument, Operation } from '../../../openapi/operation.js';
import { type Platform, PlatformKind } from '../../platforms/index.js';
import type { GraphPart } from '../../module.js';
import { authorise } from '../../identity/index.js';
import type { PageReader } from '../pageReader.js';
import type { Notes } from '../document.js';
import type { LinkService } from '../links.js';
import { type OperationService, operationNamed } from '../operation.service.js';
import { Connections } from './connections.js';
import { Enums } from './enums.js';
import { FanOut, type FindAll } from './fanOut.js';
import { Inputs } from './inputs.js';
import { LinkFields } from './linkFields.js';
import { typeName } from './names.js';
import { OperationFields, type Scope } from './operationFields.js';
import { Outputs } from './outputs.js';
import { type Resolvers, type SdlField, extension, objectType, resolversOf } from './sdl.js';

export interface GraphServices {
  operations: OperationService;
  pages: PageReader;
  links: LinkService;
}

/** What finds the platform that somebody may use. */
export type FindUsable = (ctx: RequestContext, id: string) => Promise<Platform>;

export interface Finders {
  findUsable: FindUsable;
  findAll: FindAll;
}

const scopeItself = (scope: Scope): Scope => scope;

/** The groups of operations, as fields of one type. */
function grouped(
  operations: readonly Operation[],
  end: 'Query' | 'Mutation',
): Map<string, readonly Operation[]> {
  const isRead = end === 'Query';
  const own = operations.filter(({ extensions }) => extensions['x-isthmus-read'] === isRead);
  return Map.groupBy(own, ({ extensions }) => extensions['x-isthmus-group'] as string);
}

/** The part of the graph that a document describes: reads below `Platform.modelArts`, writes below `Mutation.modelArts`. */
export function modelArtsGraph(
  { document, links: notes, targets }: { document: ApiDocument } & Notes,
  { operations, pages, links: service }: GraphServices,
  { findUsable, findAll }: Finders,
): GraphPart {
  const enums = new Enums();
  const outputs: Outputs = new Outputs(document, enums, (component) => links.of(component));
  const inputs = new Inputs(document, enums);
  const connections = new Connections(document);
  const fields = new OperationFields(document, { inputs, outputs, connections }, operations, pages);
  const links = new LinkFields(notes, service, {
    outputOf: (target) => outputs.of({ $ref: `#/components/schemas/${targets[target]?.type}` }),
    fieldOf: (operation) => fields.of(operationNamed(document, operation)),
  });
  const definitions: string[] = [];
  const resolvers: Record<string, Resolvers | Record<string, string>> = {};

  const define = (name: string, description: string, own: readonly SdlField[]) => {
    definitions.push(objectType(name, description, own));
    resolvers[name] = resolversOf(own);
  };
  const extend = (name: string, own: readonly SdlField[]) => {
    definitions.push(extension(name, own));
    resolvers[name] = resolversOf(own);
  };
  const group = (name: string, own: readonly Operation[], end: 'Query' | 'Mutation'): SdlField => {
    const type = `${typeName(name)}${end}`;
    const [title = name] = own[0]?.tags ?? [];
    define(
      type,
      `${title}: what ${end === 'Query' ? 'can be read' : 'changes something'}`,
      own.map((operation) => fields.of(operation)),
    );
    return { name, type: `${type}!`, description: title, resolve: scopeItself };
  };
  const root = (type: string, description: string, end: 'Query' | 'Mutation') => {
    const groups = [...grouped([...document.operations.values()], end)];
    define(
      type,
      description,
      groups.map(([name, own]) => group(name, own, end)),
    );
  };

  root(
    'ModelArts',
    'What a platform of kind MODELARTS is asked for; each field calls it once, in the name of whoever asks',
    'Query',
  );
  root(
    'ModelArtsMutation',
    'What changes something on a platform of kind MODELARTS; fields of one group are called at the same time',
    'Mutation',
  );
  const fanOut = new FanOut(findAll);
  const mains = [...document.operations.values()].filter(({ extensions }) => extensions['x-isthmus-main']);
  const lists = mains.map((operation) => {
    const group = operation.extensions['x-isthmus-group'] as string;
    return { group, field: fields.of(operation) };
  });
  define(
    'ModelArtsPlatform',
    'What one of several platforms of kind MODELARTS answers',
    fanOut.fields(lists),
  );
  extend('Query', [fanOut.field('ModelArtsPlatform')]);
  extend('Platform', [
    {
      name: 'modelArts',
      type: 'ModelArts',
      description:
        'The operations of ModelArts that read; null for a platform of another kind. NOT_FOUND for one of another business',
      resolve: async ({ id, kind }: Platform, _args: unknown, ctx: RequestContext): Promise<Scope | null> =>
        kind === PlatformKind.MODELARTS ? { platform: await findUsable(ctx, id) } : null,
    },
  ]);
  extend('Mutation', [
    {
      name: 'modelArts',
      type: 'ModelArtsMutation!',
      description:
        'The operations of ModelArts that change something. BAD_USER_INPUT for a platform of another kind, NOT_FOUND for one of another business',
      arguments: [{ name: 'platformId', type: 'ID!', description: 'Key of the platform' }],
      resolve: async (
        _source: unknown,
        { platformId }: { platformId: string },
        ctx: RequestContext,
      ): Promise<Scope> => {
        authorise(ctx.principal, 'platform:transmit');
        return { platform: await findUsable(ctx, platformId) };
      },
    },
  ]);
  const sdl = [
    ...definitions,
    ...outputs.definitions(),
    ...inputs.definitions(),
    ...connections.definitions(),
    ...enums.definitions(),
  ];
  const typeDefs: DocumentNode = parse(sdl.join('\n'), { noLocation: true });
  return { typeDefs, resolvers: { ...outputs.resolvers(), ...enums.resolvers(), ...resolvers } };
}
