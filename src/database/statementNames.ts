/** Statements that are prepared, at most: each connection keeps its own of each, and a caller chooses some of their forms. */
const MAX_PREPARED = 200;

/** Statements that are remembered until they come again. */
const MAX_SEEN = 1_000;

/** Characters; longer ones are those of large filters. */
const LONGEST_PREPARED = 10_000;

/** Such a statement would fail on this connection once a newer replica has added a column. */
const ALL_COLUMNS = '.*';

/** Names of the statements that come again, by which PostgreSQL knows those that it has prepared. */
export class StatementNames {
  readonly #seen = new Set<string>();
  readonly #names = new Map<string, string>();
  #generation = 0;

  /** Of names: when there are too many, all are given up, and those that still come again get new ones. */
  get generation(): number {
    return this.#generation;
  }

  /** The statement's name from its second use on; undefined for one that is not prepared. */
  nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST_PREPARED || text.includes(ALL_COLUMNS)) return undefined;
    if (!this.#seen.delete(text)) {
      if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    if (this.#names.size >= MAX_PREPARED) {
      this.#names.clear();
      this.#generation += 1;
    }
    const name = `isthmus_${this.#generation}_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}
