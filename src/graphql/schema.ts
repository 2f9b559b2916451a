import { buildSubgraphSchema, printSubgraphSchema } from '@apollo/subgraph';
import { getDocumentNodeFromSchema } from '@graphql-tools/utils';
import { type GraphQLSchema, concatAST, isObjectType, parse } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import {
  type NonEmptyArray,
  type PubSub,
  buildSchema,
  createResolversMap,
  getMetadataStorage,
} from 'type-graphql';
import type { RequestContext } from '../kernel/context.js';
import { type Permission, authorise } from '../domains/identity/index.js';
import type { GraphPart, Reference, Stream } from '../domains/module.js';
import { checkRepresentations } from './entities.js';
import { nodesPart } from './nodes.js';

const FEDERATION = parse(
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])`,
  { noLocation: true },
);

/** type-graphql makes the root types and leaves them undescribed. */
const ROOTS: Record<string, string> = {
  Query: 'What can be read',
  Mutation: 'What can be changed',
  Subscription: 'What can be followed while it changes, over WebSocket (graphql-ws) or server-sent events',
};

type Constructor = abstract new (...args: never[]) => object;

export interface SchemaParts {
  /** One instance of each resolver class. */
  resolvers: readonly object[];
  /** How entities that other subgraphs refer to are found, by type name. */
  references: Record<string, Reference>;
  /** Where subscriptions come from that no topic feeds, by their names. */
  streams: Record<string, Stream>;
  /** What is made of something other than resolver classes. */
  parts: readonly GraphPart[];
  /** Where subscriptions come from. */
  subscribe: (topic: string) => AsyncIterable<unknown>;
}

/**
 * type-graphql keeps fields in the order in which their files were loaded; this is that of the modules. It keeps arguments
 * from the last to the first, until a call of their field turns them; here they are as they were written.
 */
function order(resolvers: readonly object[]): void {
  const places = new Map<unknown, number>(resolvers.map((resolver, place) => [resolver.constructor, place]));
  const { queries, mutations, subscriptions, fieldResolvers, params } = getMetadataStorage();
  params.sort((one, other) => one.index - other.index);
  for (const fields of [queries, mutations, subscriptions, fieldResolvers])
    (fields as { target: unknown }[]).sort(
      (one, other) => (places.get(one.target) ?? 0) - (places.get(other.target) ?? 0),
    );
}

/** What resolvers declare of how they read does not pass through the text of the schema. */
function keepRelated(from: GraphQLSchema, to: GraphQLSchema): void {
  for (const type of Object.values(from.getTypeMap())) {
    const other = to.getType(type.name);
    if (!isObjectType(type) || !isObjectType(other)) continue;
    for (const [name, { extensions }] of Object.entries(type.getFields())) {
      const field = other.getFields()[name];
      if (field && 'related' in extensions) field.extensions = { ...field.extensions, ...extensions };
    }
  }
}

/** The Federation 2 subgraph. */
export async function buildGraph({
  resolvers,
  references,
  streams,
  parts,
  subscribe,
}: SchemaParts): Promise<GraphQLSchema> {
  const instances = new Map(resolvers.map((resolver) => [resolver.constructor, resolver]));
  const pubSub: PubSub = {
    subscribe,
    publish: () => {
      throw new Error('subscriptions are fed by database notifications');
    },
  };
  order(resolvers);
  const schema = await buildSchema({
    resolvers: [...instances.keys()] as unknown as NonEmptyArray<Constructor & (new () => object)>,
    container: { get: (type: object) => instances.get(type as () => void) },
    authChecker: ({ context }: { context: RequestContext }, permissions: string[]) => {
      for (const permission of permissions) authorise(context.principal, permission as Permission);
      return true;
    },
    scalarsMap: [{ type: Date, scalar: GraphQLDateTime }],
    pubSub,
    validate: false,
    // The federation directives are known only after the link above is prepended.
    skipCheck: true,
  });
  for (const [name, description] of Object.entries(ROOTS)) {
    const root = schema.getType(name);
    if (root) root.description = description;
  }
  const resolversMap = createResolversMap(schema) as Record<string, Record<string, unknown>>;
  for (const [type, resolve] of Object.entries(references)) {
    resolversMap[type] = { ...resolversMap[type], __resolveReference: resolve };
  }
  for (const [name, stream] of Object.entries(streams)) {
    const field = resolversMap['Subscription']?.[name] as object;
    const subscribeTo = (_source: unknown, args: never, ctx: RequestContext) => stream(args, ctx);
    resolversMap['Subscription'] = {
      ...resolversMap['Subscription'],
      [name]: { ...field, subscribe: subscribeTo },
    };
  }
  const typeDefs = concatAST([FEDERATION, getDocumentNodeFromSchema(schema)]);
  const modules = [{ typeDefs, resolvers: resolversMap }, nodesPart(references), ...parts];
  const subgraph = buildSubgraphSchema(modules as never);
  keepRelated(schema, subgraph);
  checkRepresentations(subgraph, Object.keys(references));
  return subgraph;
}

/** The subgraph's SDL, as a router's composition reads it. */
export function printGraph(schema: GraphQLSchema): string {
  return `${printSubgraphSchema(schema)}\n`;
}
