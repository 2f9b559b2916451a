import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  getNamedType,
  getOperationAST,
  isNonNullType,
} from 'graphql';
import { Misfit, writtenText } from '../../kernel/answerText.js';
import type { RequestContext } from '../../kernel/context.js';
import type { Place } from '../../kernel/selection.js';
import type { Variables } from '../variables.js';
import { prune } from './directives.js';
import { type Fragments, argumentsOf, fieldsOf, keyOf, plan } from './objectPlan.js';

/** A query as a function that answers with the text of its data, as the database has written it. Rejects where it cannot. */
export type WrittenOperation = (ctx: RequestContext, variables: Variables) => Promise<string>;

type RootText = (ctx: RequestContext, variables: Variables) => Promise<string>;

/** Whether objects of a type, by its name, are rows. */
export type IsStored = (type: string) => boolean;

interface Root {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  parentType: GraphQLObjectType;
  fragments: Fragments;
  isStored: IsStored;
}

/** Its resolver decides who may see what, as ever; it hands on the text instead of a page or an object. */
function rootText({ parentType, fragments, isStored, ...of }: Root, node: FieldNode): RootText {
  const key = keyOf(node);
  const field = parentType.getFields()[node.name.value];
  const { resolve, type: returnType } = field ?? {};
  if (!resolve || !returnType) throw new Misfit('a field without a resolver');
  // Else trying would ask others than the database.
  if (!isStored(getNamedType(returnType).name.replace(/Connection$/, ''))) throw new Misfit('no rows');
  const text = { of: plan(returnType, node.selectionSet, fragments) };
  const argsFor = argumentsOf(parentType, node);
  const path = { key, prev: undefined, typename: parentType.name };
  const place = { ...of, fieldName: node.name.value, fieldNodes: [node], fragments, parentType, path };
  return async (ctx, variables) => {
    const info: GraphQLResolveInfo & Place = {
      ...place,
      returnType,
      rootValue: undefined,
      variableValues: variables,
      asked: { key: `text ${key}`, text: { ...text, variables } },
    };
    const value: unknown = await resolve(undefined, argsFor(variables), ctx, info);
    if (value === null && isNonNullType(returnType)) throw new Misfit('null where nothing may be null');
    return `"${key}":${writtenText(value)}`;
  };
}

/** For variables with the same conditions. Undefined where some field of it is not read from the database as it is. */
export function writtenOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  { conditions, isStored }: { conditions: Variables; isStored: IsStored },
): WrittenOperation | undefined {
  const pruned = prune(document, conditions);
  const operation = getOperationAST(pruned, name?.value);
  const parentType = schema.getQueryType();
  if (!operation || !parentType) return undefined;
  const fragments = Object.fromEntries(
    pruned.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  try {
    const nodes = fieldsOf(parentType, operation.selectionSet, fragments);
    const roots = nodes.map((node) => rootText({ schema, operation, parentType, fragments, isStored }, node));
    return async (ctx, variables) => {
      const texts = await Promise.all(roots.map(async (root) => root(ctx, variables)));
      return `{${texts.join()}}`;
    };
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}
