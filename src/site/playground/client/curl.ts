import type { Operation } from './link.js';

/** A word for a shell, whatever it holds. */
export const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

interface Asked extends Operation {
  url: string;
  isSubscription: boolean;
  hasToken: boolean;
}

/** The operation as a command, which takes the token from the shell's TOKEN: a copied line gives none away. */
export function curlOf({ url, query, variables, isSubscription, hasToken }: Asked): string {
  const body = { query, ...(variables?.trim() ? { variables: JSON.parse(variables) as unknown } : {}) };
  return [
    `curl -s${isSubscription ? 'N' : ''} ${quoted(url)}`,
    ...(hasToken ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...(isSubscription ? [`-H 'Accept: text/event-stream'`] : []),
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}
