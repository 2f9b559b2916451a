import { badInput } from './errors.js';
import { flawOf, isUuid } from './validation.js';

/** A value of a column by which lists are ordered. */
export type KeyValue = string | number | boolean | Date | null;

/** What a column holds. */
export type KeyKind = 'string' | 'uuid' | 'number' | 'boolean' | 'Date';

/** Years 1 to 9999, in milliseconds: PostgreSQL writes others in its own way. */
const FIRST_TIME = -62_135_596_800_000;
const LAST_TIME = 253_402_300_799_999;

/**
 * A keyset cursor: the values of the order's columns at one row, under the order that they belong to.
 * `order` must name columns and directions, such as `name:ASC,id:ASC`.
 */
export function encodeCursor(order: string, values: readonly KeyValue[]): string {
  const plain = values.map((value) => (value instanceof Date ? { t: value.getTime() } : value));
  return Buffer.from(JSON.stringify([order, ...plain])).toString('base64url');
}

function readTime(value: unknown): Date | undefined {
  if (typeof value !== 'object' || value === null || !('t' in value) || !Number.isInteger(value.t))
    return undefined;
  const time = Number(value.t);
  return time >= FIRST_TIME && time <= LAST_TIME ? new Date(time) : undefined;
}

/** The value when a column of this kind can hold it. */
function readValue(value: unknown, kind: KeyKind): KeyValue | undefined {
  if (value === null) return null;
  if (kind === 'Date') return readTime(value);
  if (kind === 'number') return typeof value === 'number' ? value : undefined;
  if (kind === 'boolean') return typeof value === 'boolean' ? value : undefined;
  if (typeof value !== 'string' || flawOf(value) !== undefined) return undefined;
  return kind === 'string' || isUuid(value) ? value : undefined;
}

function readValues(order: string, kinds: readonly KeyKind[], cursor: string): KeyValue[] | undefined {
  const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!Array.isArray(parsed) || parsed[0] !== order || parsed.length !== kinds.length + 1) return undefined;
  const values = kinds.map((kind, index) => readValue(parsed[index + 1], kind));
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** The values of a cursor; BAD_INPUT when it is not one of this order. `argument` names it in the message. */
export function decodeCursor(
  order: string,
  kinds: readonly KeyKind[],
  cursor: string,
  argument: string,
): KeyValue[] {
  try {
    const values = readValues(order, kinds, cursor);
    if (values) return values;
  } catch {
    // Not our JSON: the same answer as for a cursor of another list.
  }
  throw badInput([
    { path: argument, message: 'is no cursor of this list and order; start again without it' },
  ]);
}
