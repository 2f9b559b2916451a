import type { ApolloServerPlugin } from '@apollo/server';
import type { Config } from '../../config/settings.js';
import type { RequestContext } from '../../kernel/context.js';
import { checkCost, checkSize } from '../limits.js';

/** Refuses documents that are too large and operations that would cost too much, before anything is read. */
export function limitsPlugin(limits: Config): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveSource: async ({ source }) => checkSize(source, limits),
      didResolveOperation: async ({ schema, document, request }) =>
        checkCost({ schema, document, variables: request.variables ?? {}, operationName: request.operationName }, limits),
    }),
  };
}
