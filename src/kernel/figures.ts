/** Values of labels, and the number that they have. */
export type FigureValues = Iterable<readonly [labels: Readonly<Record<string, string>>, value: number]>;

/** A number, or one for each of a bounded set of labels, that operators watch; it is read when they look. */
export interface Figure {
  kind: 'counter' | 'gauge';
  name: string;
  help: string;
  labels: readonly string[];
  /** Whether every process tells the same, as it is read from the database. */
  isShared?: true;
  read: () => FigureValues | Promise<FigureValues>;
}

/** A figure without labels. */
export const gauge = (name: string, help: string, read: () => number): Figure => ({
  kind: 'gauge',
  name,
  help,
  labels: [],
  read: () => [[{}, read()]],
});

/** Counts by labels whose values come from a bounded set. */
export class Tally<Label extends string> {
  readonly #counts = new Map<string, [labels: Readonly<Record<Label, string>>, count: number]>();

  add(labels: Readonly<Record<Label, string>>, by = 1): void {
    const key = Object.values(labels).join('\0');
    const counted = this.#counts.get(key);
    if (counted) counted[1] += by;
    else this.#counts.set(key, [labels, by]);
  }

  values(): FigureValues {
    return this.#counts.values();
  }
}
