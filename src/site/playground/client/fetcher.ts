import { createGraphiQLFetcher } from '@graphiql/toolkit';
import type { GraphQLFormattedError } from 'graphql';
import { CloseCode, createClient, type Client } from 'graphql-ws';
import { GRAPH_URL, RequestFailure, jsonOf } from './request.js';
import { authorization, doubtToken, freshToken, readToken, sessionFetch } from './session.js';
import { keys } from './tabs.js';

// The socket opens with a first subscription and closes with the last, so each starts with the token of its moment.
const socket = createClient({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${GRAPH_URL}`,
  connectionParams: authorization,
  retryAttempts: 0,
});

const UNAUTHORIZED: number = CloseCode.Unauthorized;

const isTokenAtItsEnd = (error: unknown): boolean =>
  error instanceof CloseEvent && error.code === UNAUTHORIZED;

/** What the server has refused, or that it is gone, as an answer says it. */
function errorsOf(error: unknown): readonly GraphQLFormattedError[] {
  if (Array.isArray(error)) return error as GraphQLFormattedError[];
  if (error instanceof Error) return [{ message: error.message }];
  const reason = error instanceof CloseEvent ? error.reason : '';
  return [{ message: reason || 'the connection to the server is lost' }];
}

/** Goes on with the session's next token when the one that it began with has ended. */
const subscribe: Client['subscribe'] = (payload, sink) => {
  let hasStopped = false;
  let stop = (): void => undefined;

  function fail(error: unknown): void {
    // Thrown, it would be shown nowhere.
    sink.next({ errors: errorsOf(error) });
    sink.complete();
  }

  async function begin(): Promise<void> {
    const token = await freshToken();
    if (hasStopped) return;
    stop = socket.subscribe(payload, { ...sink, error: (error) => void goOn(error, token) });
  }

  async function goOn(error: unknown, token: string): Promise<void> {
    if (isTokenAtItsEnd(error)) await doubtToken(token);
    const next = readToken();
    if (isTokenAtItsEnd(error) && next !== '' && next !== token) await begin();
    else fail(error);
  }

  void begin();
  return () => {
    hasStopped = true;
    stop();
  };
};

/** In place of an answer, which GraphiQL would show with where in its code that was missed. */
const said = (message: string): Response => Response.json({ errors: [{ message }] });

/** What the editor runs operations with. */
export const fetcher = createGraphiQLFetcher({
  url: GRAPH_URL,
  wsClient: { ...socket, subscribe },
  enableIncrementalDelivery: false,
  fetch: async (input, init) => {
    try {
      const response = await sessionFetch(input, init);
      const answer = await jsonOf(response);
      if (answer === null) return said(`the server answered ${response.status} and no GraphQL`);
      keys.learn(answer);
      return response;
    } catch (error) {
      if (error instanceof RequestFailure) return said(error.message);
      throw error;
    }
  },
});
