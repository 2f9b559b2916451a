import { badInput } from './errors.js';

/** A value of a column by which lists are ordered. */
export type KeyValue = string | number | boolean | Date | null;

/**
 * A keyset cursor: the values of the order's columns at one row, under the order that they belong to.
 * `order` must name columns and directions, such as `name:ASC,id:ASC`.
 */
export function encodeCursor(order: string, values: readonly KeyValue[]): string {
  const plain = values.map((value) => (value instanceof Date ? { t: value.getTime() } : value));
  return Buffer.from(JSON.stringify([order, ...plain])).toString('base64url');
}

function isTime(value: unknown): value is { t: number } {
  return typeof value === 'object' && value !== null && Number.isSafeInteger((value as { t?: unknown }).t);
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** The values of a cursor; BAD_INPUT when it is not one of this order. `argument` names it in the message. */
export function decodeCursor(order: string, columns: number, cursor: string, argument: string): KeyValue[] {
  try {
    const [of, ...values] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (of === order && values.length === columns) {
      const read = values.map((value) => (isTime(value) ? new Date(value.t) : value));
      if (read.every((value): value is KeyValue => value instanceof Date || isPlain(value))) return read;
    }
  } catch {
    // Not our JSON: the same answer as for a cursor of another list.
  }
  throw badInput([
    { path: argument, message: 'is no cursor of this list and order; start again without it' },
  ]);
}
