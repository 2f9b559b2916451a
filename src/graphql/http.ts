import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../kernel/context.js';
import { asDomainError } from '../kernel/errors.js';
import type { Introspection } from './introspection.js';

/** What Apollo reads of a request. */
export type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/** A caller that cannot be identified because the database is away, or that may not run its document; Apollo would answer 500. */
function withStatus(thrown: unknown): unknown {
  if (thrown instanceof GraphQLError) return thrown;
  const error = asDomainError(thrown);
  if (error.code === 'INTERNAL') return thrown;
  const { retryAfter } = error.details;
  const headers = new HeaderMap(retryAfter === undefined ? [] : [['retry-after', String(retryAfter)]]);
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status: error.code === 'UNAVAILABLE' ? 503 : 200, headers } },
  });
}

export interface Answering {
  apollo: ApolloServer<RequestContext>;
  introspection: Introspection;
}

/** Lets Apollo Server answer a request whose body was read. It never answers in parts: no directive asks for that. */
export async function answerWith(
  { apollo, introspection }: Answering,
  { method = 'GET', url = '', headers: given }: Asked,
  response: ServerResponse,
  body: unknown,
  context: () => Promise<RequestContext>,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers, search: searchOf(url), body },
    context: async () =>
      context().catch((error: unknown) => {
        throw withStatus(error);
      }),
  });
  if (answer.body.kind === 'chunked') throw new Error('the answer comes in parts');
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  const { string: text } = answer.body;
  const shared = introspection.sharedOf(text);
  if (shared) await shared.send({ headers: given }, response);
  else response.end(text);
}
