import { createClient } from 'graphql-sse';
import {
  Environment,
  type GraphQLResponse,
  type MutationParameters,
  Network,
  Observable,
  RecordSource,
  type RequestParameters,
  Store,
  type Variables,
  commitMutation,
} from 'relay-runtime';
import LogIn, { type AppLogInMutation } from './gql/AppLogInMutation.graphql';
import Refresh, { type AppRefreshMutation } from './gql/AppRefreshMutation.graphql';

interface Failure {
  path?: readonly (string | number)[];
  extensions?: Record<string, unknown>;
}

/** Why the server takes the caller for nobody. */
export const nobodyReasonOf = (failures: readonly Failure[] = []): unknown =>
  failures.map(({ extensions }) => extensions?.['reason']).find((reason) => reason !== undefined);

export class Frontend {
  renewals = 0;
  /** Those of the latest answer. */
  failures: readonly Failure[] = [];
  readonly environment: Environment;
  #tokens: { accessToken: string; refreshToken: string } | undefined;
  #renewal: Promise<void> | undefined;
  readonly #events;

  constructor(private readonly url: string) {
    this.#events = createClient({ url, headers: () => this.#headers() });
    this.environment = new Environment({
      network: Network.create(
        async (request, variables) => this.#fetch(request, variables),
        (request, variables) => this.#follow(request, variables),
      ),
      store: new Store(new RecordSource()),
      // Ids of different types are alike.
      getDataID: (value: { nodeId?: string }) => value.nodeId,
    });
  }

  /** The reason for which it fails. */
  async logIn(user: string, password: string): Promise<unknown> {
    this.#tokens = undefined;
    const answer = await this.#mutate<AppLogInMutation>(LogIn, { input: { user, password } });
    this.#tokens = answer?.logIn;
    return nobodyReasonOf(this.failures);
  }

  #headers(): Record<string, string> {
    return this.#tokens ? { authorization: `Bearer ${this.#tokens.accessToken}` } : {};
  }

  async #fetch({ text: query }: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#headers() },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as GraphQLResponse & { errors?: Failure[] };
    this.failures = answer.errors ?? [];
    if (nobodyReasonOf(this.failures) !== 'DEAD_TOKEN') return answer;
    await this.#renew();
    return this.#fetch({ text: query } as RequestParameters, variables);
  }

  /** Goes on after the end of a token, which ends the stream. */
  #follow({ text }: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
    return Observable.create((sink) => {
      let stop = (): void => undefined;
      const begin = (): void => {
        let hasDeadToken = false;
        stop = this.#events.subscribe(
          { query: text ?? '', variables },
          {
            next: (answer) => {
              hasDeadToken = nobodyReasonOf(answer.errors) === 'DEAD_TOKEN';
              if (!hasDeadToken) sink.next(answer as GraphQLResponse);
            },
            error: (error) => sink.error(error as Error),
            complete: () => (hasDeadToken ? void this.#renew().then(begin) : sink.complete()),
          },
        );
      };
      begin();
      return () => stop();
    });
  }

  /** Once for all that ask for it at the same time. */
  async #renew(): Promise<void> {
    this.#renewal ??= this.#exchange().finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  async #exchange(): Promise<void> {
    const refreshToken = this.#tokens?.refreshToken ?? '';
    const answer = await this.#mutate<AppRefreshMutation>(Refresh, { input: { refreshToken } });
    this.#tokens = answer?.refreshSession;
    this.renewals += 1;
  }

  /** Undefined when it fails. */
  async #mutate<T extends MutationParameters>(
    mutation: Parameters<typeof commitMutation<T>>[1]['mutation'],
    variables: T['variables'],
  ): Promise<T['response'] | undefined> {
    return new Promise((resolve) => {
      commitMutation<T>(this.environment, {
        mutation,
        variables,
        onCompleted: (response) => resolve(response),
        onError: () => resolve(undefined),
      });
    });
  }
}
