import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import {
  type ErrorRequestHandler,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
  json,
} from 'express';
import type { GraphQLSchema } from 'graphql';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Config } from '../config/settings.js';
import type { RequestContext } from '../kernel/context.js';
import { DomainError, type ErrorCode } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { failureSpelling, spellError } from './errors.js';
import { gatewayOf } from './execution/executor.js';
import { apolloHandler } from './http.js';
import { checkSize, limitRules } from './limits.js';
import { httpStatusPlugin } from './plugins/httpStatus.js';
import { limitsPlugin } from './plugins/limits.js';

export interface GraphQLOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  createContext: (request: Request, response: Response) => Promise<RequestContext>;
  requestIdOf: (response: Response) => string;
}

/** What the steps before Apollo throw, in our terms; undefined for a defect. */
function requestError(error: { status?: number }): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error.status === undefined || error.status >= 500) return undefined;
  if (error.status === 413) return new DomainError('TOO_LARGE', 'the body is too large');
  if (error.status === 415)
    return new DomainError('UNSUPPORTED_MEDIA_TYPE', "the body's encoding is not supported");
  return new DomainError('BAD_INPUT', 'the body is not JSON');
}

const STATUS: Partial<Record<ErrorCode, number>> = { TOO_LARGE: 413, UNSUPPORTED_MEDIA_TYPE: 415 };

/** Requests that cannot be read, in GraphQL's own form. */
function requestErrors(requestIdOf: GraphQLOptions['requestIdOf']): ErrorRequestHandler {
  return (thrown: { status?: number }, _request, response, next) => {
    const error = requestError(thrown);
    if (!error || response.headersSent) {
      next(thrown);
      return;
    }
    response.status(STATUS[error.code] ?? 400).json({ errors: [spellError(error, requestIdOf(response))] });
  };
}

/** Asked of requests that have a body; Apollo answers those without. */
function requireJson(request: Request): boolean {
  if (request.is('application/json') !== false) return true;
  throw new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'send the body as JSON, with Content-Type: application/json',
  );
}

/** Before Apollo hashes the document and looks for it among those that it has parsed. */
function limitDocument(config: Config): RequestHandler {
  return (request, _response, next) => {
    const { query } = (request.method === 'GET' ? request.query : (request.body ?? {})) as {
      query?: unknown;
    };
    if (typeof query === 'string') checkSize(query, config);
    next();
  };
}

/** GraphQL over HTTP, at the router's root. */
export async function graphqlRouter(
  options: GraphQLOptions,
): Promise<{ router: Router; stop: () => Promise<void> }> {
  const { config, logger, schema } = options;
  const spell = failureSpelling(logger, { hideSuggestions: !config.GRAPHQL_INTROSPECTION });
  /** Apollo does not tell its formatter which request it formats for. */
  const requestIds = new AsyncLocalStorage<string>();
  const apollo = new ApolloServer<RequestContext>({
    gateway: gatewayOf(schema),
    // Refused by limitRules, which WebSocket keeps too.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    cache: 'bounded',
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.GRAPHQL_MAX_TOKENS },
    validationRules: limitRules(config),
    formatError: (_formatted, thrown) => spell(thrown, requestIds.getStore() ?? ''),
    logger,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // Answers are nobody's but the caller's. Without it no field is wrapped, which a list would pay for most.
      ApolloServerPluginCacheControlDisabled(),
      limitsPlugin(config),
      httpStatusPlugin(),
    ],
  });
  await apollo.start();
  const router = Router();
  router.use(
    json({ limit: config.BODY_LIMIT, type: (request) => requireJson(request as Request) }),
    limitDocument(config),
    (_request: Request, response: Response, next: NextFunction) => {
      response.setHeader('Cache-Control', 'no-store');
      requestIds.run(options.requestIdOf(response), next);
    },
    apolloHandler(apollo, options.createContext),
    requestErrors(options.requestIdOf),
  );
  return { router, stop: () => apollo.stop() };
}
