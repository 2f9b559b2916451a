import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../../kernel/context.js';

/** Every error carries the request id under which the log has its detail. */
export function requestIdPlugin(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async ({ contextValue: { requestId } }) => ({
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind !== 'single' || !body.singleResult.errors) return;
        body.singleResult.errors = body.singleResult.errors.map((error) => ({
          ...error,
          extensions: { ...error.extensions, requestId },
        }));
      },
    }),
  };
}
