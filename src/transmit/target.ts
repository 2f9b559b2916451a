import { pathStart } from '../kernel/targets.js';

/** The forwarded methods. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
export type Method = (typeof METHODS)[number];

const PREFIXES = ['/sys/transmit', '/api/sys/transmit'];
const MANAGEMENT = '/v1/routes';

function isManagement(path: string): boolean {
  if (!path.startsWith(MANAGEMENT)) return false;
  const next = path[MANAGEMENT.length];
  return next === undefined || next === '/' || next === '?';
}

/** Path and query for the platform, byte for byte; undefined when the request is not one to forward. */
export function forwardedPath(target: string): string | undefined {
  const start = pathStart(target);
  if (start === -1) return undefined;
  const prefix = PREFIXES.find((text) => target.startsWith(text, start));
  if (prefix === undefined) return undefined;
  const rest = target.slice(start + prefix.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') && !isManagement(rest) ? rest : undefined;
}

export function isForwardedMethod(method: string): method is Method {
  return (METHODS as readonly string[]).includes(method);
}
