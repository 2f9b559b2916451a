import { type CellObject, type ParsingOptions, type WorkBook, type WorkSheet, utils } from '@e965/xlsx';
import * as xlsx from '@e965/xlsx';
import { type Place, quoted } from './fault.js';
import { MOST_CELLS, MOST_COLUMNS, MOST_HEADER, MOST_SHEETS } from './limits.js';
import { openPackage } from './package.js';

export type Cell = string | number | boolean | undefined;

/** A sheet as a list of rows, keyed by the header. */
export interface Sheet {
  name: string;
  columns: string[];
  /** Each as long as there are columns; undefined where a cell is empty. */
  rows: Cell[][];
  /** The numbers of the rows in Excel. */
  numbers: number[];
}

// The library has it, and its types do not.
const { CFB, parse_zip: parsePackage } = xlsx as unknown as {
  CFB: {
    utils: {
      cfb_new: () => object;
      cfb_add: (container: object, path: string, content: Buffer, options: { unsafe: boolean }) => void;
    };
  };
  parse_zip: (container: object, options: ParsingOptions) => WorkBook;
};

/** Dates are made of their parts in UTC; links and comments are not looked for. */
const OPTIONS: ParsingOptions = { dense: true, cellDates: true, UTC: true, cellText: false, cellHTML: false };

/** What Excel stores of a formula that failed, by its number. */
const ERRORS = new Map<unknown, string>([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
  [0x2b, '#GETTING_DATA'],
]);

const DAY = 'T00:00:00.000Z';

const isEmpty = (value: Cell): boolean => value === undefined || value === '';

/** A day or an instant, without the fraction of a second that Excel's days in floating point leave. */
function textOf(date: Date): string {
  const text = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  return text.endsWith(DAY) ? text.slice(0, -DAY.length) : text.slice(0, -'.000Z'.length);
}

function valueOf(cell: CellObject | undefined, place: () => Place): Cell {
  if (!cell) return undefined;
  if (cell.t === 'e')
    throw place().fault(`the cell's value is the error ${ERRORS.get(cell.v) ?? 'of a formula'}`);
  if (cell.v instanceof Date) return textOf(cell.v);
  return cell.v === '' ? undefined : cell.v;
}

type Cells = (CellObject | undefined)[][];

class SheetReader {
  readonly #cells: Cells;
  readonly #place: Place;

  constructor(
    private readonly name: string,
    sheet: WorkSheet,
    place: Place,
  ) {
    this.#place = place.at(`sheet ${quoted(name)}`);
    this.#cells = sheet['!data'] ?? [];
    const [merged] = sheet['!merges'] ?? [];
    if (merged)
      throw this.#at(merged.s.r, merged.s.c).fault(
        `the cells ${utils.encode_range(merged)} are merged; split them, with a value in each`,
      );
  }

  read(): Sheet {
    const { name } = this;
    const rows: { row: Cell[]; number: number }[] = [];
    // Rows that are not there at all are passed over.
    this.#cells.forEach((cells, at) => {
      const row = this.#valuesOf(cells, at);
      if (row.some((value) => !isEmpty(value))) rows.push({ row, number: at + 1 });
    });
    const [header, ...below] = rows;
    const columns = header ? this.#columnsOf(header.row, header.number - 1) : new Map<number, string>();
    for (const { row, number } of below) this.#refuseNameless(row, columns, number - 1);
    const known = [...columns.keys()];
    return {
      name,
      columns: known.map((at) => columns.get(at) ?? ''),
      rows: below.map(({ row }) => known.map((at) => row[at])),
      numbers: below.map(({ number }) => number),
    };
  }

  #at(row: number, column: number, name?: string): Place {
    const named = name === undefined ? '' : ` ${quoted(name)}`;
    return this.#place.at(`row ${row + 1}`).at(`column ${utils.encode_col(column)}${named}`);
  }

  #valuesOf(row: (CellObject | undefined)[], at: number): Cell[] {
    if (row.length > MOST_COLUMNS)
      throw this.#at(at, row.length - 1).fault(`a sheet has at most ${MOST_COLUMNS} columns`);
    return Array.from(row, (cell, column) => valueOf(cell, () => this.#at(at, column)));
  }

  /** The names of columns by their places. */
  #columnsOf(header: Cell[], row: number): Map<number, string> {
    const columns = new Map<number, string>();
    const places = new Map<string, number>();
    for (const [at, value] of header.entries()) {
      const name = String(value ?? '').trim();
      if (name === '') continue;
      if (name.length > MOST_HEADER)
        throw this.#at(row, at).fault(`a header has at most ${MOST_HEADER} characters`);
      const other = places.get(name);
      if (other !== undefined)
        throw this.#at(row, at, name).fault(`column ${utils.encode_col(other)} has the same header`);
      places.set(name, at);
      columns.set(at, name);
    }
    return columns;
  }

  #refuseNameless(row: Cell[], columns: Map<number, string>, at: number): void {
    const nameless = row.findIndex((value, column) => !isEmpty(value) && !columns.has(column));
    if (nameless !== -1)
      throw this.#at(at, nameless).fault('the cell has a value, and its column an empty header');
  }
}

function refuseExcess(sheets: readonly WorkSheet[], place: Place): void {
  if (sheets.length > MOST_SHEETS) throw place.fault(`a workbook has at most ${MOST_SHEETS} sheets`);
  const counts = sheets.map((sheet) =>
    ((sheet['!data'] ?? []) as Cells).reduce((sum, row) => sum + row.length, 0),
  );
  if (counts.reduce((sum, count) => sum + count, 0) > MOST_CELLS)
    throw place.fault(`the workbook has more than ${MOST_CELLS} cells`);
}

const FORMULA = /<f[ />]/g;
const CELL_END = '</c>';

/** The first cell with a formula that nothing has calculated, which the library would take for 0. */
function unvaluedFormula(part: Buffer | undefined): string | undefined {
  const xml = part?.toString('latin1') ?? '';
  for (const { index } of xml.matchAll(FORMULA)) {
    const end = xml.indexOf(CELL_END, index);
    const value = xml.indexOf('<v>', index);
    if (value !== -1 && value < end) continue;
    const start = xml.lastIndexOf('<c ', index);
    return /\br="([A-Z]+\d+)"/.exec(xml.slice(start, index))?.[1] ?? '';
  }
  return undefined;
}

/** The sheets of a workbook. BAD_INPUT names the sheet, the row and the column where it is not as it must be. */
export async function readWorkbook(content: Buffer, place: Place): Promise<Sheet[]> {
  const { parts, sheets: names } = await openPackage(content, place);
  const container = CFB.utils.cfb_new();
  for (const [path, part] of parts) CFB.utils.cfb_add(container, path, part, { unsafe: true });
  for (const [path, name] of names) {
    const cell = unvaluedFormula(parts.get(path));
    if (cell !== undefined)
      throw place
        .at(`sheet ${quoted(name)}`)
        .at(`cell ${cell}`)
        .fault('the formula has no value; open the workbook in Excel and save it');
  }
  const unread = new Set([...names].filter(([path]) => parts.has(path)).map(([, name]) => name));
  parts.clear();
  let book: WorkBook;
  try {
    book = parsePackage(container, { ...OPTIONS });
  } catch (error) {
    throw place.fault(`the workbook cannot be read: ${(error as Error).message}`);
  }
  refuseExcess(Object.values(book.Sheets), place);
  return book.SheetNames.flatMap((name) => {
    const sheet = book.Sheets[name];
    // A sheet that is all chart has no cells to read.
    if (!sheet && !unread.has(name)) return [];
    if (!sheet) throw place.at(`sheet ${quoted(name)}`).fault('it cannot be read');
    // Its cells are not needed any more once they are read.
    delete book.Sheets[name];
    return [new SheetReader(name, sheet, place).read()];
  });
}
