/** Names of fields, whatever their case. */
export class FieldNames {
  readonly #names: Set<string>;
  /** Of which lengths there are names: most others need no look at more than that. */
  readonly #lengths: boolean[] = [];

  constructor(...names: string[]) {
    this.#names = new Set(names);
    for (const { length } of names) this.#lengths[length] = true;
  }

  has(name: string): boolean {
    return this.#lengths[name.length] === true && this.#names.has(name.toLowerCase());
  }
}
