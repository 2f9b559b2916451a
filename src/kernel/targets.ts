/**
 * Segments of unreserved characters that no browser resolves away; two slashes in a row would name another host. What
 * begins with a segment of our own would make paths that mean two things.
 */
export const BASE_PATH =
  /^(?!\/(?:api|docs|graphql|healthz|metrics|openapi|playground|readyz|sys|v1)(?:\/|$))(?:\/[\w~-][\w.~-]*)+$/;

/** Where the path of a request target starts, which may be in absolute form (RFC 9112 3.2.2); -1 for one without. */
export function pathStart(target: string): number {
  if (target.startsWith('/')) return 0;
  const authority = target.indexOf('://');
  if (authority === -1) return -1;
  const start = target.indexOf('/', authority + 3);
  const query = target.indexOf('?', authority);
  return query !== -1 && query < start ? -1 : start;
}

/** The target without this beginning of its path, which is empty or of the form above; one that is not below it stays. */
export function withoutBase(target: string, base: string): string {
  const start = pathStart(target);
  if (base === '' || start === -1 || !target.startsWith(base, start)) return target;
  const origin = target.slice(0, start);
  const rest = target.slice(start + base.length);
  if (rest.startsWith('/')) return origin + rest;
  return rest === '' || rest.startsWith('?') ? `${origin}/${rest}` : target;
}
