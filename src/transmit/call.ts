import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import { Socket } from 'node:net';
import got, { type Method as GotMethod, RequestError, type Response } from 'got';
import { badInput, DomainError, type FieldError } from '../kernel/errors.js';
import { ACCEPTED_CODINGS, decodeBody, encodeBody, MOST_ANSWERED } from './callBody.js';
import { CallConnection } from './callConnection.js';
import type { Connector } from './connector.js';
import { exchangeFailure, named, timedOut } from './failures.js';
import { callHeaders } from './headers.js';
import type { Platform } from './platform.js';
import type { PlatformAnswer, PlatformCall, PlatformRoute } from '../domains/platforms/index.js';
import type { TransmitConfig } from './ports.js';
import { MOST_HEAD, ProtocolError } from './responseHead.js';
import { isForwardedMethod, METHODS } from './target.js';

const PATH = /^\/[!-~]*$/;
const RETRIED = {
  limit: 1,
  methods: ['GET', 'HEAD'] as GotMethod[],
  statusCodes: [],
  errorCodes: ['ECONNRESET', 'EPIPE'],
};

function isHeader(name: string, value: string): boolean {
  try {
    http.validateHeaderName(name);
    http.validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

function check({ method, path, headers = {}, body }: PlatformCall): void {
  const wrong: FieldError[] = [];
  if (!isForwardedMethod(method))
    wrong.push({ path: 'method', message: `must be one of ${METHODS.join(', ')}` });
  if (!PATH.test(path)) wrong.push({ path: 'path', message: 'must start with / and be percent-encoded' });
  for (const [name, value] of Object.entries(headers)) {
    if (!isHeader(name, value))
      wrong.push({ path: `headers.${name}`, message: 'is no valid HTTP header field' });
  }
  const hasBody = body !== undefined && body !== null;
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    wrong.push({ path: 'body', message: `can't go with ${method}` });
  }
  if (wrong.length > 0) throw badInput(wrong);
}

/** Sends got's requests to the platform: its URL can neither keep a path byte for byte nor be looked up. */
function requestTo(connector: Connector, method: string, path: string) {
  const createConnection: RequestOptions['createConnection'] = (_options, created) => {
    connector.connect((error, socket) => {
      // Node ignores the connection that comes with an error; only its type asks for one.
      if (error) created(error, new Socket());
      else created(null, new CallConnection(socket, method));
    });
    return undefined;
  };
  // The head is read, and limited, before Node sees it.
  const maxHeaderSize = 2 * MOST_HEAD;
  return (_url: URL, options: RequestOptions, callback?: (response: IncomingMessage) => void) =>
    http.request({ ...options, path, createConnection, maxHeaderSize }, callback);
}

function failure(error: unknown, route: PlatformRoute): unknown {
  if (!(error instanceof RequestError)) return error;
  if (error.cause instanceof DomainError) return error.cause;
  if (error.code === 'ETIMEDOUT') return timedOut(route, 'did not answer in time');
  return exchangeFailure(error.cause instanceof Error ? error.cause : error, route);
}

async function send(
  platform: Platform,
  call: PlatformCall,
  config: TransmitConfig,
  viaName: string,
): Promise<Response<Uint8Array>> {
  const { body, type } = encodeBody(call.body);
  const { mostAnswered = MOST_ANSWERED } = call;
  const tooLarge = new AbortController();
  const request = got('http://platform.invalid', {
    method: call.method,
    headers: {
      ...callHeaders(call.headers ?? {}, type),
      host: platform.authority,
      'accept-encoding': ACCEPTED_CODINGS,
      'x-forwarded-for': call.address,
      via: `1.1 ${viaName}`,
    },
    ...(body === undefined ? {} : { body }),
    request: requestTo(platform.connector, call.method, call.path),
    signal: AbortSignal.any([call.signal, tooLarge.signal]),
    timeout: { response: config.TRANSMIT_HEADERS_TIMEOUT, read: config.TRANSMIT_IDLE_TIMEOUT },
    retry: RETRIED,
    responseType: 'buffer',
    decompress: false,
    followRedirect: false,
    throwHttpErrors: false,
  });
  void request.on('downloadProgress', ({ transferred }) => {
    if (transferred > mostAnswered) tooLarge.abort();
  });
  try {
    const response = await request;
    platform.traffic.count(response.statusCode, Buffer.byteLength(body ?? ''), response.rawBody.length);
    return response;
  } catch (error) {
    platform.traffic.count(0, 0, 0);
    call.signal.throwIfAborted();
    if (tooLarge.signal.aborted) {
      const message = `${named(platform.route)} answered with more than ${mostAnswered} bytes; forward the request over REST`;
      throw new DomainError('UPSTREAM_PROTOCOL', message);
    }
    throw failure(error, platform.route);
  }
}

/** One call of Isthmus's own to a platform, small enough to be held in memory. */
export async function callPlatform(
  platform: Platform,
  call: PlatformCall,
  config: TransmitConfig,
  viaName: string,
): Promise<PlatformAnswer> {
  check(call);
  platform.enter();
  try {
    const { statusCode, headers, rawBody } = await send(platform, call, config, viaName);
    return { status: statusCode, headers, ...(await decodeBody(rawBody, headers, call.mostAnswered)) };
  } catch (error) {
    throw error instanceof ProtocolError ? exchangeFailure(error, platform.route) : error;
  } finally {
    platform.leave();
  }
}
