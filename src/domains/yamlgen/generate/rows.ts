import type { Value } from './jinja.js';
import { quoted } from './fault.js';
import { EmptyCell, listOf, objectOf, valueOf } from './values.js';
import type { Sheet } from './workbook.js';

/** Which columns of a sheet are read. */
class Columns {
  readonly used = new Set<string>();
  readonly places: Map<string, number>;

  constructor(readonly sheet: Sheet) {
    this.places = new Map(sheet.columns.map((name, at) => [name, at]));
  }
}

/** A row as templates see it. Its values are made when they are asked for, and the column counts as used then. */
export class Row extends Map<string, Value> {
  constructor(
    private readonly columns: Columns,
    private readonly index: number,
  ) {
    super();
  }

  override get size(): number {
    return this.columns.places.size;
  }

  override has(name: string): boolean {
    return this.columns.places.has(name);
  }

  override get(name: string): Value | undefined {
    const { places, sheet, used } = this.columns;
    const at = places.get(name);
    if (at === undefined) return undefined;
    used.add(name);
    const cell = sheet.rows[this.index]?.[at];
    return cell === undefined
      ? new EmptyCell(sheet.name, sheet.numbers[this.index] ?? 0, name)
      : valueOf(cell);
  }

  /** What is wrong with a name that no column has. */
  lackOf(name: string): string {
    return `the sheet ${quoted(this.columns.sheet.name)} has no column ${quoted(name)}`;
  }

  override keys(): MapIterator<string> {
    return this.columns.places.keys();
  }

  override *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  override *entries(): MapIterator<[string, Value]> {
    for (const name of this.columns.places.keys()) {
      const value = this.get(name);
      if (value) yield [name, value];
    }
  }

  override [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}

/** The sheets of a workbook as variables. */
export class Tables {
  readonly #columns: Columns[];
  /** By the names of sheets. */
  readonly variables: Map<string, Value>;
  /** All of them in one, for names that are no words. */
  readonly all: Value;

  constructor(sheets: readonly Sheet[]) {
    this.#columns = sheets.map((sheet) => new Columns(sheet));
    this.variables = new Map(
      this.#columns.map((columns) => [
        columns.sheet.name,
        listOf(columns.sheet.rows.map((_row, index) => objectOf(new Row(columns, index)))),
      ]),
    );
    this.all = objectOf(this.variables);
  }

  /** Columns that nothing has read. */
  get unused(): { sheet: string; column: string }[] {
    return this.#columns.flatMap(({ sheet, used }) =>
      sheet.columns.filter((column) => !used.has(column)).map((column) => ({ sheet: sheet.name, column })),
    );
  }
}
