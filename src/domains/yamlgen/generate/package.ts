import { crc32 } from 'node:zlib';
import { type Entry, type ZipFile, fromBufferPromise } from 'yauzl';
import { type Place, quoted } from './fault.js';
import { MOST_CELLS, MOST_ROWS } from './limits.js';

const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
/** Of OLE files: Excel's before 2007, and those of today that a password locks. */
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);
const LOCKED = Buffer.from('EncryptedPackage', 'utf16le');

const MOST_PARTS = 5000;
/** Bytes, unpacked: of one part and of all together. */
const MOST_OF_PART = 33_554_432;
const MOST_UNPACKED = 50_331_648;
/** How much a part may grow, from this size on. */
const MOST_RATIO = 200;
const RATIO_FROM = 1_048_576;
const MOST_NAMES = 262_144;

/** What says which values cells have; not drawings, media, macros, or what goes with one sheet. */
const WANTED = /^(?:\[Content_Types\]\.xml|_rels\/\.rels|xl\/(?:_rels\/|worksheets\/)?[^/]+\.(?:xml|rels))$/i;
const WORKBOOK = 'xl/workbook.xml';
const RELATIONS = 'xl/_rels/workbook.xml.rels';
const SHEET = /^xl\/worksheets\//i;
/** A row or a cell; and characters of that, where it stands at the end of a chunk. */
const OPENING = /<(?:\w{1,32}:)?(row|c)[\s/>]/g;
const MOST_OPENING = 40;

/** The parts of a workbook by their paths. */
export interface Package {
  parts: Map<string, Buffer>;
  /** The names of sheets by the paths of their parts. */
  sheets: Map<string, string>;
}

const megabytes = (bytes: number): string => `${bytes / 1_048_576} MiB`;

/** The value of an attribute; XML's names of characters stay as they are but for those in names of sheets. */
function attribute(tag: string, name: string): string | undefined {
  const start = tag.indexOf(` ${name}="`);
  if (start === -1) return undefined;
  const from = start + name.length + 3;
  return tag
    .slice(from, tag.indexOf('"', from))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

function tagsOf(xml: Buffer | undefined, name: string): string[] {
  const text = xml?.toString('utf8') ?? '';
  return text
    .split(`<${name} `)
    .slice(1)
    .map((tag) => ` ${tag.slice(0, tag.indexOf('>'))}`);
}

function sheetsOf(parts: Map<string, Buffer>): Map<string, string> {
  const targets = new Map(
    tagsOf(parts.get(RELATIONS), 'Relationship').map((tag) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target')?.replace(/^\/xl\//, ''),
    ]),
  );
  const named = tagsOf(parts.get(WORKBOOK), 'sheet').flatMap((tag): [string, string][] => {
    const name = attribute(tag, 'name');
    return name === undefined ? [] : [[`xl/${targets.get(attribute(tag, 'r:id'))}`, name]];
  });
  return new Map(named);
}

/** Counts the rows and cells of a sheet as it is unpacked. */
class Count {
  rows = 0;
  cells = 0;
  #rest = '';

  add(chunk: Buffer): void {
    const text = this.#rest + chunk.toString('latin1');
    const last = text.lastIndexOf('<');
    const end = last !== -1 && text.length - last <= MOST_OPENING ? last : text.length;
    for (const [, name] of text.slice(0, end).matchAll(OPENING)) {
      if (name === 'row') this.rows += 1;
      else this.cells += 1;
    }
    this.#rest = text.slice(end);
  }
}

class Unpacking {
  readonly parts = new Map<string, Buffer>();
  #unpacked = 0;
  #cells = 0;

  constructor(
    private readonly zip: ZipFile,
    private readonly place: Place,
  ) {}

  async entries(): Promise<Entry[]> {
    const found: Entry[] = [];
    for await (const entry of this.zip.eachEntry()) {
      if (this.zip.entriesRead > MOST_PARTS)
        throw this.place.fault(`the workbook has more than ${MOST_PARTS} parts`);
      if (entry.isEncrypted())
        throw this.place.fault('the workbook is encrypted; save it without a password');
      const { fileName, compressedSize: packed, uncompressedSize: size } = entry;
      // Of sheets the rows are counted as they come.
      if (!SHEET.test(fileName) && size > RATIO_FROM && size > packed * MOST_RATIO)
        throw this.place.fault(
          `the part ${quoted(fileName)} is ${MOST_RATIO} times as large unpacked as it is packed, or more`,
        );
      if (WANTED.test(fileName)) found.push(entry);
    }
    return found;
  }

  async take(entry: Entry, name: string | undefined): Promise<void> {
    const place = name === undefined ? this.place : this.place.at(`sheet ${quoted(name)}`);
    const most = SHEET.test(entry.fileName) ? MOST_OF_PART : Math.min(MOST_OF_PART, MOST_UNPACKED / 4);
    const limit = /\.rels$|workbook\.xml$/i.test(entry.fileName) ? MOST_NAMES : most;
    const count = SHEET.test(entry.fileName) ? new Count() : undefined;
    // Another size than the one that is told is an error of the stream.
    const content = Buffer.allocUnsafe(Math.min(entry.uncompressedSize, limit));
    let size = 0;
    for await (const chunk of (await this.zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
      this.#unpacked += chunk.length;
      count?.add(chunk);
      if (count && count.rows > MOST_ROWS + 1)
        throw place.fault(`it has more than ${MOST_ROWS} rows below the header`);
      if (this.#cells + (count?.cells ?? 0) > MOST_CELLS)
        throw place.fault(`the workbook has more than ${MOST_CELLS} cells`);
      if (size + chunk.length > limit || this.#unpacked > MOST_UNPACKED)
        throw place.fault(
          `unpacked, ${quoted(entry.fileName)} is larger than ${megabytes(limit)}, or the workbook than ${megabytes(MOST_UNPACKED)}`,
        );
      size += chunk.copy(content, size);
    }
    if (crc32(content) !== entry.crc32)
      throw place.fault(`the workbook is damaged: ${quoted(entry.fileName)} is not what it was`);
    this.#cells += count?.cells ?? 0;
    this.parts.set(entry.fileName, content);
  }
}

/** Says why a file is no workbook without reading more of it than it takes. */
function refuseOther(content: Buffer, place: Place): void {
  if (content.subarray(0, ZIP.length).equals(ZIP)) return;
  if (!content.subarray(0, OLE.length).equals(OLE)) throw place.fault('it is no Excel workbook (.xlsx)');
  throw place.fault(
    content.includes(LOCKED)
      ? 'the workbook is encrypted; save it without a password'
      : 'it is a workbook of Excel before 2007; save it as .xlsx',
  );
}

/** Unpacks what is needed of a workbook, within bounds. BAD_INPUT says why it is none. */
export async function openPackage(content: Buffer, place: Place): Promise<Package> {
  refuseOther(content, place);
  let zip: ZipFile | undefined;
  try {
    zip = await fromBufferPromise(content, { lazyEntries: true, autoClose: false });
    const unpacking = new Unpacking(zip, place);
    const { parts } = unpacking;
    const entries = await unpacking.entries();
    const isSheet = ({ fileName }: Entry) => SHEET.test(fileName);
    for (const entry of entries.filter((candidate) => !isSheet(candidate)))
      await unpacking.take(entry, undefined);
    if (!parts.has(WORKBOOK)) throw place.fault('it is no Excel workbook (.xlsx)');
    const sheets = sheetsOf(parts);
    for (const entry of entries.filter(isSheet)) await unpacking.take(entry, sheets.get(entry.fileName));
    return { parts, sheets };
  } catch (error) {
    if (error instanceof Error && error.name === 'DomainError') throw error;
    throw place.fault(`the workbook is damaged: ${(error as Error).message}`);
  } finally {
    zip?.close();
  }
}
