import { Zip, ZipDeflate, type ZipInputFile, strToU8 } from 'fflate';
import { DomainError } from '../../../../kernel/errors.js';
import { type Cell, MOST_ROWS } from './cells.js';
import { packageFiles, sheetFile } from './packageFiles.js';
import type { PackedPart, SheetPart } from './sheetPart.js';

/** Rows that come together. */
export interface RowBatch {
  rows: readonly (readonly Cell[])[];
  /** Places of those among them that are in bold. */
  bold?: readonly number[];
}

export interface SheetLook {
  /** Of the columns, in characters. */
  widths: readonly number[];
  /** Whether the first row stays in sight. */
  isFirstRowFixed: boolean;
}

type Pack = (part: SheetPart) => Promise<PackedPart>;

/** Bytes of a sheet before it is packed, which the archive's own sizes hold. */
const LONGEST_SHEET = 2 ** 31;

const tooLarge = (why: string): DomainError =>
  new DomainError('TOO_LARGE', `the report is too large: ${why}`);

/** A sheet in the archive. */
interface Entry extends ZipInputFile {
  /** Rows that it has so far. */
  rows: number;
}

/**
 * Writes an Excel workbook (ECMA-376) from beginning to end, whatever its size: sheets one after the other, rows as they
 * come. `write` gets its bytes, and `pause` is waited for after each batch.
 */
export class WorkbookWriter {
  readonly #zip: Zip;

  constructor(
    /** Of the sheets, as they stand in it; in plain letters. */
    private readonly names: readonly string[],
    private readonly to: { pack: Pack; write: (bytes: Uint8Array) => void; pause: () => Promise<void> },
  ) {
    this.#zip = new Zip((error, bytes) => {
      if (error) throw error;
      to.write(bytes);
    });
  }

  /** A sheet of that name; each is written once. */
  async write(name: string, look: SheetLook, batches: AsyncIterable<RowBatch>): Promise<void> {
    const filename = sheetFile(this.names.indexOf(name));
    const entry: Entry = { filename, crc: 0, size: 0, compression: 8, rows: 0 };
    this.#zip.add(entry);
    await this.#append(entry, { rows: [] }, { begins: look, ends: false });
    for await (const batch of batches) await this.#append(entry, batch, { ends: false });
    await this.#append(entry, { rows: [] }, { ends: true });
  }

  /** Once every sheet is written. */
  async end(): Promise<void> {
    for (const [name, text] of packageFiles(this.names)) {
      const file = new ZipDeflate(name);
      this.#zip.add(file);
      file.push(strToU8(text), true);
    }
    this.#zip.end();
    await this.to.pause();
  }

  async #append(
    entry: Entry,
    { rows, bold = [] }: RowBatch,
    place: Pick<SheetPart, 'begins' | 'ends'>,
  ): Promise<void> {
    if (entry.rows + rows.length > MOST_ROWS) throw tooLarge(`a sheet has at most ${MOST_ROWS} rows`);
    const part = { rows, bold, number: entry.rows + 1, crc: entry.crc, ...place };
    const { bytes, crc, length } = await this.to.pack(part);
    entry.rows += rows.length;
    entry.crc = crc;
    entry.size += length;
    if (entry.size > LONGEST_SHEET) throw tooLarge(`a sheet has at most ${LONGEST_SHEET} bytes`);
    entry.ondata?.(null, bytes, place.ends);
    await this.to.pause();
  }
}
