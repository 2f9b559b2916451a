import type { Document } from './openapi.js';

/** The path that takes everything below the prefix, as the document of forwarding has it. */
const FORWARDED = '/{uri}';
/** What below the prefix is no platform's. */
const REGISTRY = '/v1/routes';

/** The URL with path and query as they were typed, which would else be one word without a slash in it. */
export function forwardedUrl(document: Document, url: string): string {
  const prefix = `${document.servers?.[0]?.url ?? ''}/`;
  const { origin, pathname, search } = new URL(url);
  if (!document.paths[FORWARDED] || !pathname.startsWith(prefix)) return url;
  const typed = decodeURIComponent(pathname.slice(prefix.length));
  const path = typed.startsWith('/') ? typed : `/${typed}`;
  return path.startsWith(REGISTRY) ? url : origin + prefix + path.slice(1) + search;
}
