/** Characters of a text that are looked at; no message is nearly as long. */
const MOST_READ = 4096;
/** Characters of a secret that tell nothing, and that other words may have too. */
const MOST_HARMLESS = 12;
/** Words of the characters of base64, and so the parts of a token. */
const WORD = /[\w+/=-]+/g;
const HIDDEN = '[redacted]';

/** Hides secrets in what others say, and parts of them, since they may have been cut. */
export class Concealment {
  readonly #secrets: readonly string[];

  constructor(secrets: readonly string[]) {
    const given = secrets.filter((secret) => secret !== '');
    this.#secrets = given.flatMap((secret) => [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      // As it stands in JSON, where quotes and line ends are spelled.
      JSON.stringify(secret).slice(1, -1),
    ]);
  }

  /** The text, or its beginning. */
  in(text: string): string {
    return this.#secrets
      .reduce((told, secret) => told.replaceAll(secret, HIDDEN), text.slice(0, MOST_READ))
      .replaceAll(WORD, (word) => (this.#isPart(word) ? HIDDEN : word));
  }

  #isPart(word: string): boolean {
    return word.length > MOST_HARMLESS && this.#secrets.some((secret) => secret.includes(word));
  }
}
