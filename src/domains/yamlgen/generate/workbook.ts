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
const MOST_YEAR = 9999;

const isEmpty = (value: Cell): boolean => value === undefined || value === '';

/** Whether Excel has the day. */
const isDay = (date: Date): boolean => date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= MOST_YEAR;

/** A day or an instant, without the fraction of a second that Excel's days in floating point leave. */
function textOf(date: Date): string {
  const text = new Date(Math.round(date.getTime() / 1000) * 1000).toISOString();
  return text.endsWith(DAY) ? text.slice(0, -DAY.length) : text.slice(0, -'.000Z'.length);
}

function valueOf(cell: CellObject | undefined, place: () => Place): Cell {
  if (!cell) return undefined;
  if (cell.t === 'e')
    throw place().fault(`the cell's value is the error ${ERRORS.get(cell.v) ?? 'of a formula'}`);
  if (cell.v instanceof Date) {
    if (!isDay(cell.v)) throw place().fault("the cell's value is no date");
    return textOf(cell.v);
  }
  if (typeof cell.v === 'number' && !Number.isFinite(cell.v))
    throw place().fault("the cell's value is no number");
  return cell.v === '' ? undefined : cell.v;
}

/** Of sheets, as Excel counts. */
const LAST_ROW = 1_048_576;

type Cells = (CellObject | undefined)[][];

const cellsOf = (sheet: WorkSheet): Cells => sheet['!data'] ?? [];

class SheetReader {
  readonly #cells: Cells;
  readonly #place: Place;

  constructor(
    private readonly name: string,
    sheet: WorkSheet,
    place: Place,
  ) {
    this.#place = place.at(`sheet ${quoted(name)}`);
    this.#cells = cellsOf(sheet);
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

function refuseExcess({ Sheets: byName }: WorkBook, place: Place): void {
  const sheets = Object.entries(byName).map(([name, sheet]) => ({ name, cells: cellsOf(sheet) }));
  if (sheets.length > MOST_SHEETS) throw place.fault(`a workbook has at most ${MOST_SHEETS} sheets`);
  // Going through rows takes a while for each up to the last, whether they are there or not.
  const endless = sheets.find(({ cells }) => cells.length > LAST_ROW);
  if (endless)
    throw place.at(`sheet ${quoted(endless.name)}`).fault(`it has a row below the last, ${LAST_ROW}`);
  const counts = sheets.map(({ cells }) => cells.reduce((sum, row) => sum + row.length, 0));
  if (counts.reduce((sum, count) => sum + count, 0) > MOST_CELLS)
    throw place.fault(`the workbook has more than ${MOST_CELLS} cells`);
}

/** What each sheet has, if nothing is in it. */
const CELLS = Buffer.from('sheetData');

const FORMULA = Buffer.from('<f');
const AFTER_NAME = ' />';
const VALUE = Buffer.from('<v>');
const CELL_END = Buffer.from('</c>');
const CELL = Buffer.from('<c ');

const addressIn = (cell: string): string => /\br="([A-Z]+\d+)"/.exec(cell)?.[1] ?? '';

/** The first cell with a formula that nothing has calculated, which the library would take for 0. */
function unvaluedFormula(xml: Buffer): string | undefined {
  let at = xml.indexOf(FORMULA);
  while (at !== -1) {
    let next = at + FORMULA.length;
    if (AFTER_NAME.includes(xml.toString('latin1', next, next + 1))) {
      const end = xml.indexOf(CELL_END, at);
      const value = xml.indexOf(VALUE, at);
      if (value === -1 || value > end)
        return addressIn(xml.toString('latin1', Math.max(0, xml.lastIndexOf(CELL, at)), at));
      next = end;
    }
    at = xml.indexOf(FORMULA, next);
  }
  return undefined;
}

/** The sheets of a workbook. BAD_INPUT names the sheet, the row and the column where it is not as it must be. */
export async function readWorkbook(content: Buffer, place: Place): Promise<Sheet[]> {
  const { parts, sheets: names } = await openPackage(content, place);
  const container = CFB.utils.cfb_new();
  for (const [path, part] of parts) CFB.utils.cfb_add(container, path, part, { unsafe: true });
  for (const [path, name] of names) {
    const part = parts.get(path);
    if (part?.includes(CELLS) === false) throw place.at(`sheet ${quoted(name)}`).fault('it cannot be read');
    const cell = part && unvaluedFormula(part);
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
  refuseExcess(book, place);
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
