/** The largest number of a column, and of the graph's Int. */
const MOST = 2 ** 31 - 1;

/** Characters of a text that a cloud tells; OpenStack itself allows 255 in names, and an index has room for no more. */
const MOST_NAMED = 255;
/** With the key of the data center before it. */
const MOST_KEYED = 300;
const MOST_TOLD = 1000;

/** What a cloud says a figure is, as a whole number that there is room for. */
export function wholeNumber(value: number, most = MOST): number {
  return Number.isFinite(value) ? Math.trunc(Math.min(Math.max(value, -most), most)) : 0;
}

/** Without what no column can hold, and not longer than is told. */
function storable(text: string, most: number): string {
  const kept = text.length > most ? text.slice(0, most) : text;
  return kept.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** A key, whose length an index limits. */
export const storableKey = (text: string): string => storable(text, MOST_NAMED);

/** Columns whose texts no index has. */
const UNINDEXED: ReadonlySet<string> = new Set(['description', 'disabledReason', 'fault', 'value']);

/** The same with texts that can be stored. */
export function storableValue(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return storable(value, UNINDEXED.has(name) ? MOST_TOLD : MOST_KEYED);
  if (Array.isArray(value)) return value.map((each) => storableValue(each, name));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [storableKey(key), storableValue(each, key)]),
  );
}
