/** Of a sheet: rows below the header, and columns. */
export const MOST_ROWS = 50_000;
export const MOST_COLUMNS = 256;
/** Of a workbook: sheets, and cells of all together. */
export const MOST_SHEETS = 64;
export const MOST_CELLS = 1_000_000;
/** Characters of a header. */
export const MOST_HEADER = 255;
