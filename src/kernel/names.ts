import unhomoglyph from 'unhomoglyph';
import { text } from './validation.js';

/** What nobody sees: controls, line ends, directions, joiners and other zero-width characters, and the blank of Braille. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A name of 1 to `max` characters that people tell apart by reading it (RFC 8265, 3.3), kept as given. */
export function readableName(max: number) {
  return text(1, max)
    .refine((name) => name.trim() === name, 'must not begin or end with white space')
    .refine((name) => !UNSEEN.test(name), 'must not have control, direction or invisible characters');
}

/** UTS 39, section 4; white space of any kind and number looks like one space. */
const skeletonOf = (name: string): string =>
  unhomoglyph(name.normalize('NFD')).normalize('NFD').replaceAll(/\s+/g, ' ');

const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
];

/**
 * The same for names that are confusable as they stand, in capitals or in small letters: `paypaI` with paypal, and `ADMlN`
 * with admin, which some would write ADMIN. For comparison alone. The name must be bounded: normalising takes the square
 * of its combining marks.
 */
export function looksOf(name: string): string {
  return SPELLINGS.reduce((text, spell) => skeletonOf(spell(text)), name);
}
