import { read, utils } from '@e965/xlsx';

/** A sheet as rows of values, times as Dates. */
export type Rows = (string | number | boolean | Date | null)[][];

/** What a workbook holds, by the names of its sheets, as another program reads it. */
export function readWorkbook(content: Buffer): Map<string, Rows> {
  const book = read(content, { cellDates: true, UTC: true });
  return new Map(
    book.SheetNames.map((name) => {
      const sheet = book.Sheets[name] ?? {};
      return [
        name,
        utils.sheet_to_json(sheet, { header: 1, raw: true, defval: null, blankrows: true, UTC: true }),
      ];
    }),
  );
}
