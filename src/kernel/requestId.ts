import { randomUUID } from 'node:crypto';

const HEADER_VALUE = /^[\w.:@/+=-]{1,128}$/;

/** The caller's X-Request-Id when it is harmless in logs and headers, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && HEADER_VALUE.test(header) ? header : randomUUID();
}
