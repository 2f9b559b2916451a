import { detailHeaders, plainStatusOf, type Spell } from '../kernel/refusal.js';

export type Envelope = Spell;

/** How a door spells failures. */
export interface Spelling {
  prefixes: readonly string[];
  envelope: Envelope;
}

/** In no system's words. */
export const plainEnvelope: Envelope = (error, requestId) => ({
  status: plainStatusOf(error),
  headers: { ...detailHeaders(error), 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify({ error: { code: error.code, message: error.message }, requestId }),
});

const isBelow = (path: string, prefix: string) => path === prefix || path.startsWith(`${prefix}/`);

/** How failures are spelled at a path, by whichever door it belongs to. */
export function envelopes(spellings: readonly Spelling[]): (path: string) => Envelope {
  return (path) =>
    spellings.find(({ prefixes }) => prefixes.some((prefix) => isBelow(path, prefix)))?.envelope ??
    plainEnvelope;
}
