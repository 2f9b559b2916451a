import { createGunzip } from 'node:zlib';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';

/** Bytes: of all files together, packed and not, and of Chart.yaml. Helm itself unpacks no more than 100 MiB. */
const MOST_UNPACKED = 20_971_520;
const MOST_METADATA = 32_768;
const MOST_ENTRIES = 5000;
/** Of a name that a message tells. */
const MOST_QUOTED = 80;

const CHART_YAML = 'Chart.yaml';
const FILES = ['File', 'OldFile', 'ContiguousFile'];
const FOLDERS = ['Directory', 'GNUDumpDir'];
const DRIVE = /^[A-Za-z]:/;
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Why a file is no chart. */
export class ChartFault extends Error {
  override readonly name = 'ChartFault';
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, MOST_QUOTED).toWellFormed());

/** Whether it is compressed, as Helm packs charts. */
export const isGzip = (content: Buffer): boolean => content.subarray(0, GZIP.length).equals(GZIP);

const leadsOut = (path: string): boolean =>
  path.startsWith('/') || path.includes('\\') || DRIVE.test(path) || path.split('/').includes('..');

/** Helm reads nothing else. */
function textOf(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new ChartFault(`has a ${CHART_YAML} that is not in UTF-8`, { cause: error });
  }
}

/** Looks through the files of a chart for what describes it. */
class ArchiveReader {
  fault: ChartFault | undefined;
  #isOver = false;
  #entries = 0;
  #metadata: Buffer[] | undefined;
  readonly #parser = new Parser({ strict: true, maxDecompressionRatio: 1, maxMetaEntrySize: MOST_METADATA });

  constructor() {
    this.#parser.on('error', () => this.#refuse('is no readable tar archive'));
    this.#parser.on('eof', () => (this.#isOver = true));
    this.#parser.on('entry', (entry: ReadEntry) => this.#take(entry));
    this.#parser.on('ignoredEntry', (entry: ReadEntry) => this.#take(entry));
  }

  write(chunk: Buffer): void {
    // What follows the end the parser would keep, copying all of it with each chunk.
    if (!this.#isOver) this.#parser.write(chunk);
    if (this.fault) throw this.fault;
  }

  end(): string {
    this.#parser.end();
    if (this.fault) throw this.fault;
    if (!this.#metadata) throw new ChartFault(`has no ${CHART_YAML} in its one folder`);
    return textOf(Buffer.concat(this.#metadata));
  }

  #refuse(message: string): void {
    this.fault ??= new ChartFault(message);
  }

  #take(entry: ReadEntry): void {
    const { path, type, size } = entry;
    this.#entries += 1;
    if (this.#entries > MOST_ENTRIES) this.#refuse(`has more than ${MOST_ENTRIES} files`);
    if (leadsOut(path)) this.#refuse(`has the path ${quoted(path)}, which leads out of it`);
    if (!FILES.includes(type) && !FOLDERS.includes(type))
      this.#refuse(`has ${quoted(path)}, which is a link or no file at all`);
    const isMetadata =
      FILES.includes(type) && path.split('/')[1] === CHART_YAML && path.split('/').length === 2;
    if (isMetadata) this.#keep(entry, size);
    else entry.resume();
  }

  #keep(entry: ReadEntry, size: number): void {
    if (this.#metadata) this.#refuse(`has more than one ${CHART_YAML}`);
    if (size > MOST_METADATA) this.#refuse(`has a ${CHART_YAML} above ${MOST_METADATA} bytes`);
    const chunks = (this.#metadata ??= []);
    entry.on('data', (chunk: Buffer) => {
      if (!this.fault) chunks.push(chunk);
    });
  }
}

/** The text of the chart's Chart.yaml, with all of the archive read and nothing of it kept. Throws a ChartFault. */
export async function readChartYaml(content: Buffer): Promise<string> {
  const reader = new ArchiveReader();
  let unpacked = 0;
  try {
    for await (const chunk of isGzip(content) ? createGunzip().end(content) : [content]) {
      unpacked += (chunk as Buffer).length;
      if (unpacked > MOST_UNPACKED)
        throw new ChartFault(`is larger than ${MOST_UNPACKED} bytes when unpacked`);
      reader.write(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof ChartFault) throw error;
    throw new ChartFault('is no readable gzip archive', { cause: error });
  }
  return reader.end();
}
