import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import { type ErrorRequestHandler, type Request, type Response, Router, json } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Config } from '../config/settings.js';
import type { RequestContext } from '../kernel/context.js';
import { DomainError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import { errorFormatter, spellError } from './errors.js';
import { limitRules } from './limits.js';
import { httpStatusPlugin } from './plugins/httpStatus.js';
import { limitsPlugin } from './plugins/limits.js';
import { requestIdPlugin } from './plugins/requestId.js';

export interface GraphQLOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  createContext(request: Request, response: Response): Promise<RequestContext>;
  requestIdOf(response: Response): string;
}

/** Bodies that cannot be read, in GraphQL's own form. */
function bodyErrors(requestIdOf: GraphQLOptions['requestIdOf']): ErrorRequestHandler {
  return (error: { status?: number }, _request, response, next) => {
    if (response.headersSent || error.status === undefined || error.status >= 500) {
      next(error);
      return;
    }
    const isLarge = error.status === 413;
    const { message, extensions } = spellError(
      new DomainError(isLarge ? 'TOO_LARGE' : 'BAD_INPUT', isLarge ? 'the body is too large' : 'the body is not JSON'),
    );
    response.status(error.status).json({ errors: [{ message, extensions: { ...extensions, requestId: requestIdOf(response) } }] });
  };
}

/** GraphQL over HTTP, at the router's root. */
export async function graphqlRouter(options: GraphQLOptions): Promise<{ router: Router; stop: () => Promise<void> }> {
  const { config, logger, schema } = options;
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: config.GRAPHQL_INTROSPECTION,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    cache: 'bounded',
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.GRAPHQL_MAX_TOKENS },
    validationRules: limitRules(config),
    formatError: errorFormatter(logger),
    logger,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      limitsPlugin(config), requestIdPlugin(), httpStatusPlugin()],
  });
  await apollo.start();
  const router = Router();
  router.use(
    json({ limit: config.BODY_LIMIT }),
    expressMiddleware(apollo, { context: ({ req, res }) => options.createContext(req, res) }),
    bodyErrors(options.requestIdOf),
  );
  return { router, stop: () => apollo.stop() };
}
