import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { json } from 'express';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config/settings.js';
import { bearerToken } from '../kernel/bearer.js';
import type { RequestContext } from '../kernel/context.js';
import { DomainError, asDomainError, unauthenticated } from '../kernel/errors.js';
import type { Logger } from '../log/logger.js';
import { isForm } from '../kernel/forms.js';
import type { UploadRoom } from '../kernel/uploadRoom.js';
import { spellCharset } from '../kernel/mediaTypes.js';
import { currentTracer, traced } from '../kernel/tracing.js';
import { refuseLoop } from '../kernel/via.js';
import { type Told, failureSpelling, spellError, spellRequestError } from './errors.js';
import { isBrowserVisit, leadToPlayground } from './browserVisit.js';
import { bodyOf, keepBytes } from './exactBody.js';
import { isPlain, notJson, readPlain } from './plainBody.js';
import { type CountedOperation, NO_OPERATION, codeOf } from './counted.js';
import { type Caller, logFailures } from './failureLog.js';
import { type EventStreams, wantsEventStream } from './eventStreams.js';
import { type Asked, answerWith, searchOf } from './http.js';
import { parametersOf, payloadOf, searchWith } from './parameters.js';
import type { TrustedDocuments } from './trustedDocuments.js';
import { CompiledQueries } from './execution/compiledQueries.js';
import type { IsStored } from './execution/written.js';
import { KnownRequests } from './knownRequests.js';
import { Introspection } from './introspection.js';
import { checkSize, limitRules } from './limits.js';
import { failuresPlugin } from './plugins/failures.js';
import { httpStatusPlugin } from './plugins/httpStatus.js';
import { PREFLIGHTED, readUploads, requirePreflight } from './uploads.js';
import { operationsPlugin } from './plugins/operations.js';

export interface GraphQLOptions {
  config: Config;
  logger: Logger;
  schema: GraphQLSchema;
  isStored: IsStored;
  addressOf: (request: IncomingMessage) => string;
  /** What forms hold. */
  uploads: UploadRoom;
  streams: EventStreams;
  trusted: TrustedDocuments | undefined;
  /** What this deployment is called in Via. */
  viaName: string;
  /** For the metrics. */
  note: (response: ServerResponse, outcome: CountedOperation) => void;
  createContext: (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ) => Promise<RequestContext>;
}

/** What the steps before Apollo throw, in our terms. */
function requestError(error: unknown): DomainError {
  const { status = 500 } = error as { status?: number };
  if (error instanceof DomainError || status >= 500) return asDomainError(error);
  if (status === 413) return new DomainError('TOO_LARGE', 'the body is too large');
  if (status === 415)
    return new DomainError('UNSUPPORTED_MEDIA_TYPE', "the body's encoding is not supported");
  return notJson();
}

/** Whose request it is. */
interface Asker extends Caller, Told {
  note: (outcome: CountedOperation) => void;
  /** What came of the query already. */
  failed?: ExecutionResult;
}

/** Where Apollo fails apart from any request. */
const NOBODY: Told = { requestId: '', sentToken: false };

const METHODS = ['GET', 'POST'];

function requireMethod({ method = '' }: IncomingMessage): void {
  if (METHODS.includes(method)) return;
  throw new DomainError('METHOD_NOT_ALLOWED', `GraphQL is asked by ${METHODS.join(' or ')}`, {
    allow: METHODS,
  });
}

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Asked of requests that have a body; Apollo answers those without. */
function requireJson({ headers }: IncomingMessage): boolean {
  if (JSON_TYPE.test(headers['content-type'] ?? '')) return true;
  throw new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'send the body as JSON, with Content-Type: application/json, or as a form where it has files',
  );
}

/** The document that the request names, whatever else is wrong with it. */
function documentOf({ method, url = '' }: Asked, body: unknown): string | undefined {
  if (method === 'GET') return new URLSearchParams(searchOf(url)).get('query') ?? undefined;
  const { query } = (body ?? {}) as { query?: unknown };
  return typeof query === 'string' ? query : undefined;
}

const asSpan = async (answer: () => Promise<void>): Promise<void> =>
  traced('graphql', 'internal', {}, answer);

/** The request with the text of the document that it names by its hash. Throws when there is none. */
function resolved(trusted: TrustedDocuments, request: IncomingMessage, body: unknown): [Asked, unknown] {
  const given = parametersOf(request, body);
  const parameters = given && trusted.resolve(given);
  if (parameters === given) return [request, body];
  const { method, headers } = request;
  return method === 'GET'
    ? [{ method, headers, url: searchWith(parameters ?? {}) }, body]
    : [request, parameters];
}

export interface GraphQLDoor {
  handle: (request: IncomingMessage, response: ServerResponse, requestId: string) => void;
  stop: () => Promise<void>;
}

/** GraphQL over HTTP. Routing it through Express would take a sixth of what a small query takes. */
export async function graphqlDoor(options: GraphQLOptions): Promise<GraphQLDoor> {
  const { config, logger, schema, streams, trusted, viaName } = options;
  const spell = failureSpelling(logger);
  const introspection = new Introspection(schema);
  const queries = new CompiledQueries(schema, logger, options.isStored);
  const known = new KnownRequests(schema, config, queries);
  /** Apollo does not tell its formatter which request it formats for. */
  const callers = new AsyncLocalStorage<Asker>();
  const apollo = new ApolloServer<RequestContext>({
    schema,
    // Refused by limitRules, which WebSocket keeps too.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    // A page of another site cannot send this header without asking first, and no browser adds it by itself.
    csrfPrevention: {
      requestHeaders: PREFLIGHTED,
    },
    persistedQueries: false,
    cache: 'bounded',
    ...(trusted ? { documentStore: trusted.store() } : {}),
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.GRAPHQL_MAX_TOKENS },
    validationRules: limitRules(config),
    validationOptions: { hideSuggestions: !config.GRAPHQL_INTROSPECTION },
    formatError: (_formatted, thrown) => spell(thrown, callers.getStore() ?? NOBODY),
    stringifyResult: (result) => introspection.textOf(result),
    logger,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // Answers are nobody's but the caller's. Without it no field is wrapped, which a list would pay for most.
      ApolloServerPluginCacheControlDisabled(),
      operationsPlugin({
        schema,
        config,
        spell,
        introspection,
        queries,
        known,
        failedOf: () => callers.getStore()?.failed,
      }),
      failuresPlugin(logger, () => callers.getStore()),
      httpStatusPlugin(),
    ],
  });
  await apollo.start();
  const answering = { apollo, introspection };
  const parseBody = json({ limit: config.BODY_LIMIT, type: requireJson, verify: keepBytes });
  const readBody = (
    request: IncomingMessage,
    response: ServerResponse,
    done: (thrown: unknown, body?: unknown) => void,
  ): void => {
    if (isPlain(request, config.BODY_LIMIT)) readPlain(request, done);
    else
      parseBody(request, response, (thrown?: unknown) =>
        thrown === undefined ? done(undefined, bodyOf(request)) : done(thrown),
      );
  };

  /** Before Apollo hashes it and looks for it among those that it has parsed. */
  const checkDocument = (document: string | undefined): void => {
    if (document !== undefined) checkSize(document, config);
  };

  const handle: GraphQLDoor['handle'] = (request, response, requestId) => {
    const sentToken = bearerToken(request.headers.authorization) !== undefined;
    const note = (outcome: CountedOperation) => {
      options.note(response, outcome);
      currentTracer()?.current()?.rename(outcome.operation);
    };
    const caller: Asker = { requestId, sentToken, address: options.addressOf(request), note };
    /** Requests that cannot be read, in GraphQL's own form. */
    const refuse = (thrown: unknown): void => {
      const error = requestError(thrown);
      if (error.code === 'INTERNAL') logger.error({ err: thrown, requestId }, 'request failed');
      const told = spellError(error, caller);
      logFailures(logger, [told], caller);
      note({ operation: NO_OPERATION, code: codeOf([told]) });
      const { status, headers } = spellRequestError(error, requestId);
      response.writeHead(status, headers).end(JSON.stringify({ errors: [told] }));
    };
    const answer = async (body: unknown, context: () => Promise<RequestContext>): Promise<void> => {
      if (wantsEventStream(request)) {
        if (request.method === 'GET') requirePreflight(request);
        return streams.answer(request, response, payloadOf(parametersOf(request, body)), context);
      }
      if (trusted) return answerTrusted(trusted, body, context);
      checkDocument(documentOf(request, body));
      return answerQuickly(request, body, context);
    };
    /** Apollo answers what is not known, and tells of what fails; where that may be ours, it tries: nothing but reading was. */
    const answerQuickly = async (
      asked: Asked,
      body: unknown,
      context: () => Promise<RequestContext>,
    ): Promise<void> => {
      const found = known.find(asked, body);
      if (!found) return answerWith(answering, asked, response, body, context);
      const ctx = context();
      try {
        const answered = await known.answer(found, await ctx);
        if (typeof answered === 'string') {
          note({ operation: found.counted, code: codeOf() });
          response.setHeader('content-type', found.contentType);
          response.end(answered);
          return;
        }
        caller.failed = answered;
      } catch {
        // Asked again below.
      }
      return answerWith(answering, asked, response, body, async () => (await ctx).fork());
    };
    /** Where callers may be bound to the documents that this server knows, and name them by their hashes. */
    const answerTrusted = async (
      documents: TrustedDocuments,
      body: unknown,
      context: () => Promise<RequestContext>,
    ): Promise<void> => {
      const refuseDocument = async (error: unknown): Promise<never> => {
        const told = spell(error, caller);
        logFailures(logger, [told], caller);
        note({ operation: NO_OPERATION, code: codeOf([told]) });
        throw error;
      };
      let [asked, read]: [Asked, unknown] = [request, body];
      try {
        [asked, read] = resolved(documents, request, body);
      } catch (error) {
        // In the form that the client wants, which Apollo finds out.
        return answerWith(answering, asked, response, read, async () => refuseDocument(error));
      }
      const document = documentOf(asked, read);
      checkDocument(document);
      return answerQuickly(asked, read, async () => {
        const ctx = await context();
        try {
          documents.admit(ctx, document);
          return ctx;
        } catch (error) {
          return refuseDocument(error);
        }
      });
    };
    const contextOf = async () => options.createContext(request, response, requestId);
    /** Who sends files is known before they are read. */
    const answerForm = async (): Promise<void> => {
      requirePreflight(request);
      const context = await contextOf();
      if (!context.principal) throw unauthenticated();
      if (response.destroyed) return;
      const held = options.uploads.hold(context.principal);
      response.once('close', () => held.release());
      const body = await readUploads(request, { bodyLimit: config.BODY_LIMIT, held });
      await answer(body, async () => context);
    };
    response.setHeader('Cache-Control', 'no-store');
    if (isBrowserVisit(request)) return leadToPlayground(request, response);
    try {
      refuseLoop(request.headers, viaName);
      requireMethod(request);
      spellCharset(request.headers);
      if (request.method === 'POST' && isForm(request)) {
        callers.run(caller, () => void asSpan(answerForm).catch(refuse));
        return;
      }
      readBody(request, response, (thrown, body) => {
        if (thrown === undefined)
          callers.run(caller, () => void asSpan(async () => answer(body, contextOf)).catch(refuse));
        else refuse(thrown);
      });
    } catch (error) {
      refuse(error);
    }
  };
  return { handle, stop: () => apollo.stop() };
}
