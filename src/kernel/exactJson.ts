/**
 * JSON whose numbers keep their digits: JavaScript reads `9007199254740993` as …992 and `1e400` as infinity, and who
 * only passes JSON on must not change what it says.
 */
import { type JsonSurvey, isSpelled, surveyOf } from './jsonSurvey.js';

interface Context {
  /** The digits of a number, as they stand in the text. */
  source?: string;
}

type Reviver = (this: object, key: string, value: unknown, context?: Context) => unknown;

/** What the language has but its types do not know yet (ECMAScript's source text access to JSON). */
const { parse, rawJSON, isRawJSON } = JSON as unknown as {
  parse: (text: string, reviver: Reviver) => unknown;
  rawJSON: (text: string) => object;
  isRawJSON: (value: unknown) => value is { rawJSON: string };
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The digits of a number that `exactNumber` made an object; undefined for anything else. */
export const digitsOf = (value: unknown): string | undefined =>
  isRawJSON(value) ? value.rawJSON : undefined;

/** A number from its digits; where they would be lost, an object that JSON.stringify writes as they came. */
export function exactNumber(source: string): unknown {
  const value = Number(source);
  return isSpelled(value, source) ? value : rawJSON(source);
}

/** The value of a JSON text, its numbers as `exactNumber` makes them. */
export function parseExactly(
  text: string,
  { losesDigits }: Pick<JsonSurvey, 'losesDigits'> = surveyOf(text),
): unknown {
  // A reviver takes ten times as long, and few texts have a number that needs it.
  if (!losesDigits) return JSON.parse(text);
  return parse(text, (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined ? exactNumber(context.source) : value,
  );
}

/** Digits that were lost, by the object or list that holds the number. */
const sources = new WeakMap<object, Map<string, string>>();

/** A reviver that leaves all as JSON.parse makes it, for who calculates, and notes digits for who passes them on. */
export const noteDigits: Reviver = function (key, value, context) {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || isSpelled(value, source)) return value;
  const known = sources.get(this) ?? new Map<string, string>();
  sources.set(this, known.set(key, source));
  return value;
};

/** The JSON text of a value, with the digits that `noteDigits` has noted and those of a bigint. */
export function stringifyExactly(value: unknown): string {
  return JSON.stringify(value, function (this: object, key: string, inner: unknown) {
    if (typeof inner === 'bigint') return rawJSON(String(inner));
    const source = typeof inner === 'number' ? sources.get(this)?.get(key) : undefined;
    return source === undefined ? inner : rawJSON(source);
  });
}

const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Whether lists and objects of a JSON text stand in each other deeper than that; what reads or writes such values recurses. */
export function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) at += code === BACKSLASH ? 1 : 0;
    else if (OPENING.has(code)) depth += 1;
    else if (CLOSING.has(code)) depth -= 1;
    if (depth > levels) return true;
  }
  return false;
}
