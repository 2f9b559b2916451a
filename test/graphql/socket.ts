import { type Client, type SubscribePayload, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphQLAnswer } from '../support/server.js';

export interface Socket {
  /** The code with which the connection was closed. */
  closed: Promise<number>;
  client: Client;
  /** The results of an operation, as they come. */
  results: <T>(payload: SubscribePayload) => AsyncIterableIterator<GraphQLAnswer<T>>;
  /** The only result of an operation. */
  run: <T>(payload: SubscribePayload) => Promise<GraphQLAnswer<T>>;
  close: () => void;
}

type Failures = GraphQLAnswer<unknown>['errors'];

/** Failures before execution end the operation; here they read like those of its execution. */
async function* answers<T>(client: Client, payload: SubscribePayload): AsyncGenerator<GraphQLAnswer<T>> {
  try {
    for await (const { data, errors } of client.iterate<T>(payload)) {
      yield { status: 0, data, errors: (errors ?? []) as unknown as Failures };
    }
  } catch (error) {
    if (!Array.isArray(error)) throw error;
    yield { status: 0, data: undefined, errors: error as Failures };
  }
}

/** A client of GraphQL over WebSocket that connects once and never again. */
export function connect(
  url: string,
  { token, origin }: { token?: string | undefined; origin?: string } = {},
): Socket {
  class FromOrigin extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, origin === undefined ? {} : { origin });
    }
  }
  const { promise: closed, resolve } = Promise.withResolvers<number>();
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: FromOrigin,
    retryAttempts: 0,
    ...(token === undefined ? {} : { connectionParams: { Authorization: `Bearer ${token}` } }),
    on: { closed: (event) => resolve((event as { code: number }).code) },
  });
  const results = <T>(payload: SubscribePayload) => answers<T>(client, payload);
  return {
    client,
    closed,
    results,
    run: async <T>(payload: SubscribePayload) => {
      for await (const answer of results<T>(payload)) return answer;
      throw new Error('the operation ended without a result');
    },
    close: () => void client.dispose(),
  };
}
