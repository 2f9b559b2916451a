import { z } from 'zod';
import { badInput } from './errors.js';

/** The library's own words for what is missing speak of JavaScript. */
const missing = ({ code, input }: { code: string; input?: unknown }) =>
  code === 'invalid_type' && input === undefined ? 'is required' : undefined;

/** Why no column can hold the text, which PostgreSQL or UTF-8 lacks; undefined for any other text. */
export function flawOf(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain the NUL character';
  return text.isWellFormed() ? undefined : 'must not contain half of a surrogate pair';
}

/** Parses what came from outside; BAD_INPUT names each wrong field below `root`. */
export function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
  root: readonly string[] = [],
): z.output<T> {
  const result = schema.safeParse(value, { error: missing });
  if (result.success) return result.data;
  throw badInput(
    result.error.issues.map(({ path, message }) => ({
      path: [...root, ...path.map(String)].join('.'),
      message,
    })),
  );
}

/** Characters as people count them: a 4-byte one is one. */
const lengthOf = (text: string): number => Array.from(text).length;

/** In the words of JSON Schema, whose texts have no halves of pairs. */
const STORABLE = String.raw`^[^\u0000]*$`;

/** Any text that a column can hold. */
export const storableText = () =>
  z
    .string()
    .check(({ value, issues }) => {
      const message = flawOf(value);
      if (message !== undefined) issues.push({ code: 'custom', input: value, message });
    })
    .meta({ pattern: STORABLE });

/** Text of `min` to `max` characters, kept as given unless `base` changes it. */
export function text(min: number, max: number, base = storableText()) {
  return base
    .refine(
      (value) => lengthOf(value) >= min && lengthOf(value) <= max,
      `must have ${min} to ${max} characters`,
    )
    .meta({ minLength: min, maxLength: max });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether PostgreSQL reads the text as a UUID in its usual form. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Only the properties that are given. */
export function definedOnly<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const MAX_ID = 2 ** 31 - 1;

/** A numeric key from its text; null when no row can have it. */
export function parseId(text: string): number | null {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= MAX_ID ? id : null;
}
