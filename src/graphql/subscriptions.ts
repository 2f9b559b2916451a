import { map, pipe } from '@graphql-yoga/subscription';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  createSourceEventStream,
  execute,
} from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Config } from '../config/settings.js';
import { bearerToken } from '../kernel/bearer.js';
import type { Principal, RequestContext } from '../kernel/context.js';
import { DomainError, asDomainError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { failureSpelling } from './errors.js';
import { operationReader } from './operation.js';

const MAX_SOCKETS = 10_000;
const MAX_OPERATIONS = 100;
/** setTimeout takes no longer delay. */
const MAX_DELAY = 2 ** 31 - 1;

/** Close codes of WebSocket (RFC 6455's registry) after which clients of graphql-ws connect again. */
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

export interface SubscriptionOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  authenticate(token: string): Promise<Principal | null>;
  onSessionEnd(principal: Principal, listener: () => void): () => void;
  createContext(request: IncomingMessage, principal: Principal | null): RequestContext;
}

/** What is known of a connection from its first message on; each operation gets a fork of its context. */
type Connected = { context?: RequestContext; token?: string };

type Connection = Context<Record<string, unknown>, Extra & Connected>;
/** The execution of an operation, which always has a context. */
type Execution = ExecutionArgs & { contextValue: RequestContext };

function tokenOf(parameters: Record<string, unknown> | undefined): string | undefined {
  const value = parameters?.['Authorization'] ?? parameters?.['authorization'] ?? parameters?.['token'];
  return typeof value === 'string' ? bearerToken(value) : undefined;
}

/** Every page may open a WebSocket anywhere and read what comes, whatever CORS says; its browser tells whose page it is. */
function isForeignPage(
  { origin, host = '' }: IncomingHttpHeaders,
  { CORS_ORIGINS, PUBLIC_HOSTS }: Pick<Config, 'CORS_ORIGINS' | 'PUBLIC_HOSTS'>,
): boolean {
  if (origin === undefined || CORS_ORIGINS.includes(origin)) return false;
  const own = [host, ...PUBLIC_HOSTS].map((name) => name.toLowerCase());
  const page = URL.parse(origin);
  return !page || page.host === '' || !(own.includes(page.host) || PUBLIC_HOSTS.includes(page.hostname));
}

const refuse = (socket: Duplex, status: string) =>
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);

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

function contextOf({ extra }: Connection): RequestContext {
  if (!extra.context) throw new Error('an operation came before its connection was acknowledged');
  return extra.context;
}

/** One execution an event, each with a context of its own, so that loaders do not answer with what an earlier event saw. */
async function subscribe(args: Execution) {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  // A generator would end its source only after the next event.
  return pipe(
    events,
    map((event: unknown) => execute({ ...args, rootValue: event, contextValue: args.contextValue.fork() })),
  );
}

/** GraphQL over WebSocket (graphql-ws). The access token comes in `connectionParams` as `Authorization` or `token`. */
export function subscriptionServer(options: SubscriptionOptions) {
  const { config, logger, schema } = options;
  const read = operationReader(schema, config);
  const spell = failureSpelling(logger);
  const server = new WebSocketServer({ noServer: true, maxPayload: config.BODY_LIMIT });

  const connections = new Set<Connection>();

  const spellAll = (connection: Connection, errors: readonly unknown[]) =>
    errors.map((error) => spell(error, contextOf(connection).requestId));

  /** A context for one operation, whose caller may have another role than when the connection was opened. */
  const operationContext = async (connection: Connection): Promise<RequestContext> => {
    const { token } = connection.extra;
    if (token === undefined) return contextOf(connection).fork();
    const principal = await options.authenticate(token);
    if (principal) return contextOf(connection).fork(principal);
    throw new DomainError('UNAUTHENTICATED', 'the access token does not work any more');
  };

  const refuseConnection = ({ socket }: Extra, thrown: unknown): void => {
    const error = asDomainError(thrown);
    if (error.code === 'UNAVAILABLE') socket.close(TRY_AGAIN_LATER, error.message);
    else {
      logger.error({ err: thrown }, 'a WebSocket connection failed');
      socket.close(CloseCode.InternalServerError, 'internal error');
    }
  };

  const open = async (connection: Connection): Promise<boolean> => {
    const { extra, connectionParams } = connection;
    const token = tokenOf(connectionParams);
    const principal = token === undefined ? null : await options.authenticate(token);
    if (token !== undefined && !principal) {
      extra.socket.close(CloseCode.Unauthorized, 'the access token does not work');
      return false;
    }
    extra.context = options.createContext(extra.request, principal);
    connections.add(connection);
    extra.socket.once('close', () => connections.delete(connection));
    if (token !== undefined) extra.token = token;
    if (principal) closeWithSession(extra, principal, options);
    return true;
  };

  const running = useServer<Record<string, unknown>, Connected>(
    {
      isProd: true,
      onConnect: async (connection) => {
        try {
          return await open(connection);
        } catch (error) {
          refuseConnection(connection.extra, error);
          return false;
        }
      },
      onSubscribe: async (connection, _id, payload) => {
        if (Object.keys(connection.subscriptions).length > MAX_OPERATIONS) {
          const error = new DomainError(
            'RATE_LIMITED',
            `a connection may run ${MAX_OPERATIONS} operations at once`,
          );
          return [new GraphQLError(error.message, { originalError: error })];
        }
        return read(payload, () => operationContext(connection));
      },
      subscribe: (args) => subscribe(args as Execution),
      onError: (connection, _id, _payload, errors) => spellAll(connection, errors),
      onNext: (connection, _id, _payload, _args, { errors, data }) =>
        errors && { ...(data === undefined ? {} : { data }), errors: spellAll(connection, errors) },
    },
    server,
  );

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      if (isForeignPage(request.headers, config)) {
        refuse(socket, '403 Forbidden');
        return;
      }
      if (server.clients.size >= MAX_SOCKETS) {
        refuse(socket, '503 Service Unavailable');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        server.emit('connection', client, request);
        // graphql-ws writes to the console what a client does against the protocol; ws has closed the socket by then.
        client
          .removeAllListeners('error')
          .on('error', (error) => logger.debug({ err: error }, 'a WebSocket broke'));
      });
    },
    /** Events may have been missed: clients that wait for some connect again and see how things are now. */
    interrupt(): void {
      for (const { extra, subscriptions } of connections) {
        if (Object.keys(subscriptions).length > 0)
          extra.socket.close(SERVICE_RESTART, 'events may have been missed');
      }
    },
    /** Tells every client to go elsewhere. */
    stop: async (): Promise<void> => running.dispose(),
  };
}
