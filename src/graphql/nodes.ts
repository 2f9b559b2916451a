import { parse } from 'graphql';
import type { GraphPart, Reference } from '../domains/module.js';
import type { RequestContext } from '../kernel/context.js';
import { badInput } from '../kernel/errors.js';

/** Of one call. */
const MOST_NODES = 500;

const KEY = `"""Opaque key, unlike that of any other object, also of another type"""
  nodeId: ID!`;

const nodeIdOf = (type: string, id: string | number): string =>
  Buffer.from(`${type}:${id}`).toString('base64url');

/** The type and key that a node's key is made of; undefined for what is none. */
function partsOf(nodeId: string): { type: string; id: string } | undefined {
  const text = Buffer.from(nodeId, 'base64url').toString();
  const end = text.indexOf(':');
  const [type, id] = [text.slice(0, end), text.slice(end + 1)];
  // Of the spellings that base64 has for some bytes, one.
  return end > 0 && nodeIdOf(type, id) === nodeId ? { type, id } : undefined;
}

interface Keyed {
  id: string | number;
}

/**
 * Global identification as Relay wants it, for every entity: ids of different types are alike, and a client that keeps
 * all objects in one store would take one for the other. Federation's keys, `id`, stay as they are.
 */
export function nodesPart(references: Readonly<Record<string, Reference>>): GraphPart {
  const types = Object.keys(references);
  /** By the object that was found. */
  const typeOf = new WeakMap<object, string>();

  const find = async (nodeId: string, ctx: RequestContext): Promise<object | null> => {
    const parts = partsOf(nodeId);
    if (!parts || !types.includes(parts.type)) return null;
    const found = (await references[parts.type]?.({ id: parts.id }, ctx)) ?? null;
    if (found) typeOf.set(found, parts.type);
    return found;
  };

  const typeDefs = parse(`
"""What has a key of its own in the whole graph"""
interface Node {
  ${KEY}
}
${types.map((type) => `extend type ${type} implements Node {\n  ${KEY}\n}`).join('\n')}
extend type Query {
  """The object with this key, or null"""
  node(
    """Key of the object"""
    nodeId: ID!
  ): Node
  """The objects with these keys, in their order; null for each that there is none of"""
  nodes(
    """Keys of the objects, at most ${MOST_NODES}"""
    nodeIds: [ID!]!
  ): [Node]!
}`);

  return {
    typeDefs,
    resolvers: {
      ...Object.fromEntries(
        types.map((type) => [type, { nodeId: ({ id }: Keyed): string => nodeIdOf(type, id) }]),
      ),
      Node: { __resolveType: (found: object) => typeOf.get(found) },
      Query: {
        node: async (_root: unknown, { nodeId }: { nodeId: string }, ctx: RequestContext) =>
          find(nodeId, ctx),
        nodes: (_root: unknown, { nodeIds }: { nodeIds: string[] }, ctx: RequestContext) => {
          if (nodeIds.length <= MOST_NODES) return nodeIds.map(async (nodeId) => find(nodeId, ctx));
          throw badInput([{ path: 'nodeIds', message: `must name at most ${MOST_NODES}` }]);
        },
      },
    },
  };
}
