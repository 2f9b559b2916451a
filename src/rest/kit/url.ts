import { badInput } from '../../kernel/errors.js';

/** The text of percent-encoded UTF-8; undefined for other bytes, such as half of a surrogate pair. `%` may stand for itself. */
function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' ').replaceAll(/%(?![\dA-Fa-f]{2})/g, '%25'));
  } catch {
    return undefined;
  }
}

function readPair(pair: string): [name: string, value: string | undefined] {
  const end = pair.indexOf('=');
  const [name, value] = end === -1 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
  const decoded = decode(name);
  return decoded === undefined ? ['query', undefined] : [decoded, decode(value)];
}

/** The query by name: a list where a name comes more than once. BAD_INPUT names what is not UTF-8. */
export function readQuery(url: string): Record<string, unknown> {
  const start = url.indexOf('?');
  const search = start === -1 ? '' : url.slice(start + 1);
  const pairs = search
    .split('&')
    .filter((pair) => pair !== '')
    .map(readPair);
  const wrong = pairs.filter(([, value]) => value === undefined);
  if (wrong.length > 0)
    throw badInput(wrong.map(([path]) => ({ path, message: 'must be percent-encoded UTF-8' })));
  const byName = Map.groupBy(pairs, ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, found]) => [
      name,
      found.length === 1 ? found[0]?.[1] : found.map(([, value]) => value),
    ]),
  );
}
