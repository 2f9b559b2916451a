import { z } from 'zod';
import { MOST_LISTED, SortDirection } from '../../kernel/pages.js';
import { storableText } from '../../kernel/validation.js';

const MAX_PAGE = 1_000_000;
const DEFAULT_PAGE_SIZE = 10;

export const Code = z.literal(200);

/** What most calls answer. The example of each has its own spelling of the text. */
export const Success = z.literal('success');
export const Done = z.object({ code: Code, message: Success });
export const done = async (work: Promise<unknown>): Promise<{ message: 'success' }> => {
  await work;
  return { message: 'success' };
};

/** A badly formed id is a wrong parameter, not an unknown object. ote 002: uint64, which has at most 20 digits. */
export const Id = z
  .string()
  .refine((text) => /^[1-9]\d{0,19}$/.test(text), 'must be a whole number from 1 on')
  .meta({ type: 'integer', format: 'int64', minimum: 1, example: 7 });

const digits = (fallback: number, min: number, max: number, description: string) =>
  z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text), 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .meta({ type: 'integer', format: 'int32', minimum: min, maximum: max, description, example: fallback });

export const PAGE = {
  page: digits(1, 1, MAX_PAGE, 'Page number, from 1'),
  pageSize: digits(DEFAULT_PAGE_SIZE, 0, MOST_LISTED, 'Page size; 0 is no limit'),
  order: z.enum(['asc', 'desc'], 'must be asc or desc').default('asc').meta({
    description: 'Sort order',
    example: 'desc',
  }),
};

export const directionOf = (order: 'asc' | 'desc'): SortDirection =>
  order === 'asc' ? SortDirection.ASC : SortDirection.DESC;

export const PAGE_WITHOUT_LIMIT = {
  page: PAGE.page,
  pageSize: digits(0, 0, MOST_LISTED, 'Page size; no limit without it or with 0'),
};

/** The fields to present, comma-separated, of these, in this order; all without it. */
export const fieldsOf = <F extends string>(example: string, names: readonly F[], whenEmpty = names) =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])))
    .refine(
      (given) => given.every((name) => names.some((known) => known === name)),
      `must be a list of ${names.join(', ')}`,
    )
    .transform((given): readonly F[] => {
      const wanted = names.filter((name) => given.includes(name));
      return wanted.length === 0 ? whenEmpty : wanted;
    })
    .meta({
      type: 'string',
      pattern: `^((${names.join('|')})(,(${names.join('|')}))*)?$`,
      example,
      description: `Fields to present, comma-separated, of ${names.join(', ')}; all without it`,
    });

/** Whole seconds since 1970; 0 where no time is told. */
export const toSeconds = (time: Date | null): number => (time ? Math.floor(time.getTime() / 1000) : 0);

/** A text to filter by; empty is none. */
export const filterText = (description: string, example: string) =>
  storableText()
    .transform((text) => (text === '' ? undefined : text))
    .optional()
    .meta({ type: 'string', description, example });

/** A label to choose by; `all`, as empty, chooses everything. */
export const chosenLabel = (description: string) =>
  storableText()
    .transform((text) => (text === '' || text === 'all' ? undefined : text))
    .optional()
    .meta({ type: 'string', description, example: 'gpu' });

/** Every label of a kind. */
export const LabelList = z.object({ code: Code, message: Success, data: z.array(z.string()) });
