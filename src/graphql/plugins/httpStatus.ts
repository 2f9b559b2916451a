import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import Negotiator from 'negotiator';
import type { RequestContext } from '../../kernel/context.js';

const DOCUMENT_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);
const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/** As Apollo chooses the type of its answer. */
const wantsGraphqlType = (accept: string | undefined): boolean =>
  accept !== undefined &&
  new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, GRAPHQL_TYPE]) === GRAPHQL_TYPE;

/** The longest of those that the errors name. */
function retryAfterOf(errors: readonly GraphQLFormattedError[] = []): number {
  return Math.max(0, ...errors.map(({ extensions }) => Number(extensions?.['retryAfter'] ?? 0)));
}

/**
 * GraphQL over HTTP, section 6.4: a client that wants application/graphql-response+json gets that, with 400 for a
 * document that does not parse, validate or coerce; any other gets application/json with 200 for it.
 * Apollo answers both with 400, and decides on the type only after this.
 */
export function httpStatusPlugin(): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ request, response: { http, body } }) => {
        const retryAfter = body.kind === 'single' && retryAfterOf(body.singleResult.errors);
        if (retryAfter) http.headers.set('retry-after', String(retryAfter));
        if (http.status !== 400 || body.kind !== 'single') return;
        if (wantsGraphqlType(request.http?.headers.get('accept'))) return;
        const { errors = [] } = body.singleResult;
        if (errors.every(({ extensions }) => DOCUMENT_ERRORS.has(extensions?.['code']))) http.status = 200;
      },
    }),
  };
}
