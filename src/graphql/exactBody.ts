import type { IncomingMessage } from 'node:http';
import { nestsDeeper, noteDigits } from '../kernel/exactJson.js';

/** Variables that nest deeper are refused; before that, nothing may recurse into them. */
const MOST_LEVELS = 512;
/** The fields whose input is passed on begin so. Reading every body so would cost a small query a tenth of its time. */
const FIELDS = ['transmit', 'call'];

const texts = new WeakMap<IncomingMessage, Buffer>();

/** For body-parser's `verify`: keeps the bytes of a body whose numbers may be passed on. */
export function keepBytes(
  request: IncomingMessage,
  _response: unknown,
  bytes: Buffer,
  charset: string,
): void {
  if (/^utf-?8$/i.test(charset) && FIELDS.some((field) => bytes.includes(field))) texts.set(request, bytes);
}

/** The body that was parsed, with the digits of its numbers noted where they may be passed on. */
export function bodyOf(request: IncomingMessage): unknown {
  const { body } = request as { body?: unknown };
  const bytes = texts.get(request);
  if (!bytes) return body;
  const text = new TextDecoder().decode(bytes);
  return nestsDeeper(text, MOST_LEVELS) ? body : parseExact(text);
}

/** A body that comes as text, read in the same way. */
export function parseExact(text: string): unknown {
  const isPassedOn = FIELDS.some((field) => text.includes(field)) && !nestsDeeper(text, MOST_LEVELS);
  return isPassedOn ? JSON.parse(text, noteDigits) : JSON.parse(text);
}
