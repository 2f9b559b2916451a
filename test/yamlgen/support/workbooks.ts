import { type CellObject, type WorkSheet, utils, write } from '@e965/xlsx';
import { unzipSync, zipSync } from 'fflate';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLES = join(import.meta.dirname, '../../examples/yaml');

export interface File {
  name: string;
  content: Uint8Array | string;
}

/** What the README shows. */
export const EXAMPLE = {
  workbook: { name: 'site.xlsx', content: readFileSync(join(EXAMPLES, 'site.xlsx')) },
  templates: readdirSync(EXAMPLES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name, content: readFileSync(join(EXAMPLES, name)) })),
};

export const file = (name: string, content: Uint8Array | string): File => ({ name, content });

/** A workbook of sheets that are changed before they are written. */
export function workbook(
  sheets: Record<string, unknown[][]>,
  change: (sheet: WorkSheet, name: string) => void = () => undefined,
): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    const sheet = utils.aoa_to_sheet(rows);
    change(sheet, name);
    utils.book_append_sheet(book, sheet, name);
  }
  return write(book, { type: 'buffer', compression: true }) as Buffer;
}

/** With one cell changed, and then the text of its sheet. */
export function withCell(
  rows: unknown[][],
  address: string,
  cell: CellObject,
  change = (text: string) => text,
): Uint8Array {
  const content = workbook({ hosts: rows }, (sheet) => {
    sheet[address] = cell;
  });
  return withPart(content, 'xl/worksheets/sheet1.xml', change);
}

export const HOSTS = [
  ['name', 'ip', 'vlan'],
  ['h1', '10.0.0.1', 100],
  ['h2', '10.0.0.2', null],
];

/** A workbook with a part changed, or another one. */
export function withPart(content: Uint8Array, path: string, change: (text: string) => string): Uint8Array {
  const parts = unzipSync(content);
  const before = parts[path] ? Buffer.from(parts[path]).toString() : '';
  return zipSync({ ...parts, [path]: Buffer.from(change(before)) });
}
