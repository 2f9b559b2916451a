import {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
  json,
} from 'express';
import { z } from 'zod';
import { CallerGone } from '../../kernel/callerGone.js';
import type { Admission, RequestContext } from '../../kernel/context.js';
import { DomainError, type ErrorCode, asDomainError, badInput } from '../../kernel/errors.js';
import type { Logger } from '../../log/logger.js';
import { spellCharset } from '../../kernel/mediaTypes.js';
import type { UploadRoom } from '../../kernel/uploadRoom.js';
import { parse } from '../../kernel/validation.js';
import type { Dialect } from './dialect.js';
import { type Endpoint, type FormFiles, type Input, splitRoute } from './endpoint.js';
import { formOf } from './form.js';
import { checkedApart, sendJson } from './pieces.js';
import { readQuery } from './url.js';

export interface MountOptions {
  logger: Logger;
  /** Bytes. */
  bodyLimit: number;
  /** What forms hold. */
  uploads: UploadRoom;
  createContext(request: Request, response: Response, admission: Admission): RequestContext;
  requestIdOf(response: Response): string;
  /** For the metrics: which operation it is, and how it failed. */
  note(response: Response, outcome: { operation?: string; code?: string }): void;
}

/** Failures that any operation may show, so that rows need not name them. */
const COMMON: readonly ErrorCode[] = [
  'BAD_INPUT',
  'TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'NO_SUCH_PATH',
  'METHOD_NOT_ALLOWED',
  'UNAVAILABLE',
  'INTERNAL',
];

const hasBody = (request: Request) =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** What another site's page can make a browser send unasked: a POST, and nothing that only its scripts could set. */
const mayBeForeign = ({ method, headers }: Request) =>
  method === 'POST' && headers.authorization === undefined && headers['x-access-token'] === undefined;

/** JSON under its own name; or without any, as scripts send it, where no page can have made a browser send it. */
function requireJson(request: Request): void {
  if (!hasBody(request)) return;
  spellCharset(request.headers);
  const type = request.headers['content-type'];
  if (type === undefined ? !mayBeForeign(request) : JSON_TYPE.test(type)) return;
  throw new DomainError(
    'UNSUPPORTED_MEDIA_TYPE',
    'send the body as JSON, with Content-Type: application/json',
  );
}

/** What Express and its body parser throw, in our terms. */
function fromExpress(error: unknown): unknown {
  if (error instanceof URIError)
    return badInput([{ path: 'path', message: 'must be percent-encoded UTF-8' }]);
  const { status, type } = error as { status?: unknown; type?: unknown };
  if (error instanceof DomainError || typeof status !== 'number' || status >= 500) return error;
  if (status === 413) return new DomainError('TOO_LARGE', 'the body is too large', {}, { cause: error });
  if (status === 415)
    return new DomainError('UNSUPPORTED_MEDIA_TYPE', (error as Error).message, {}, { cause: error });
  const message =
    type === 'entity.parse.failed'
      ? 'the body is not JSON'
      : 'the request cannot be read: its body is malformed';
  return new DomainError('BAD_INPUT', message, {}, { cause: error });
}

const EMPTY = z.object({});

const readAddress = (row: Endpoint, request: Request) => ({
  params: parse(row.params ?? EMPTY, request.params),
  query: parse(row.query ?? EMPTY, row.query ? readQuery(request.url) : {}),
});

function readInput(row: Endpoint, request: Request): Input<z.ZodObject, z.ZodObject, z.ZodObject> {
  return {
    ...readAddress(row, request),
    body: parse(row.body ?? EMPTY, row.body ? (request.body ?? {}) : {}),
  };
}

/** As the parser of JSON does: what was read is the request's body. Files come only where the rest is right. */
function readForm(row: Endpoint, files: FormFiles, room: UploadRoom): RequestHandler {
  return async (request, response, next) => {
    readAddress(row, request);
    // Its client may have gone away meanwhile, and nothing of its body comes any more.
    if (response.destroyed) return;
    const { principal } = response.locals['admission'] as Admission;
    const held = room.hold(principal);
    response.once('close', () => held.release());
    request.body = await formOf(request, files, held);
    next();
  };
}

/** A failure that the row does not announce is a defect. */
function announced(row: Endpoint, error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  if (COMMON.includes(error.code) || row.errors.includes(error.code)) return error;
  return new Error(`${row.id} failed with ${error.code}, which it does not announce`, { cause: error });
}

async function reading<T>(ctx: RequestContext, handle: () => Promise<T>): Promise<T> {
  await ctx.readLate();
  return handle();
}

async function changing<T>(ctx: RequestContext, handle: () => Promise<T>): Promise<T> {
  try {
    return await handle();
  } finally {
    await ctx.noteWrite();
  }
}

function handlerOf<A extends string>(
  dialect: Dialect<A>,
  row: Endpoint<A>,
  options: MountOptions,
): RequestHandler {
  return async (request, response) => {
    try {
      const admission = response.locals['admission'] as Admission;
      const input = readInput(row, request);
      const ctx = options.createContext(request, response, admission);
      const result = await (splitRoute(row.route).method === 'GET' ? reading : changing)(ctx, async () =>
        row.handle(input, ctx),
      );
      response.status(row.status ?? 200);
      await sendJson(
        response,
        checkedApart(dialect.success(result), (body) => row.reply.parse(body)),
      );
    } catch (error) {
      throw announced(row, error);
    }
  };
}

/** The line that tells why a request failed, beside the one that every request has; of a defect the whole error. The code that it tells. */
function logFailure(logger: Logger, { locals }: Response, error: DomainError, requestId: string): string {
  const admission = locals['admission'] as Admission | undefined;
  const operation = locals['operation'] as string | undefined;
  const isGone = error.cause instanceof CallerGone;
  const code = isGone ? 'CALLER_GONE' : error.code;
  const record = { requestId, error: code, operation, user: admission?.principal?.userName };
  if (error.code === 'INTERNAL' && !isGone)
    logger.error({ ...record, err: error.cause ?? error }, 'request failed');
  else logger.info(record, 'request failed');
  return code;
}

/**
 * A system's rows, and its 405 and 404. The second handler spells every failure in its envelope, those of handlers that
 * stand before it too, so that nothing of Express's own is in any answer.
 */
export function mount<A extends string>(
  dialect: Dialect<A>,
  rows: readonly Endpoint<A>[],
  options: MountOptions,
): [RequestHandler, ErrorRequestHandler] {
  const router = Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    // Tokens and the state of the moment: nothing that a cache should keep.
    response.set('Cache-Control', 'no-store');
    next();
  });
  const readBody = json({ limit: options.bodyLimit, strict: false, type: () => true });

  for (const path of new Set(rows.map(({ route }) => splitRoute(route).path))) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    const allow: string[] = [];
    for (const row of rows.filter((candidate) => splitRoute(candidate.route).path === path)) {
      const { method } = splitRoute(row.route);
      allow.push(method);
      // The caller is known before its body is read.
      const authorise: RequestHandler = async (request, response, next) => {
        response.locals['operation'] = row.id;
        options.note(response, { operation: row.id });
        response.locals['statuses'] = row.statuses;
        response.locals['admission'] = await dialect.authorise(request, row.access);
        if (row.body && !row.form) requireJson(request);
        next();
      };
      const steps = row.body
        ? [authorise, row.form ? readForm(row, row.form, options.uploads) : readBody]
        : [authorise];
      route[method.toLowerCase() as Lowercase<typeof method>](...steps, handlerOf(dialect, row, options));
    }
    if (allow.includes('GET')) allow.push('HEAD');
    route.all(() => {
      throw new DomainError('METHOD_NOT_ALLOWED', `this path knows ${allow.join(', ')}`, { allow });
    });
  }

  router.use((request) => {
    throw new DomainError('NO_SUCH_PATH', `there is no ${request.method} ${request.baseUrl}${request.path}`);
  });

  const failed: ErrorRequestHandler = (thrown: unknown, _request, response, next) => {
    const cause = fromExpress(thrown);
    const error = asDomainError(cause);
    const requestId = options.requestIdOf(response);
    options.note(response, { code: logFailure(options.logger, response, error, requestId) });
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const statuses = response.locals['statuses'] as Endpoint['statuses'];
    const { status, headers, body } = dialect.failure(error, requestId, statuses?.[error.code]);
    response.status(status).set(headers).json(body);
  };
  return [router, failed];
}
