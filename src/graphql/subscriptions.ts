import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  createSourceEventStream,
  execute,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode, type Context, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Config } from '../config/settings.js';
import { bearerToken } from '../kernel/bearer.js';
import type { Principal, RequestContext } from '../kernel/context.js';
import type { Logger } from '../kernel/logger.js';
import { errorFormatter } from './errors.js';
import { checkCost, checkSize, limitRules } from './limits.js';

const MAX_SOCKETS = 10_000;
const MAX_OPERATIONS = 100;
/** setTimeout takes no longer delay. */
const MAX_DELAY = 2 ** 31 - 1;

export interface SubscriptionOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  authenticate(token: string): Promise<Principal | null>;
  onSessionEnd(principal: Principal, listener: () => void): () => void;
  createContext(request: IncomingMessage, principal: Principal | null): RequestContext;
}

type Connection = Context<Record<string, unknown>, Extra & { principal?: Principal | null }>;

function tokenOf(parameters: Record<string, unknown> | undefined): string | undefined {
  const value = parameters?.['Authorization'] ?? parameters?.['authorization'] ?? parameters?.['token'];
  return typeof value === 'string' ? bearerToken(value) : undefined;
}

/** Closes the socket when its token or session ends. */
function closeWithSession({ socket }: Extra, principal: Principal, options: SubscriptionOptions): void {
  const close = () => socket.close(CloseCode.Unauthorized, 'the access token has ended');
  const timer = setTimeout(close, Math.min(principal.expiresAt.getTime() - Date.now(), MAX_DELAY));
  const stopListening = options.onSessionEnd(principal, close);
  socket.once('close', () => {
    clearTimeout(timer);
    stopListening();
  });
}

/** One execution an event, each with a context of its own, so that loaders do not answer with what an earlier event saw. */
async function subscribe(args: ExecutionArgs) {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  return (async function* results(): AsyncGenerator<ExecutionResult> {
    for await (const event of events) yield execute({ ...args, rootValue: event, contextValue: (args.contextValue as RequestContext).fork() });
  })();
}

/** GraphQL over WebSocket (graphql-ws). The access token comes in `connectionParams` as `Authorization` or `token`. */
export function subscriptionServer(options: SubscriptionOptions) {
  const { config, schema } = options;
  const format = errorFormatter(options.logger);
  const rules = [...specifiedRules, ...limitRules(config)];
  const server = new WebSocketServer({ noServer: true, maxPayload: config.BODY_LIMIT });

  const formatAll = (errors: readonly GraphQLError[]) => errors.map((error) => format(error.toJSON(), error));
  const contextOf = ({ extra }: Connection) => options.createContext(extra.request, extra.principal ?? null);

  const readOperation = (
    connection: Connection,
    { query, variables, operationName }: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] => {
    try {
      if (Object.keys(connection.subscriptions).length > MAX_OPERATIONS) {
        return [new GraphQLError(`a connection may run ${MAX_OPERATIONS} operations at once`)];
      }
      checkSize(query, config);
      const document = parse(query, { maxTokens: config.GRAPHQL_MAX_TOKENS });
      const errors = validate(schema, document, rules);
      if (errors.length > 0) return errors;
      if (!getOperationAST(document, operationName)) return [new GraphQLError('name one operation of the document')];
      checkCost({ schema, document, variables: variables ?? {}, operationName }, config);
      return { schema, document, variableValues: variables, operationName, contextValue: contextOf(connection) };
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      return [new GraphQLError((error as Error).message, { originalError: error as Error })];
    }
  };

  const running = useServer<Record<string, unknown>, { principal?: Principal | null }>(
    {
      onConnect: async (connection) => {
        const token = tokenOf(connection.connectionParams);
        const principal = token === undefined ? null : await options.authenticate(token);
        if (token !== undefined && !principal) {
          connection.extra.socket.close(CloseCode.Unauthorized, 'the access token does not work');
          return false;
        }
        connection.extra.principal = principal;
        if (principal) closeWithSession(connection.extra, principal, options);
        return true;
      },
      onSubscribe: (connection, _id, payload) => readOperation(connection, payload),
      subscribe,
      onError: (_connection, _id, _payload, errors) => formatAll(errors),
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: formatAll(result.errors) } : (result as object),
    },
    server,
  );

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      if (server.clients.size >= MAX_SOCKETS) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    /** Tells every client to go elsewhere. */
    stop: async (): Promise<void> => running.dispose(),
  };
}
