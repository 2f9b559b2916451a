import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export interface Socket {
  client: Client;
  /** The code with which the server closed it. */
  closed: Promise<number>;
}

export interface SocketAnswer {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** A GraphQL socket that is open, until the server closes it. */
export async function openSocket(url: string, token?: string): Promise<Socket> {
  const connected = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<number>();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
    ...(token === undefined ? {} : { connectionParams: { token } }),
    on: {
      connected: () => connected.resolve(),
      closed: (event) => closed.resolve((event as { code: number }).code),
    },
  });
  await Promise.race([
    connected.promise,
    closed.promise.then((code) => Promise.reject(new Error(`the socket was closed with ${code}`))),
  ]);
  return { client, closed: closed.promise };
}

/** The first answer to an operation; a refusal before any event answers with its errors, and the end of what `mayEnd` with nothing. */
export async function firstAnswer(
  { client }: Pick<Socket, 'client'>,
  query: string,
  mayEnd = false,
): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    client.subscribe(
      { query },
      {
        next: (answer) => resolve(answer as SocketAnswer),
        error: (thrown) =>
          Array.isArray(thrown)
            ? resolve({ errors: thrown as NonNullable<SocketAnswer['errors']> })
            : reject(new Error('the socket was closed', { cause: thrown })),
        complete: () => (mayEnd ? resolve({}) : reject(new Error('no answer came'))),
      },
    );
  });
}
