import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { from, switchMap } from 'rxjs';
import { LOG_IN, REFRESH } from './documents.js';

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** Why the server takes the caller for nobody. */
export const nobodyReasonOf = (error: unknown): unknown =>
  CombinedGraphQLErrors.is(error)
    ? error.errors.map(({ extensions }) => extensions?.['reason']).find((reason) => reason !== undefined)
    : undefined;

/** The server ends sockets with 4401 when their token has ended. */
const isEndOfSocket = (error: unknown): boolean => error instanceof Error && /\b4401\b/.test(error.message);

export class Frontend {
  renewals = 0;
  readonly client: ApolloClient;
  #tokens: Tokens | undefined;
  #renewal: Promise<void> | undefined;
  readonly #socket;

  constructor(url: string) {
    this.#socket = createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: () => ({ Authorization: this.#tokens?.accessToken }),
    });
    const authorise = new SetContextLink(() =>
      this.#tokens ? { headers: { authorization: `Bearer ${this.#tokens.accessToken}` } } : {},
    );
    const renewing = new ErrorLink(({ error, operation, forward }) =>
      nobodyReasonOf(error) === 'DEAD_TOKEN'
        ? from(this.#renew()).pipe(switchMap(() => forward(operation)))
        : undefined,
    );
    const goingOn = new RetryLink({
      delay: { initial: 50, jitter: false },
      attempts: async (_count, _operation, error) => {
        if (!isEndOfSocket(error)) return false;
        await this.#renew();
        return true;
      },
    });
    this.client = new ApolloClient({
      cache: new InMemoryCache({
        typePolicies: { Query: { fields: { platforms: relayStylePagination() } } },
      }),
      link: ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        ApolloLink.from([goingOn, new GraphQLWsLink(this.#socket)]),
        ApolloLink.from([renewing, authorise, new HttpLink({ uri: url })]),
      ),
    });
  }

  async logIn(user: string, password: string): Promise<void> {
    const { data } = await this.client.mutate({ mutation: LOG_IN, variables: { input: { user, password } } });
    this.#tokens = data?.logIn;
    await this.client.clearStore();
  }

  async close(): Promise<void> {
    this.client.stop();
    await this.#socket.dispose();
  }

  /** Once for all that ask for it at the same time. */
  async #renew(): Promise<void> {
    this.#renewal ??= this.#exchange().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #exchange(): Promise<void> {
    const refreshToken = this.#tokens?.refreshToken ?? '';
    const { data } = await this.client.mutate({ mutation: REFRESH, variables: { input: { refreshToken } } });
    this.#tokens = data?.refreshSession;
    this.renewals += 1;
  }
}
