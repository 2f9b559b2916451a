/** RFC 3986 2.3. */
const UNRESERVED = /^[\w.~-]$/;

/** What stands for each byte in a signed text, by the byte. */
const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** The bytes that a percent-encoded text means, one a character, so that texts that are no UTF-8 stay what they are. */
function bytesOf(text: string): string {
  const bytes = Buffer.from(text).toString('latin1');
  return bytes.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function encoded(bytes: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1) text += ENCODED[bytes.charCodeAt(at)] ?? '';
  return text;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Each segment decoded and encoded anew, with a slash at the end. */
function canonicalPath(path: string): string {
  const segments = path.split('/').map((segment) => encoded(bytesOf(segment)));
  return segments.at(-1) === '' ? segments.join('/') : `${segments.join('/')}/`;
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** Names and, of one name, values in the order of their bytes. A plus stands for a space, as in forms. */
function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => split(part.replaceAll('+', ' '), '='))
    .map(([name, value]) => [bytesOf(name), bytesOf(value)] as const);
  const sorted = pairs.toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  return sorted.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&');
}

/** Path and query as they are signed: https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html */
export function canonicalTarget(target: string): { path: string; query: string } {
  const [path, query] = split(target, '?');
  return { path: canonicalPath(path), query: canonicalQuery(query) };
}
