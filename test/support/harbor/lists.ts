import { badRequest } from './store.js';

interface Range {
  min?: string;
  max?: string;
}

type Condition = { fuzzy: string } | { exact: string } | Range;

const unquoted = (text: string): string => text.replaceAll('"', '');

function conditionOf(raw: string): Condition {
  if (raw.startsWith('~')) return { fuzzy: raw.slice(1) };
  const [, min = '', max = ''] = /^\[([^~]*)~([^~]*)\]$/.exec(raw) ?? [];
  if (min === '' && max === '') return { exact: raw };
  return { ...(min !== '' && { min: unquoted(min) }), ...(max !== '' && { max: unquoted(max) }) };
}

/** `q` is decoded once more than the rest of the query. */
function conditionsOf(q: string): [string, Condition][] {
  if (q === '') return [];
  return decodeURIComponent(q)
    .split(',')
    .map((part) => {
      const at = part.indexOf('=');
      if (at < 1 || at === part.length - 1) throw badRequest('the key/value of the query cannot be empty');
      return [part.slice(0, at), conditionOf(part.slice(at + 1))];
    });
}

type Value = string | number;

function holds(value: Value, condition: Condition): boolean {
  if ('fuzzy' in condition) return String(value).includes(condition.fuzzy.toLowerCase());
  if ('exact' in condition) return String(value) === condition.exact;
  const bound = (text: string): Value => (typeof value === 'number' ? Number(text) : text);
  return (
    (condition.min === undefined || value >= bound(condition.min)) &&
    (condition.max === undefined || value <= bound(condition.max))
  );
}

/** A page of rows, as Harbor's lists have them. Conditions on what is no column are not heeded. */
export function pageOf<T>(
  rows: readonly T[],
  query: URLSearchParams,
  columns: Record<string, (row: T) => Value>,
): { items: T[]; total: number } {
  const page = Number(query.get('page') ?? 1);
  const size = Number(query.get('page_size') ?? 10);
  const sort = query.get('sort') ?? '';
  const column = columns[sort.replace('-', '')];
  const conditions = conditionsOf(query.get('q') ?? '');
  const matching = rows.filter((row) =>
    conditions.every(([name, condition]) => {
      const value = columns[name];
      return value === undefined || holds(value(row), condition);
    }),
  );
  const way = sort.startsWith('-') ? -1 : 1;
  const sorted = column
    ? matching.toSorted((one, other) => (column(one) < column(other) ? -way : way))
    : matching;
  return {
    items: size > 0 ? sorted.slice((page - 1) * size, page * size) : sorted,
    total: sorted.length,
  };
}
