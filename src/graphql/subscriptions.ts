import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { CloseCode, type Context, type SubscribePayload, handleProtocols, makeServer } from 'graphql-ws';
import { type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '../config/settings.js';
import { bearerToken } from '../kernel/bearer.js';
import { closeGently } from '../kernel/closeGently.js';
import type { Principal, RequestContext, SessionEnd } from '../kernel/context.js';
import { DomainError, asDomainError } from '../kernel/errors.js';
import { noteDigits } from '../kernel/exactJson.js';
import type { Logger } from '../log/logger.js';
import { traced } from '../kernel/tracing.js';
import { requestIdFrom } from '../kernel/requestId.js';
import { hasPassed } from '../kernel/via.js';
import { type CountedOperation, NO_OPERATION, codeOf, countedAs } from './counted.js';
import { LONGEST_NAME, nameOf } from './failureLog.js';
import type { OperationReader } from './operation.js';
import { type Execution, executing, following, isSubscription, operationOf } from './running.js';
import { CLOSE_TIMEOUT, SocketSession, TRY_AGAIN_LATER } from './socketSession.js';
import { type Carrier, KEEP_ALIVE, carry } from './socketTransport.js';
import type { SocketCounts } from './sockets.js';
import { telling } from './telling.js';

const MAX_OPERATIONS = 100;
/** RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;

/** Of a handshake, and of a token that comes after it. */
const REFUSED = 'a WebSocket was refused';

/** How handshakes are refused, and what the log calls it. */
const REFUSALS = { MALFORMED_REQUEST: 400, FORBIDDEN: 403, RATE_LIMITED: 503, FORWARDING_LOOP: 508 } as const;

/** After which clients of graphql-ws connect again (RFC 6455's registry). */
const SERVICE_RESTART = 1012;

export interface SubscriptionOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  read: OperationReader;
  counts: SocketCounts;
  /** For the metrics. */
  count: (outcome: CountedOperation, milliseconds?: number) => void;
  authenticate(token: string): Promise<Principal | null>;
  onSessionEnd(principal: Principal, listener: (why: SessionEnd) => void): () => void;
  addressOf(request: IncomingMessage): string;
  /** Milliseconds in which a client must show that it is there. */
  keepAlive?: number | undefined;
  /** What this deployment is called in Via. */
  viaName: string;
  /** `gone`: aborted when the connection is closed. */
  createContext(request: IncomingMessage, principal: Principal | null, gone: AbortSignal): RequestContext;
}

/** What is known of a connection from its first message on; each operation gets a fork of its context. */
type Connected = { context?: RequestContext; token?: string };

type Connection = Context<Record<string, unknown>, Carrier & Connected>;
/** The execution of an operation, which always has a context. */
type SocketExecution = Execution & { session: SocketSession; startedAt: number };

/** The token in the first message, or in the handshake. */
function tokenOf(
  parameters: Record<string, unknown> | undefined,
  { headers }: IncomingMessage,
): string | undefined {
  const value = parameters?.['Authorization'] ?? parameters?.['authorization'] ?? parameters?.['token'];
  return bearerToken(typeof value === 'string' ? value : headers.authorization);
}

/** Every page may open a WebSocket anywhere and read what comes, whatever CORS says; its browser tells whose page it is. */
function isForeignPage(
  { origin, host = '' }: IncomingHttpHeaders,
  { CORS_ORIGINS, PUBLIC_HOSTS }: Pick<Config, 'CORS_ORIGINS' | 'PUBLIC_HOSTS'>,
): boolean {
  if (origin === undefined || CORS_ORIGINS.includes(origin)) return false;
  const page = URL.parse(origin);
  if (!page || page.host === '' || page.host === host.toLowerCase()) return !page?.host;
  const open = PUBLIC_HOSTS.map((name) => name.toLowerCase());
  return !open.includes(page.host) && !open.includes(page.hostname.replace(/\.$/, ''));
}

function contextOf({ extra }: Connection): RequestContext {
  if (!extra.context) throw new Error('an operation came before its connection was acknowledged');
  return extra.context;
}

function spanOf(args: ExecutionArgs): string {
  const operation = operationOf(args);
  return operation ? countedAs(args.document, operation) : NO_OPERATION;
}

const tooMany = (): GraphQLError => {
  const error = new DomainError('RATE_LIMITED', `a connection may run ${MAX_OPERATIONS} operations at once`);
  return new GraphQLError(error.message, { originalError: error });
};

/**
 * GraphQL over WebSocket (graphql-ws). The access token comes in `connectionParams` as `Authorization` or `token`, or in
 * the handshake as `Authorization`.
 */
export function subscriptionServer(options: SubscriptionOptions) {
  const { config, logger, schema, keepAlive: period = KEEP_ALIVE } = options;
  const tell = telling(logger);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: config.BODY_LIMIT,
    handleProtocols,
    // One message a turn, and no more is read before: those that come together leave others theirs.
    allowSynchronousEvents: false,
  });
  const sessions = new WeakMap<WebSocket, SocketSession>();

  const connections = new Set<Connection>();

  const sessionOf = ({ extra }: Connection): SocketSession => {
    const session = sessions.get(extra.socket);
    if (!session) throw new Error('a connection was not counted');
    return session;
  };

  /** A context for one operation, whose caller may have another role than when the connection was opened. */
  const operationContext = async (connection: Connection): Promise<RequestContext> => {
    const { token } = connection.extra;
    if (token === undefined) return contextOf(connection).fork();
    const principal = await options.authenticate(token);
    if (principal) return contextOf(connection).fork(principal);
    throw new DomainError('UNAUTHENTICATED', 'the access token does not work any more');
  };

  const refuseConnection = ({ extra: { socket } }: Connection, thrown: unknown): void => {
    const error = asDomainError(thrown);
    if (error.code === 'UNAVAILABLE') socket.close(TRY_AGAIN_LATER, error.message);
    else {
      logger.error({ err: thrown }, 'a WebSocket connection failed');
      socket.close(CloseCode.InternalServerError, 'internal error');
    }
  };

  const open = async (connection: Connection): Promise<boolean> => {
    const { extra, connectionParams } = connection;
    const session = sessionOf(connection);
    const token = tokenOf(connectionParams, extra.request);
    const principal = token === undefined ? null : await options.authenticate(token);
    if (token !== undefined && !principal) {
      const { requestId, address } = options.createContext(extra.request, null, session.gone);
      logger.info({ requestId, address, error: 'UNAUTHENTICATED' }, REFUSED);
      extra.socket.close(CloseCode.Unauthorized, 'the access token does not work');
      return false;
    }
    if (session.gone.aborted) return false;
    extra.context = options.createContext(extra.request, principal, session.gone);
    connections.add(connection);
    extra.socket.once('close', () => connections.delete(connection));
    if (token !== undefined) extra.token = token;
    if (principal) session.follow(principal, (end) => options.onSessionEnd(principal, end));
    return true;
  };

  const begin = async (connection: Connection, id: string, payload: SubscribePayload) => {
    if (Object.keys(connection.subscriptions).length > MAX_OPERATIONS) return [tooMany()];
    const startedAt = performance.now();
    // Many that come at once take turns with everybody else.
    await setImmediate();
    const args = await options.read(payload, () => operationContext(connection));
    if (!('document' in args)) return args;
    const session = sessionOf(connection);
    if (!isSubscription(args)) session.answering(id);
    return { ...args, session, startedAt };
  };

  const run = executing(schema);
  const counted = new WeakSet<ExecutionArgs>();
  /** Each operation once: when it is answered, or its answers begin. */
  const count = (args: ExecutionArgs, errors?: readonly GraphQLFormattedError[]): void => {
    const operation = operationOf(args);
    if (!operation || counted.has(args)) return;
    counted.add(args);
    const { startedAt } = args as SocketExecution;
    options.count(
      { operation: countedAs(args.document, operation), code: codeOf(errors) },
      isSubscription(args) ? undefined : performance.now() - startedAt,
    );
  };

  const protocol = makeServer<Record<string, unknown>, Carrier & Connected>({
    jsonMessageReviver: noteDigits,
    onConnect: async (connection) => {
      try {
        return await open(connection);
      } catch (error) {
        refuseConnection(connection, error);
        return false;
      }
    },
    onSubscribe: async (connection, id, payload) => begin(connection, id, payload),
    execute: async (args) =>
      traced(spanOf(args), 'server', { 'isthmus.door': 'websocket' }, async () => run(args), 'anew'),
    subscribe: async (args) => {
      const { session, startedAt: _startedAt, ...execution } = args as SocketExecution;
      const answers = await following(execution, () => session.isOver);
      if (Symbol.asyncIterator in answers) count(args);
      return answers;
    },
    onError: (connection, _id, { operationName }, errors) => {
      const told = tell(contextOf(connection), errors, operationName?.slice(0, LONGEST_NAME));
      options.count({ operation: NO_OPERATION, code: codeOf(told) });
      return told;
    },
    onNext: (_connection, _id, _payload, args, { errors, data }) => {
      if (!errors) {
        count(args);
        return undefined;
      }
      const name = nameOf(operationOf(args));
      const told = tell((args as SocketExecution).contextValue, errors, name);
      count(args, told);
      return { ...(data === undefined ? {} : { data }), errors: told };
    },
    onComplete: (connection, id) => sessionOf(connection).answered(id),
  });

  const refuse = (request: IncomingMessage, socket: Duplex, error: keyof typeof REFUSALS): void => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    const status = REFUSALS[error];
    logger.info({ requestId, address: options.addressOf(request), status, error }, REFUSED);
    closeGently(
      socket,
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  };

  // Without it ws would answer a handshake that is none in HTML.
  server.on('wsClientError', (_error, socket, request) => refuse(request, socket, 'MALFORMED_REQUEST'));

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      if (hasPassed(request.headers.via, options.viaName)) {
        refuse(request, socket, 'FORWARDING_LOOP');
        return;
      }
      if (isForeignPage(request.headers, config)) {
        refuse(request, socket, 'FORBIDDEN');
        return;
      }
      if (options.counts.isFull(request)) {
        refuse(request, socket, 'RATE_LIMITED');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        options.counts.add(client, request);
        sessions.set(client, new SocketSession(client, config.GRAPHQL_SOCKET_LOGIN));
        carry(protocol, { socket: client, request }, { logger, period });
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
    stop: async (): Promise<void> => {
      for (const client of server.clients) client.close(GOING_AWAY, 'Going away');
      const cut = setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, CLOSE_TIMEOUT);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cut);
    },
  };
}
