import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from './errors.js';

/** Whether a request has passed through the deployment of this name: Via is `1.1 name (comment), …` (RFC 9110 7.6.3). */
export function hasPassed(via: string | undefined, name: string): boolean {
  if (via === undefined) return false;
  const elements = via.replace(/\([^()]*\)/g, '').split(',');
  return elements.some(
    (element) =>
      element
        .trim()
        .split(/[ \t]+/)[1]
        ?.toLowerCase() === name.toLowerCase(),
  );
}

/**
 * Throws FORWARDING_LOOP for what has passed through the deployment of this name: a platform leads back to it, and a
 * caller from outside would come back as one from its own network.
 */
export function refuseLoop({ via }: IncomingHttpHeaders, name: string): void {
  if (!hasPassed(via, name)) return;
  throw new DomainError(
    'FORWARDING_LOOP',
    'this request has passed through here already; a platform leads back to us',
  );
}
