import {
  Client,
  type CombinedError,
  type DocumentInput,
  cacheExchange,
  createClient,
  fetchExchange,
  subscriptionExchange,
} from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { type ExecutionResult, type Sink, createClient as createEvents } from 'graphql-sse';
import { LOG_IN, REFRESH } from './documents.js';

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** Why the server takes the caller for nobody. */
export const nobodyReasonOf = (error: CombinedError | undefined): unknown =>
  error?.graphQLErrors.map(({ extensions }) => extensions['reason']).find((reason) => reason !== undefined);

const hasDeadToken = (error: CombinedError | undefined) => nobodyReasonOf(error) === 'DEAD_TOKEN';

export class Frontend {
  renewals = 0;
  readonly client: Client;
  #tokens: Tokens | undefined;
  readonly #events;

  constructor(url: string) {
    this.#events = createEvents({
      url,
      headers: (): Record<string, string> =>
        this.#tokens ? { authorization: `Bearer ${this.#tokens.accessToken}` } : {},
    });
    this.client = createClient({
      url,
      preferGetMethod: false,
      exchanges: [
        cacheExchange,
        authExchange(async ({ appendHeaders, mutate }) => ({
          addAuthToOperation: (operation) =>
            this.#tokens
              ? appendHeaders(operation, { authorization: `Bearer ${this.#tokens.accessToken}` })
              : operation,
          didAuthError: (error) => hasDeadToken(error),
          refreshAuth: async () => {
            const refreshToken = this.#tokens?.refreshToken ?? '';
            const { data } = await mutate(REFRESH, { input: { refreshToken } });
            this.#tokens = data?.refreshSession;
            this.renewals += 1;
          },
        })),
        fetchExchange,
        // As server-sent events, with the token as it is at each beginning.
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: this.#events.subscribe<Record<string, unknown>, Record<string, unknown>>(
                { query, variables },
                sink as Sink<ExecutionResult<Record<string, unknown>, Record<string, unknown>>>,
              ),
            }),
          }),
        }),
      ],
    });
  }

  async logIn(user: string, password: string): Promise<CombinedError | undefined> {
    this.#tokens = undefined;
    const { data, error } = await this.client.mutation(LOG_IN, { input: { user, password } }).toPromise();
    this.#tokens = data?.logIn;
    return error;
  }

  /** Goes on after the end of a token, which ends the stream; returns how to end it. */
  follow<T>(document: DocumentInput<T, Record<string, never>>, tell: (data: T) => void): () => void {
    let stop = (): void => undefined;
    const begin = (): void => {
      const { unsubscribe } = this.client.subscription(document, {}).subscribe(({ data, error }) => {
        if (data) tell(data);
        if (!hasDeadToken(error)) return;
        unsubscribe();
        begin();
      });
      stop = unsubscribe;
    };
    begin();
    return () => stop();
  }
}
