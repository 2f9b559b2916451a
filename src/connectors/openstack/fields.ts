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

const cut = (most: number) => z.string().transform((value) => tidy(value, most));

/** Older services number what newer ones give UUIDs. */
export const id = z
  .union([z.string().min(1), z.number()])
  .transform((value) => tidy(String(value), MOST_ID))
  // It becomes part of paths.
  .refine((value) => value !== '.' && value !== '..');
export const optionalId = id
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

export const text = (most: number) =>
  cut(most)
    .nullish()
    .catch(null)
    .transform((value) => value ?? '');
/** Empty where there is none. */
export const name = text(MOST_NAME);
export const optionalName = cut(MOST_NAME)
  .nullish()
  .catch(null)
  .transform((value) => value || null);

/** Of an enumeration, whose values nobody knows all. */
export const word = cut(MOST_WORD);
export const optionalWord = word
  .nullish()
  .catch(null)
  .transform((value) => value || null);

export const flag = z.boolean().catch(false);

/** A whole number in 32 bits. */
export const count = z.number().transform((value) => tidyInt(value));
export const optionalCount = count
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
/** Bytes. */
export const optionalSize = z
  .number()
  .transform((value) => Math.trunc(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Some services write UTC without saying so. */
export const instant = z.iso.datetime({ offset: true, local: true }).transform((value) => {
  const isPlaced = /(?:Z|[+-]\d\d:\d\d)$/.test(value);
  return tidyInstant(Date.parse(isPlaced ? value : `${value}Z`));
});
export const optionalInstant = instant
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

export const metadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .catch(null)
  .transform((value) =>
    Object.fromEntries(
      Object.entries(value ?? {})
        .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
        .slice(0, MOST_ENTRIES)
        .map(([key, entry]) => [tidy(key, MOST_NAME), tidy(entry, MOST_NAME)]),
    ),
  );

/** A list without the items that are not as they should be, and not longer than is told. */
export function listOf<T extends z.ZodType>(item: T, most = MOST_LISTED) {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((items) =>
      (items ?? []).slice(0, most).flatMap((value): z.output<T>[] => {
        const read = item.safeParse(value);
        return read.success ? [read.data] : [];
      }),
    );
}
