import { isRecord } from '../../kernel/isRecord.js';
import { z } from 'zod';
import { tidyInstant, tidyInt } from '../../net/numbers.js';
import { tidy } from '../../net/text.js';

/** Fields of OpenStack's objects; what is odd in them is made harmless, or left out where it may be. */

/** Characters, as OpenStack's databases hold them. */
const MOST_ID = 255;
const MOST_NAME = 255;
const MOST_WORD = 64;
/** Entries of metadata. */
const MOST_ENTRIES = 128;
/** Things that are listed in an item: volumes of a server, addresses of a port. */
const MOST_LISTED = 1000;

/** What is made of whatever is there, or is not: a cloud's odd field is no reason to have nothing of it. */
const lenient = <T>(read: (value: unknown) => T) => z.unknown().optional().transform(read);

const cut = (most: number) => z.string().transform((value) => tidy(value, most));

/** Older services number what newer ones give UUIDs. */
function readId(value: unknown): string | null {
  const given = typeof value === 'number' ? String(value) : value;
  // It becomes part of paths.
  const isId = typeof given === 'string' && given !== '' && given !== '.' && given !== '..';
  return isId ? tidy(given, MOST_ID) : null;
}

export const optionalId = lenient(readId);
export const id = optionalId.pipe(z.string());

export const text = (most: number) =>
  lenient((value) => (typeof value === 'string' ? tidy(value, most) : ''));
/** Empty where there is none. */
export const name = text(MOST_NAME);

const optionalText = (most: number) =>
  lenient((value) => (typeof value === 'string' && tidy(value, most)) || null);
export const optionalName = optionalText(MOST_NAME);

/** Of an enumeration, whose values nobody knows all. */
export const word = cut(MOST_WORD);
export const optionalWord = optionalText(MOST_WORD);

export const flag = lenient((value) => value === true);

/** A whole number in 32 bits. */
export const count = z.number().transform((value) => tidyInt(value));
const optionalNumber = (read: (value: number) => number) =>
  lenient((value) => (typeof value === 'number' ? read(value) : null));
export const optionalCount = optionalNumber((value) => tidyInt(value));
/** Bytes. */
export const optionalSize = optionalNumber((value) =>
  Math.trunc(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)),
);

/** Some services write UTC without saying so. */
export const instant = z.iso.datetime({ offset: true, local: true }).transform((value) => {
  const isPlaced = /(?:Z|[+-]\d\d:\d\d)$/.test(value);
  return tidyInstant(Date.parse(isPlaced ? value : `${value}Z`));
});
export const optionalInstant = lenient((value) => instant.safeParse(value).data ?? null);

export const metadata = lenient((value) =>
  Object.fromEntries(
    (isRecord(value) ? Object.entries(value) : [])
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .slice(0, MOST_ENTRIES)
      .map(([key, entry]) => [tidy(key, MOST_NAME), tidy(entry, MOST_NAME)]),
  ),
);

/** A list without the items that are not as they should be, and not longer than is told. */
export const listOf = <T extends z.ZodType>(item: T, most = MOST_LISTED) =>
  lenient((items) =>
    (Array.isArray(items) ? (items as unknown[]) : []).slice(0, most).flatMap((value): z.output<T>[] => {
      const read = item.safeParse(value);
      return read.success ? [read.data] : [];
    }),
  );
