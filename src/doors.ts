import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from './config/settings.js';
import { VERSION } from './config/version.js';
import type { Database } from './database/database.js';
import { envelopes, plainEnvelope } from './http/envelopes.js';
import { createGraph } from './graph.js';
import { playground } from './site/playground/playground.js';
import { graphqlDoor } from './graphql/server.js';
import { subscriptionServer } from './graphql/subscriptions.js';
import { type Admission, type Principal, createContext } from './kernel/context.js';
import { DomainError } from './kernel/errors.js';
import type { Logger, Loggers, RequestLog } from './log/logger.js';
import { refuse, type SpelledError } from './kernel/refusal.js';
import { requestIdFrom } from './kernel/requestId.js';
import { refuseLoop } from './kernel/via.js';
import { type Lifecycle, operationsRouter, probe } from './http/operations.js';
import { mount } from './rest/kit/mount.js';
import { openapi, openapiOfAll } from './rest/kit/openapi.js';
import { reference } from './site/index.js';
import type { Services } from './services.js';
import { restSystems } from './surfaces.js';

export interface DoorOptions {
  config: Config;
  database: Database;
  loggers: Loggers;
  services: Services;
  lifecycle: Lifecycle;
}

/** Of the requests that are being answered. */
const requestIds = new WeakMap<ServerResponse, string>();
const requestIdOf = (response: ServerResponse): string => requestIds.get(response) ?? '';

const withoutQuery = (target: string): string => target.split('?', 1)[0] ?? '';
const pathOf = ({ url = '' }: IncomingMessage): string => withoutQuery(url);

/** Whether the request is one of the GraphQL endpoint. */
export const isGraphql = (request: IncomingMessage): boolean => /^\/graphql\/?$/.test(pathOf(request));

/** In GraphQL a token alone says who calls. */
const byToken = (principal: Principal | null): Admission => ({ principal, isTrusted: false });

type Observe = (request: IncomingMessage, response: ServerResponse) => string;

/** Gives each request its id and logs its end. Query strings and headers may hold secrets and stay out. */
function observing(log: RequestLog, addressOf: (request: IncomingMessage) => string): Observe {
  return (request, response) => {
    const requestId = requestIdFrom(request.headers['x-request-id']);
    requestIds.set(response, requestId);
    response.setHeader('X-Request-Id', requestId);
    const { method } = request;
    const path = pathOf(request);
    const start = performance.now();
    response.once('close', () => {
      const ms = Math.round((performance.now() - start) * 1000) / 1000;
      log.info(
        { requestId, address: addressOf(request), method, path, status: response.statusCode, ms },
        'request',
      );
    });
    return requestId;
  };
}

/** Lets the pages of CORS_ORIGINS call; undefined when there are none, since CORS is closed by default. */
export function corsFor(config: Pick<Config, 'CORS_ORIGINS'>): ReturnType<typeof cors> | undefined {
  if (config.CORS_ORIGINS.length === 0) return undefined;
  return cors({
    origin: [...config.CORS_ORIGINS],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['X-Request-Id', 'Retry-After'],
    maxAge: 600,
  });
}

/** The last resorts: JSON, never Express's own pages. */
function lastResorts(app: Express, logger: Logger): void {
  app.use((request, response) => {
    response.status(404).json({
      error: { code: 'NO_SUCH_PATH', message: `there is no ${request.path}` },
      requestId: requestIdOf(response),
    });
  });
  const failed: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof DomainError) {
      const { status, headers, body } = plainEnvelope(error, requestIdOf(response));
      response.status(status).set(headers).send(body);
      return;
    }
    const status = error.status !== undefined && error.status < 500 ? error.status : 500;
    const requestId = requestIdOf(response);
    if (status === 500) logger.error({ err: error, requestId }, 'request failed');
    const [code, message] =
      status === 500 ? ['INTERNAL', 'internal error'] : ['BAD_PARAMETER', 'the request cannot be read'];
    response.status(status).json({ error: { code, message }, requestId });
  };
  app.use(failed);
}

/** Every door but forwarding: GraphQL and its WebSocket, and REST and pages as one Express application. */
export async function openDoors({ config, database, loggers, services, lifecycle }: DoorOptions) {
  const { logger } = loggers;
  const { authentication, callers, registry, viaName } = services;
  const schema = await createGraph(services, database);

  const contextOf = (
    request: IncomingMessage,
    requestId: string,
    { principal, isTrusted }: Admission,
    signalOf: () => AbortSignal,
    tokenRejected = false,
  ) =>
    createContext({
      requestId,
      principal,
      isTrusted,
      tokenRejected,
      signalOf,
      address: callers.addressOf(request),
      reader: database.reader,
      forkManager: () => database.fork(),
    });

  /** Aborts when the caller goes away before its answer. */
  const signalOf = (response: ServerResponse) => (): AbortSignal => {
    const controller = new AbortController();
    const abort = () => {
      if (!response.writableFinished) controller.abort();
    };
    if (response.closed) abort();
    else response.once('close', abort);
    return controller.signal;
  };

  const graphql = await graphqlDoor({
    config,
    logger,
    schema,
    addressOf: (request) => callers.addressOf(request),
    viaName,
    createContext: async (request, response, requestId) => {
      const { principal, rejected } = await callers.identify(request);
      return contextOf(request, requestId, byToken(principal), signalOf(response), rejected);
    },
  });
  const subscriptions = subscriptionServer({
    config,
    logger,
    schema,
    viaName,
    authenticate: (token) => authentication.authenticate(token),
    onSessionEnd: (principal, listener) => authentication.onSessionEnd(principal, listener),
    addressOf: (request) => callers.addressOf(request),
    createContext: (request, principal) =>
      contextOf(
        request,
        requestIdFrom(request.headers['x-request-id']),
        byToken(principal),
        () => new AbortController().signal,
      ),
  });

  const stopInterrupting = database.notifications.onGap(() => subscriptions.interrupt());

  const observe = observing(loggers.requests, (request) => callers.addressOf(request));
  const allowOrigins = corsFor(config);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.use((request, response, next) => {
    observe(request, response);
    next();
  });
  if (allowOrigins) app.use(allowOrigins);
  app.use((request, _response, next) => {
    refuseLoop(request.headers, viaName);
    next();
  });

  app.use(operationsRouter({ config, database, callers, registry, lifecycle }));
  app.use(playground());

  const systems = restSystems(services, config);
  const options = {
    logger,
    bodyLimit: config.BODY_LIMIT,
    requestIdOf,
    createContext: (request: Request, response: Response, admission: Admission) =>
      contextOf(request, requestIdOf(response), admission, signalOf(response)),
  };
  for (const { dialect, endpoints } of Object.values(systems)) {
    const handlers = mount(dialect, endpoints, options);
    for (const prefix of dialect.prefixes) app.use(prefix, ...handlers);
  }

  const everything = openapiOfAll(Object.values(systems), VERSION);
  app.get('/openapi.json', (_request, response) => void response.json(everything));
  for (const [name, system] of Object.entries(systems)) {
    const document = openapi(system, VERSION);
    app.get(`/openapi/${name}.json`, (_request, response) => void response.json(document));
  }
  app.use(
    reference({
      documents: Object.entries(systems).map(([name, { dialect }]) => ({
        name: dialect.title.replace('Isthmus: ', ''),
        url: `/openapi/${name}.json`,
      })),
      version: VERSION,
      health: () => probe(database),
    }),
  );
  lastResorts(app, logger);

  const answerGraphql = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = observe(request, response);
    if (allowOrigins) allowOrigins(request, response, () => graphql.handle(request, response, requestId));
    else graphql.handle(request, response, requestId);
  };

  const envelopeAt = envelopes(Object.values(systems));

  return {
    /** Answers a request that no door gets to see. */
    refuse: (request: IncomingMessage, response: ServerResponse, error: DomainError): void => {
      refuse(response, error, observe(request, response), envelopeAt(pathOf(request)));
    },
    /** The answer to what Node does not take for a request. */
    spell: (target: string, error: DomainError, address = ''): SpelledError => {
      const requestId = randomUUID();
      const path = withoutQuery(target);
      const spelled = envelopeAt(path)(error, requestId);
      loggers.requests.info(
        { requestId, address, path, status: spelled.status, error: error.code },
        'request',
      );
      return { ...spelled, headers: { ...spelled.headers, 'X-Request-Id': requestId } };
    },
    handle: (request: IncomingMessage, response: ServerResponse): void => {
      if (isGraphql(request)) answerGraphql(request, response);
      else app(request, response);
    },
    subscriptions,
    stop: async (): Promise<void> => {
      stopInterrupting();
      await subscriptions.stop();
      await graphql.stop();
    },
  };
}
