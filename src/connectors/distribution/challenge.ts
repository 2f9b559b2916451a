/** What a registry asks for before it lets anybody in (RFC 9110, 11.6.1). */
export type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | undefined };

const SCHEME = /^\s*(basic|bearer)(?:\s|$)/i;
const PARAMETER = /\b(realm|service)="([^"]*)"/gi;

/** Undefined for what no registry sends. */
export function challengeOf(header: string | undefined): Challenge | undefined {
  const [, scheme = ''] = SCHEME.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  if (header === undefined || scheme === '') return undefined;
  const found = [...header.matchAll(PARAMETER)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), value] as const,
  );
  const { realm, service } = Object.fromEntries(found) as Record<string, string | undefined>;
  return realm === undefined ? undefined : { scheme: 'bearer', realm, service };
}
