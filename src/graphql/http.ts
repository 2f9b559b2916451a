import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestContext } from '../kernel/context.js';

export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/** Lets Apollo Server answer a request whose body was read. It never answers in parts: no directive asks for that. */
export async function answerWith(
  apollo: ApolloServer<RequestContext>,
  { method = 'GET', url = '', headers: given }: IncomingMessage,
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
    context,
  });
  if (answer.body.kind === 'chunked') throw new Error('the answer comes in parts');
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  response.end(answer.body.string);
}
