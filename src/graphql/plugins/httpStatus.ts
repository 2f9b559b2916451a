import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../../kernel/context.js';

const DOCUMENT_ERRORS = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/**
 * GraphQL over HTTP, section 6.4.1: a client that asks for application/json gets 200 for a document that does not
 * parse, validate or coerce; one that asks for application/graphql-response+json gets 400, as Apollo answers both.
 */
export function httpStatusPlugin(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response: { http, body } }) => {
        const isLegacy = http.headers.get('content-type')?.startsWith('application/json') === true;
        if (!isLegacy || http.status !== 400 || body.kind !== 'single') return;
        const { errors = [] } = body.singleResult;
        if (errors.every(({ extensions }) => DOCUMENT_ERRORS.has(String(extensions?.['code'])))) http.status = 200;
      },
    }),
  };
}
