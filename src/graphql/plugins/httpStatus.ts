import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../../kernel/context.js';

const DOCUMENT_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);
/** The longest of those that the errors name. */
function retryAfterOf(errors: readonly GraphQLFormattedError[] = []): number {
  return Math.max(0, ...errors.map(({ extensions }) => Number(extensions?.['retryAfter'] ?? 0)));
}

const MEDIA_TYPE = 'application/graphql-response+json';

/**
 * GraphQL over HTTP, section 6.4: a client that knows application/graphql-response+json gets that, with 400 for a
 * document that does not parse, validate or coerce; any other gets application/json with 200 for it.
 * Apollo answers both with 400, and decides on the type only after this.
 */
export function httpStatusPlugin(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response: { http, body } }) => {
        const retryAfter = body.kind === 'single' && retryAfterOf(body.singleResult.errors);
        if (retryAfter) http.headers.set('retry-after', String(retryAfter));
        if (request.http?.headers.get('accept')?.includes(MEDIA_TYPE)) {
          http.headers.set('content-type', `${MEDIA_TYPE}; charset=utf-8`);
          return;
        }
        if (http.status !== 400 || body.kind !== 'single') return;
        const { errors = [] } = body.singleResult;
        if (errors.every(({ extensions }) => DOCUMENT_ERRORS.has(extensions?.['code']))) http.status = 200;
      },
    }),
  };
}
