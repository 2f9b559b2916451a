import { z } from 'zod';
import { DomainError, badInput } from '../../kernel/errors.js';
import { isHexId } from '../../kernel/hexIds.js';

export const Status = z.literal(true);
export const Success = z.literal(200);
export const Created = z.literal(201);

export const NO_ID = 'must be 32 hex digits';
export const ID_FORM = { pattern: '^[0-9a-fA-F]{32}$', example: '0123456789abcdef0123456789abcdef' };

/** A badly formed id is a wrong parameter, not an unknown object. */
export const Id = z.string().refine(isHexId, NO_ID).meta(ID_FORM);

/** One of these words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, `must be one of ${words.join(', ')}`);

const MOST = 1000;
const MOST_SKIPPED = 2 ** 31 - 1;

const digits = (fallback: number, min: number, max: number, description: string) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .refine((text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max, message)
    .transform(Number)
    .default(fallback)
    .meta({ type: 'integer', format: 'int32', minimum: min, maximum: max, description, example: fallback });
};

/** A part of a list. */
export const windowOf = (limit: number) => ({
  limit: digits(limit, 1, MOST, 'Items of a page'),
  offset: digits(0, 0, MOST_SKIPPED, 'Items before it'),
});

/** Seconds since 1970; 0 for none. */
export const secondsOf = (time: Date | null): number => (time ? Math.floor(time.getTime() / 1000) : 0);

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a service finds wrong with its input, by the names that fields have here. */
export async function inWire<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError) || !error.details.fields) throw error;
    const renamed = error.details.fields.map(({ path, message }) => ({
      path: snakeCase(path.replace(/^input\./, '')),
      message,
    }));
    throw badInput(renamed);
  }
}
