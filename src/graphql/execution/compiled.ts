import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Variables } from '../variables.js';
import { compilableOf, withCoercedVariables } from './compilable.js';
import { prune } from './directives.js';

/** A query as a function of variables that are coerced. */
export type CompiledOperation = (ctx: unknown, variables: Variables) => Promise<ExecutionResult>;

/** Offsets in the document of lines and columns. */
function positionsOf(body: string, locations: GraphQLError['locations']): number[] {
  const starts = [0, ...[...body.matchAll(/\r\n|[\n\r]/g)].map(({ 0: end, index }) => index + end.length)];
  return (locations ?? []).map(({ line, column }) => (starts[line - 1] ?? 0) + column - 1);
}

/** graphql-jit's errors lack `extensions`, which Apollo reads. */
function asGraphQLError(
  document: DocumentNode,
  { message, locations, path, originalError }: GraphQLError,
): GraphQLError {
  const source = document.loc?.source;
  const nodes = originalError instanceof GraphQLError ? originalError.nodes : undefined;
  return new GraphQLError(message, {
    ...(nodes ? { nodes } : {}),
    ...(source && !nodes ? { source, positions: positionsOf(source.body, locations) } : {}),
    path: path ?? null,
    originalError: originalError ?? null,
  });
}

/** An operation of a valid document as a function of variables with the same conditions; undefined when it cannot be compiled. */
export function compileOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  { name }: OperationDefinitionNode,
  conditions: Variables,
): CompiledOperation | undefined {
  // Where a field is reached twice, graphql-jit takes the conditions of one way for those of the other.
  const pruned = withCoercedVariables(prune(document, conditions));
  const compiled = compileQuery(compilableOf(schema), pruned, name?.value, {
    disablingCapturingStackErrors: true,
  });
  if (!isCompiledQuery(compiled)) return undefined;
  return async (ctx, variables) => {
    const { data, errors }: ExecutionResult = await compiled.query(undefined, ctx, variables);
    return errors
      ? { data: data ?? null, errors: errors.map((error) => asGraphQLError(document, error)) }
      : { data: data ?? null };
  };
}
