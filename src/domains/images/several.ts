import { z } from 'zod';
import { storableText } from '../../kernel/validation.js';

/** Objects that one call deletes. */
export const MOST_AT_ONCE = 100;

/** What a call that works on several objects is given. */
export const several = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, 'must name at least one').max(MOST_AT_ONCE, `must name at most ${MOST_AT_ONCE}`);

/** Keys of objects, which the graph has as `ID`. */
export const severalKeys = (description: string) =>
  several(storableText().meta({ format: 'id', description: 'A key' })).meta({ description });
