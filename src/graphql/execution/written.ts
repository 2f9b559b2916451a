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
  locatedError,
} from 'graphql';
import { Misfit, writtenText } from '../../kernel/answerText.js';
import type { RequestContext } from '../../kernel/context.js';
import { DomainError, isUnavailable } from '../../kernel/errors.js';
import type { Place } from '../../kernel/selection.js';
import type { Variables } from '../variables.js';
import { prune } from './directives.js';
import { FailedQuery } from './failedQuery.js';
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

/** A defect may be of the text alone, and is looked for in the common way. */
function failedQuery({ parentType }: Root, node: FieldNode, error: unknown): unknown {
  if (!(error instanceof DomainError) && !isUnavailable(error)) return error;
  const key = keyOf(node);
  const isWhole = isNonNullType(parentType.getFields()[node.name.value]?.type);
  const errors = [locatedError(error, [node], [key])];
  return new FailedQuery({ data: isWhole ? null : { [key]: null }, errors }, error);
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
    const root = { schema, operation, parentType, fragments, isStored };
    const roots = nodes.map((node) => rootText(root, node));
    const [first, second] = nodes;
    return async (ctx, variables) => {
      try {
        const texts = await Promise.all(roots.map(async (text) => text(ctx, variables)));
        return `{${texts.join()}}`;
      } catch (error) {
        throw first && !second ? failedQuery(root, first, error) : error;
      }
    };
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}
