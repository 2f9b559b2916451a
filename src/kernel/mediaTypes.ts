import type { IncomingHttpHeaders } from 'node:http';

/** As some clients and gateways spell it, and browsers read it (the WHATWG's label of UTF-8). */
const UTF8_LABEL = /(;\s*charset\s*=\s*"?)utf8(?![\w-])/i;

/** Spells the charset of the request's body as body-parser knows it. */
export function spellCharset(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== undefined) headers['content-type'] = type.replace(UTF8_LABEL, '$1utf-8');
}
