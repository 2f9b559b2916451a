/** Characters. Most foreign systems keep their texts shorter. */
const MOST_TEXT = 1024;

/** A foreign system's text as it can be stored and shown: not too long, and with no characters that PostgreSQL refuses. */
export function tidy(text: string, most = MOST_TEXT): string {
  return beginningOf(text, most).replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Copied, since a part that V8 cuts out of a text keeps the whole text in memory. */
function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return Buffer.from(text.slice(0, most), 'utf16le').toString('utf16le');
}

/** Throws SyntaxError. A byte order mark may stand before JSON: RFC 8259, 8.1. */
export function parseJson(text: string): unknown {
  return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
}
