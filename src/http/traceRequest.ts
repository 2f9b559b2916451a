import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Beginning, currentTracer } from '../kernel/tracing.js';
import { toldPath } from '../log/access.js';
import { outcomeOf } from './observe.js';

/** From here on it is the server's failure. */
const SERVER_ERROR = 500;

const FORWARDED = { door: 'forwarding', operation: '' };

function beginningOf({ headers }: IncomingMessage, isTrusted: () => boolean): Beginning {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? { traceparent, isTrusted: isTrusted() } : 'anew';
}

/** Answers the request as a span, which goes on with the caller's trace. Without a tracer that costs nothing. */
export function traceRequest(
  request: IncomingMessage,
  response: ServerResponse,
  isTrusted: () => boolean,
  answer: () => void,
): void {
  const tracer = currentTracer();
  if (!tracer) return answer();
  const { method = '', url = '' } = request;
  const span = tracer.begin(method, 'server', {}, beginningOf(request, isTrusted));
  if (span?.isRecorded) {
    response.once('close', () => {
      const status = response.statusCode;
      const { door, operation, code } = outcomeOf(response) ?? { ...FORWARDED, code: String(status) };
      span.rename(`${method} ${door} ${operation}`.trimEnd());
      span.set({
        'http.request.method': method,
        'url.path': toldPath(url),
        'http.response.status_code': status,
        'isthmus.code': code,
      });
      span.end(status >= SERVER_ERROR ? code : undefined);
    });
  }
  tracer.within(span, answer);
}
