import { digitsOf } from './exactJson.js';

/** Characters of a text that are looked at; no message is nearly as long. */
const MOST_READ = 4096;
/** Characters of a secret that tell nothing, and that other words may have too. */
const MOST_HARMLESS = 12;
/** Words of the characters of base64, and so the parts of a token. */
const WORD = /[\w+/=-]+/g;
const NUMBER = /^[-+.\de]+$/i;
const HIDDEN = '[redacted]';

/** Characters of a secret that numbers and ordinary words may be. */
const MOST_ORDINARY = 5;
/** What may be an ordinary word: letters alone, digits alone, and whatever is as short as punctuation. */
const ORDINARY = /^(?:\p{L}*|\d*|.{0,3})$/su;

/** Whether a secret can be hidden: one that is an ordinary word is told by the word that is missing. */
export const isTelling = (secret: string): boolean => secret.length > MOST_ORDINARY || !ORDINARY.test(secret);

/** Whether a JSON text may hold a secret: as it is spelled, or as escapes or another number spell it. */
const mayHold = (text: string, secrets: readonly string[]): boolean =>
  text.includes('\\') || secrets.some((secret) => NUMBER.test(secret) || text.includes(secret));

/** A value of JSON without the secrets, as far as they stand in it whole; the same one where they do not. */
export function withoutSecrets(
  value: unknown,
  secrets: readonly string[],
  /** What the value was read from, by which far less is looked at. */
  text?: string,
): unknown {
  const telling = secrets.filter(isTelling);
  if (text !== undefined && !mayHold(text, telling)) return value;
  const numbers = telling.filter((secret) => NUMBER.test(secret));
  const isIn = (text: string, hidden = telling) =>
    hidden.some((secret) => secret.length <= text.length && text.includes(secret));
  const holds = (part: unknown): boolean => {
    if (typeof part === 'string') return isIn(part);
    if (typeof part === 'number') return numbers.length > 0 && isIn(String(part), numbers);
    if (typeof part !== 'object' || part === null) return false;
    const digits = digitsOf(part);
    if (digits !== undefined) return isIn(digits, numbers);
    if (Array.isArray(part)) return part.some(holds);
    return Object.entries(part).some(([name, inner]) => isIn(name) || holds(inner));
  };
  const hide = (text: string) => telling.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') return hide(part);
    if (typeof part !== 'object' || part === null || digitsOf(part) !== undefined)
      return holds(part) ? HIDDEN : part;
    if (Array.isArray(part)) return part.map(clean);
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [hide(name), clean(inner)]));
  };
  return holds(value) ? clean(value) : value;
}

/** Hides secrets in what others say, and parts of them, since they may have been cut. */
export class Concealment {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter(isTelling).flatMap((secret) => [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      // As it stands in JSON, where quotes and line ends are spelled.
      JSON.stringify(secret).slice(1, -1),
    ]);
  }

  /** The text, or its beginning. */
  in(text: string): string {
    return this.#secrets
      .reduce((told, secret) => told.replaceAll(secret, HIDDEN), text.slice(0, this.#endIn(text)))
      .replaceAll(WORD, (word) => (this.#isPart(word) ? HIDDEN : word));
  }

  /** Where the text is cut: behind a secret rather than in it. */
  #endIn(text: string): number {
    let end = MOST_READ;
    for (const secret of this.#secrets) {
      const from = Math.max(0, MOST_READ - secret.length + 1);
      const at = text.slice(from, MOST_READ + secret.length - 1).indexOf(secret);
      if (at !== -1) end = Math.max(end, from + at + secret.length);
    }
    return end;
  }

  #isPart(word: string): boolean {
    return word.length > MOST_HARMLESS && this.#secrets.some((secret) => secret.includes(word));
  }
}
