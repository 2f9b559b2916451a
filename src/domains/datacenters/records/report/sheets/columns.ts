import type { Cell } from '../../workbook/cells.js';

/** A column of a sheet, and how its cells are made. */
export interface Column<R> {
  title: string;
  /** In characters. */
  width: number;
  of: (row: R) => Cell;
}

/** Widths by what columns hold. */
export const WIDTH = { SHORT: 12, LONG: 24, ID: 38 } as const;

export const titlesOf = (columns: readonly { title: string }[]): string[] =>
  columns.map(({ title }) => title);

export const cellsOf = <R>(columns: readonly Column<R>[], row: R): Cell[] => columns.map(({ of }) => of(row));

/** What tells items apart. */
export const keyColumns = <R>(of: (row: R) => { name: string; cloudId: string }): [Column<R>, Column<R>] => [
  { title: 'Name', width: WIDTH.LONG, of: (row) => of(row).name },
  { title: 'Id', width: WIDTH.ID, of: (row) => of(row).cloudId },
];

export const list = (texts: readonly string[]): string => texts.join(', ');

export const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no');
