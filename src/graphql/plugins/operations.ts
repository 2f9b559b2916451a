import type { ApolloServerPlugin, GraphQLResponse } from '@apollo/server';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import type { Config } from '../../config/settings.js';
import type { RequestContext } from '../../kernel/context.js';
import type { SpellFailure } from '../errors.js';
import type { CompiledQueries } from '../execution/compiledQueries.js';
import type { Introspection } from '../introspection.js';
import type { KnownRequests } from '../knownRequests.js';
import { checkOperation } from '../limits.js';
import { BAD_REQUEST, type Variables } from '../variables.js';

export interface OperationsOptions {
  schema: GraphQLSchema;
  config: Config;
  spell: SpellFailure;
  introspection: Introspection;
  queries: CompiledQueries;
  known: KnownRequests;
  /** What came of the query that is being answered, where it has failed already. */
  failedOf: () => ExecutionResult | undefined;
}

const elsewhere = (operation: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(
    'A subscription is followed over WebSocket: connect to this path with the protocol graphql-transport-ws (graphql-ws); or as server-sent events: send Accept: text/event-stream (graphql-sse).',
    { nodes: operation, extensions: { code: 'BAD_REQUEST', ...BAD_REQUEST } },
  );

/**
 * Refuses operations that would cost too much or do not fit, before anything is read. Answers queries that come again
 * by compiled functions, several times quicker for lists; Apollo has all else executed.
 */
export function operationsPlugin({
  schema,
  config,
  spell,
  introspection,
  queries,
  known,
  failedOf,
}: OperationsOptions): ApolloServerPlugin<RequestContext> {
  const bodyOf = (
    { data = null, errors }: ExecutionResult,
    ctx: RequestContext,
  ): GraphQLResponse['body'] => ({
    kind: 'single',
    singleResult: errors ? { data, errors: errors.map((error) => spell(error, ctx)) } : { data },
  });

  return {
    requestDidStart: async () => {
      let variables: Variables = {};
      return {
        didResolveOperation: async ({ document, operation, request, contextValue }) => {
          // Absent when operationName names none; execution says so.
          if (!operation) return;
          if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw elsewhere(operation);
          const given = request.variables ?? {};
          variables = checkOperation({ schema, document, operation, variables: given }, config);
          if (operation.operation === OperationTypeNode.QUERY) await contextValue.readLate();
        },
        willSendResponse: async ({ operation, contextValue }) => {
          if (operation?.operation === OperationTypeNode.MUTATION) await contextValue.noteWrite();
        },
        responseForOperation: async ({ document, operation, contextValue, request, response }) => {
          const found = operation as OperationDefinitionNode | undefined;
          if (!found) return null;
          const told = failedOf() ?? introspection.answer(document, found, variables);
          if (told) return { http: response.http, body: bodyOf(told, contextValue) };
          const compiled = queries.of({ document, operation: found, variables });
          if (!compiled) return null;
          if (compiled.isWritten) known.learn(request.query, document, found);
          const result = await compiled.run(contextValue, variables);
          return { http: response.http, body: bodyOf(result, contextValue) };
        },
      };
    },
  };
}
