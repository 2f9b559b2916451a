import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Request, RequestHandler, Response } from 'express';
import type { RequestContext } from '../kernel/context.js';

type ContextOf = (request: Request, response: Response) => Promise<RequestContext>;

const searchOf = (url: string): string => {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
};

/** Apollo Server behind Express, which has parsed the body. It never answers in parts: no directive asks for that. */
export function apolloHandler(apollo: ApolloServer<RequestContext>, contextOf: ContextOf): RequestHandler {
  return async (request, response) => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers,
        search: searchOf(request.url),
        body: request.body as unknown,
      },
      context: async () => contextOf(request, response),
    });
    if (answer.body.kind === 'chunked') throw new Error('the answer comes in parts');
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.statusCode = answer.status ?? 200;
    response.end(answer.body.string);
  };
}
