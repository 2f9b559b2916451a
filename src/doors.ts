import { LRUCache } from 'lru-cache';
import express, { type Request, type Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from './config/settings.js';
import { VERSION } from './config/version.js';
import type { Database } from './database/database.js';
import { Topic } from './database/notifications.js';
import { spellRequestError } from './graphql/errors.js';
import { corsFor } from './http/cors.js';
import { envelopes } from './http/envelopes.js';
import { lastResorts } from './http/lastResorts.js';
import { type Expose, registerFigures } from './http/metrics.js';
import { noteFailure, noteOutcome, observing, requestIdOf, spellBroken } from './http/observe.js';
import { RequestMeter } from './http/requestMeter.js';
import { readTrustedDocuments } from './config/trustedDocuments.js';
import { EventStreams } from './graphql/eventStreams.js';
import { documentCheck, operationReader } from './graphql/operation.js';
import { executing } from './graphql/running.js';
import { schemaDocument } from './graphql/schemaDocument.js';
import { SocketCounts } from './graphql/sockets.js';
import { telling } from './graphql/telling.js';
import { TrustedDocuments } from './graphql/trustedDocuments.js';
import { modelArtsText } from './domains/modelarts/index.js';
import { createGraph } from './graph.js';
import { playground } from './site/playground/playground.js';
import { graphqlDoor } from './graphql/server.js';
import { subscriptionServer } from './graphql/subscriptions.js';
import { CallerGone } from './kernel/callerGone.js';
import { type Admission, type Principal, createContext } from './kernel/context.js';
import { manifestOf } from './kernel/documents.js';
import type { DomainError } from './kernel/errors.js';
import { gauge } from './kernel/figures.js';
import { withoutQuery } from './log/access.js';
import type { Loggers } from './log/logger.js';
import { refuse, type SpelledError } from './kernel/refusal.js';
import { requestIdFrom } from './kernel/requestId.js';
import { UploadRoom } from './kernel/uploadRoom.js';
import { refuseLoop } from './kernel/via.js';
import { type Lifecycle, operationsRouter, probing } from './http/operations.js';
import { envelopeOf } from './rest/kit/dialect.js';
import { mount } from './rest/kit/mount.js';
import { openapi, openapiOfAll } from './rest/kit/openapi.js';
import { reference } from './site/index.js';
import { SESSION_DOCUMENTS } from './site/sessionDocuments.js';
import type { Services } from './services.js';
import { restSystems } from './surfaces.js';

export interface DoorOptions {
  config: Config;
  database: Database;
  loggers: Loggers;
  services: Services;
  lifecycle: Lifecycle;
  expose?: Expose | undefined;
  /** Milliseconds in which a client of a WebSocket must show that it is there. */
  keepAlive?: number | undefined;
}

/** What is reached by forwarding. */
const MODELARTS = { name: 'ModelArts', url: '/openapi/modelarts.json', isFolded: true };

/** Base paths for which a document is kept: proxies tell of one or two, whatever strangers tell them. */
const MOST_BASES = 4;

const pathOf = ({ url = '' }: IncomingMessage): string => withoutQuery(url);

/** Whether the request is one of the GraphQL endpoint. */
export const isGraphql = (request: IncomingMessage): boolean => /^\/graphql\/?$/.test(pathOf(request));

/** In GraphQL a token alone says who calls. */
const byToken = (principal: Principal | null): Admission => ({ principal, isTrusted: false });

/** Every door but forwarding: GraphQL and its WebSocket, and REST and pages as one Express application. */
export async function openDoors({
  config,
  database,
  loggers,
  services,
  lifecycle,
  expose,
  keepAlive,
}: DoorOptions) {
  const { logger } = loggers;
  const { basePath, registry, viaName } = services;
  const { authentication, callers } = services.identity;
  const uploads = new UploadRoom();
  const meter = new RequestMeter(registry);
  const schema = await createGraph(services, (topic) => database.notifications.stream(new Topic(topic)));

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
      lateReaders: database.lateReaders,
      forkManager: () => database.fork(),
    });

  /** Aborts when the caller goes away before its answer. */
  const signalOf = (response: ServerResponse) => (): AbortSignal => {
    const controller = new AbortController();
    const abort = () => {
      if (!response.writableFinished) controller.abort(new CallerGone());
    };
    if (response.closed) abort();
    else response.once('close', abort);
    return controller.signal;
  };

  const manifest = readTrustedDocuments(config);
  const known = manifest && new Map([...manifest, ...manifestOf(SESSION_DOCUMENTS)]);
  const trusted = known && new TrustedDocuments(known, config, documentCheck(schema, config, logger));
  const read = operationReader(schema, config, trusted);
  const counts = new SocketCounts(config, (request) => callers.addressOf(request));
  const help = 'Open WebSockets and event streams';
  registerFigures(registry, [gauge('isthmus_graphql_sockets', help, () => counts.all)]);
  const streams = new EventStreams({
    read,
    run: executing(schema),
    tell: telling(logger),
    counts,
    note: (response, outcome) => noteOutcome(response, { ...outcome, door: 'event-stream', isStream: true }),
    onSessionEnd: (principal, listener) => authentication.onSessionEnd(principal, listener),
  });
  const graphql = await graphqlDoor({
    config,
    logger,
    schema,
    isStored: (type) => database.reader.getMetadata().getByClassName(type, false) !== undefined,
    streams,
    trusted,
    addressOf: (request) => callers.addressOf(request),
    uploads,
    viaName,
    note: noteOutcome,
    createContext: async (request, response, requestId) => {
      const { principal, rejected } = await callers.identify(request);
      return contextOf(request, requestId, byToken(principal), signalOf(response), rejected);
    },
  });
  const subscriptions = subscriptionServer({
    config,
    logger,
    schema,
    read,
    counts,
    keepAlive,
    viaName,
    count: (outcome, milliseconds) => meter.count({ ...outcome, door: 'websocket' }, milliseconds),
    authenticate: (token) => authentication.authenticate(token),
    onSessionEnd: (principal, listener) => authentication.onSessionEnd(principal, listener),
    addressOf: (request) => callers.addressOf(request),
    createContext: (request, principal, gone) =>
      contextOf(request, requestIdFrom(request.headers['x-request-id']), byToken(principal), () => gone),
  });

  const stopInterrupting = database.notifications.onGap(() => {
    subscriptions.interrupt();
    streams.interrupt();
  });

  const observe = observing(loggers.requests, meter, (request) => callers.addressOf(request));
  const allowOrigins = corsFor(config);

  const probe = probing(() => database.health());

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

  app.use(
    operationsRouter({
      config,
      probe,
      isWithin: (networks, request) => callers.isWithin(networks, request),
      registry: expose?.(registry) ?? registry,
      lifecycle,
    }),
  );
  app.use(playground((request) => basePath.of(request)));
  app.get(
    '/schema.graphql',
    schemaDocument({
      schema,
      config,
      trusted,
      requestIdOf,
      identify: async (request) => callers.identify(request),
    }),
  );

  const systems = restSystems(services, config);
  const options = {
    logger,
    bodyLimit: config.BODY_LIMIT,
    uploads,
    requestIdOf,
    createContext: (request: Request, response: Response, admission: Admission) =>
      contextOf(request, requestIdOf(response), admission, signalOf(response)),
  };
  for (const [door, { dialect, endpoints }] of Object.entries(systems)) {
    const note = (response: Response, outcome: { operation?: string; code?: string }) =>
      noteOutcome(response, { ...outcome, door });
    const handlers = mount(dialect, endpoints, { ...options, note });
    for (const prefix of dialect.prefixes) app.use(prefix, ...handlers);
  }

  const serveDocument = (path: string, textOf: (base: string) => string) => {
    // Written once, when somebody asks for it: a start should not take longer for it.
    const texts = new LRUCache<string, string>({ max: MOST_BASES, memoMethod: textOf });
    app.get(path, (request, response) => {
      response.type('json').send(texts.memo(basePath.of(request)));
    });
  };
  serveDocument('/openapi.json', (base) =>
    JSON.stringify(openapiOfAll(Object.values(systems), VERSION, base)),
  );
  for (const [name, system] of Object.entries(systems))
    serveDocument(`/openapi/${name}.json`, (base) => JSON.stringify(openapi(system, VERSION, base)));
  serveDocument(MODELARTS.url, modelArtsText);
  app.use(
    reference({
      documents: [
        ...Object.entries(systems).map(([name, { dialect }]) => ({
          name: dialect.title.replace('Isthmus: ', ''),
          url: `/openapi/${name}.json`,
        })),
        MODELARTS,
      ],
      version: VERSION,
      health: probe,
      baseOf: (request) => basePath.of(request),
    }),
  );
  lastResorts(app, logger);

  const answerGraphql = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = observe(request, response);
    noteOutcome(response, { door: 'graphql' });
    if (allowOrigins) allowOrigins(request, response, () => graphql.handle(request, response, requestId));
    else graphql.handle(request, response, requestId);
  };

  const envelopeAt = envelopes([
    ...Object.values(systems).map(({ dialect }) => ({
      prefixes: dialect.prefixes,
      envelope: envelopeOf(dialect),
    })),
    { prefixes: ['/graphql'], envelope: spellRequestError },
  ]);

  return {
    /** Answers a request that no door gets to see. */
    refuse: (request: IncomingMessage, response: ServerResponse, error: DomainError): void => {
      const requestId = observe(request, response);
      noteFailure(response, error.code);
      refuse(response, error, requestId, envelopeAt(pathOf(request)));
    },
    /** The answer to what Node does not take for a request. */
    spell: (target: string, error: DomainError, address = ''): SpelledError =>
      spellBroken(loggers.requests, meter, { target, address, error }, envelopeAt(withoutQuery(target))),
    handle: (request: IncomingMessage, response: ServerResponse): void => {
      if (isGraphql(request)) answerGraphql(request, response);
      else app(request, response);
    },
    subscriptions,
    stop: async (): Promise<void> => {
      stopInterrupting();
      streams.interrupt();
      await subscriptions.stop();
      await graphql.stop();
    },
  };
}
