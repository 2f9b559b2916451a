import { type Client, type SubscribePayload, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GraphQLAnswer } from '../support/server.js';

/** The results of an operation, as they come. */
export interface Results<T> {
  next: () => Promise<GraphQLAnswer<T>>;
  end: () => Promise<unknown>;
}

export interface Socket {
  client: Client;
  /** How the connection was closed. */
  closed: Promise<{ code: number; reason: string }>;
  results: <T>(payload: SubscribePayload) => Results<T>;
  /** The only result of an operation. */
  run: <T>(payload: SubscribePayload) => Promise<GraphQLAnswer<T>>;
  close: () => void;
}

interface Options {
  token?: string | undefined;
  parameters?: Record<string, string>;
}

type Failures = GraphQLAnswer<unknown>['errors'];

function resultsOf<T>(client: Client, payload: SubscribePayload): Results<T> {
  const iterator = client.iterate<T>(payload);
  return {
    next: async () => {
      try {
        const { value, done } = await iterator.next();
        if (done === true) throw new Error('the operation has ended');
        return { status: 0, data: value.data, errors: (value.errors ?? []) as unknown as Failures };
      } catch (error) {
        // Failures before execution end the operation; here they read like those of its execution.
        if (!Array.isArray(error)) throw error;
        return { status: 0, data: undefined, errors: error as Failures };
      }
    },
    end: async () => iterator.return?.(),
  };
}

/** A client of GraphQL over WebSocket that connects at once and never again. */
export function connect(url: string, { token, parameters }: Options = {}): Socket {
  const { promise: closed, resolve } = Promise.withResolvers<{ code: number; reason: string }>();
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    onNonLazyError: () => undefined,
    retryAttempts: 0,
    connectionParams: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...parameters },
    on: { closed: (event) => resolve(event as { code: number; reason: string }) },
  });
  return {
    client,
    closed,
    results: (payload) => resultsOf(client, payload),
    run: async <T>(payload: SubscribePayload) => {
      const results = resultsOf<T>(client, payload);
      const answer = await results.next();
      await results.end();
      return answer;
    },
    close: () => void client.dispose(),
  };
}
