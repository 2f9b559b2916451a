import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { Config } from '../../config/settings.js';
import type { RequestContext } from '../../kernel/context.js';
import { DomainError } from '../../kernel/errors.js';
import { checkCost } from '../limits.js';

/** Apollo's way of saying that the request, not the server, is at fault. */
const BAD_REQUEST = { http: { status: 400 } };

/** Refuses operations that would cost too much, before anything is read. */
export function limitsPlugin(limits: Config): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, operation, request }) => {
        // Absent when operationName names none; execution says so.
        if (!operation) return;
        try {
          checkCost({ schema, document, operation, variables: request.variables ?? {} }, limits);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          throw new GraphQLError(error.message, { originalError: error, extensions: BAD_REQUEST });
        }
      },
    }),
  };
}
