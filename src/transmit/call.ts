import http, { type IncomingHttpHeaders } from 'node:http';
import { badInput, type FieldError } from '../kernel/errors.js';
import { OwnerTurns } from '../kernel/ownerTurns.js';
import { traceHeaders, traced } from '../kernel/tracing.js';
import { AnswerRoom } from './answerRoom.js';
import { ACCEPTED_CODINGS, decodeBody, encodeBody, MOST_ANSWERED } from './callBody.js';
import { CallExchange, type RawAnswer } from './callExchange.js';
import { exchangeFailure } from './failures.js';
import { callHeaders, fieldsOf, linesOf } from './headers.js';
import type { Platform } from './platform.js';
import type { DecodedBody, PlatformAnswer, PlatformCall } from '../domains/platforms/index.js';
import type { TransmitConfig } from './ports.js';
import { ProtocolError } from './responseHead.js';
import { isForwardedMethod, METHODS } from './target.js';
import { Watch } from './watch.js';

const PATH = /^\/[!-~]*$/;
/** Methods whose requests say also that they have no body (RFC 9110 8.6). */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);
/** Compressed answers that are decoded at once: they may be small until then, and many. */
const DECODED_AT_ONCE = 4;
/** Methods that only read. */
const SAFE = new Set(['GET', 'HEAD']);

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
  if (hasBody && SAFE.has(method)) {
    wrong.push({ path: 'body', message: `can't go with ${method}` });
  }
  if (wrong.length > 0) throw badInput(wrong);
}

/** The head as it goes on the wire. */
function headOf(
  { authority }: Platform,
  call: PlatformCall,
  type: string | undefined,
  length: number,
): string {
  const { method, path, address, headers = {} } = call;
  const isBodyExpected = length > 0 || WITH_BODY.has(method);
  const fields = {
    host: authority,
    ...traceHeaders(),
    ...callHeaders(headers, type),
    'accept-encoding': ACCEPTED_CODINGS,
    'x-forwarded-for': address,
    ...(isBodyExpected && { 'content-length': String(length) }),
  };
  return `${method} ${path} HTTP/1.1\r\n${linesOf(Object.entries(fields).flat())}`;
}

/** Calls of Isthmus's own to platforms, small enough to be held in memory. */
export class Calls {
  readonly #watch: Watch<CallExchange>;
  readonly #room = new AnswerRoom();
  readonly #decoding = new OwnerTurns(DECODED_AT_ONCE, Infinity);

  constructor(
    private readonly config: TransmitConfig,
    private readonly viaName: string,
    private readonly decode = decodeBody,
  ) {
    this.#watch = new Watch(Math.min(config.TRANSMIT_HEADERS_TIMEOUT, config.TRANSMIT_IDLE_TIMEOUT));
  }

  async call(platform: Platform, call: PlatformCall): Promise<PlatformAnswer> {
    check(call);
    platform.enter();
    const attributes = { 'isthmus.platform': platform.route.id, 'http.request.method': call.method };
    return traced('platform', 'client', attributes, async () => this.#answerOf(platform, call));
  }

  async #answerOf(platform: Platform, call: PlatformCall): Promise<PlatformAnswer> {
    try {
      const answer = await this.#send(platform, call);
      const headers = fieldsOf(answer.headers);
      const decoded = await this.#decoded(platform, call, answer, headers).finally(answer.release);
      return { status: answer.status, headers, ...decoded };
    } catch (error) {
      throw error instanceof ProtocolError ? exchangeFailure(error, platform.route) : error;
    } finally {
      platform.leave();
    }
  }

  /** Platforms take turns at what is compressed. */
  async #decoded(
    { route }: Platform,
    { mostAnswered: mostBytes, mostValues, signal }: PlatformCall,
    { body }: RawAnswer,
    headers: IncomingHttpHeaders,
  ): Promise<DecodedBody> {
    const decode = async () => this.decode(body, headers, { mostBytes, mostValues });
    if (headers['content-encoding'] === undefined) return decode();
    await this.#decoding.enter(route.id, signal);
    return decode().finally(() => this.#decoding.leave());
  }

  async #send(platform: Platform, call: PlatformCall): Promise<RawAnswer> {
    const { body: text, type } = encodeBody(call.body);
    const { method, signal, mostAnswered = MOST_ANSWERED } = call;
    // The head is Latin-1, and both are sent as one piece.
    const body = text === undefined ? undefined : Buffer.from(text).toString('latin1');
    const sent = body?.length ?? 0;
    const head = `${headOf(platform, call, type, sent)}via: 1.1 ${this.viaName}\r\n\r\n`;
    const { isRepeatable = SAFE.has(method) } = call;
    const parts = { platform, method, isRepeatable, head, body, mostAnswered, room: this.#room, signal };
    try {
      const answer = await new CallExchange(parts, this.config, this.#watch).run();
      platform.traffic.count(answer.status, sent, answer.body.length);
      return answer;
    } catch (error) {
      platform.traffic.count(0, 0, 0);
      throw error;
    }
  }
}
