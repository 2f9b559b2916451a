import type { Database } from '../../../database/database.js';
import { DomainError, badInput } from '../../../kernel/errors.js';
import { RecordStatus } from './record.entity.js';
import type { RecordPart } from './record.inputs.js';
import { RecordLost } from './recordLease.service.js';
import type { RecordTables } from './records.tables.js';

/** Bytes of a chunk: a multiple of 3, so that the base64 of all is that of each, one after the other. */
const CHUNK = 196_608;
/** Bytes of a workbook: 32 MiB. */
const MOST_BYTES = 2 ** 25;
/** Chunks of what GraphQL answers at once: 1.5 MiB. */
const CHUNKS_OF_PART = 8;

interface Owned {
  id: string;
  processId: string;
}

/** A workbook that is there. */
interface Stored {
  id: string;
  size: number;
}

/** Stores a workbook as it is written, in chunks, as long as the record is its process's. */
export class ChunkWriter {
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #number = 0;
  #size = 0;

  constructor(
    private readonly database: Database,
    private readonly record: Owned,
  ) {}

  /** Bytes that came. */
  get size(): number {
    return this.#size;
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#size += bytes.length;
  }

  /** Begins anew. */
  async clear(): Promise<void> {
    this.#waiting.length = 0;
    [this.#waitingBytes, this.#number, this.#size] = [0, 0, 0];
    await this.database
      .fork()
      .getKysely<RecordTables>()
      .deleteFrom('record_chunks')
      .where('record_id', '=', this.record.id)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('records')
            .select('records.id')
            .where('records.id', '=', this.record.id)
            .where('process_id', '=', this.record.processId),
        ),
      )
      .execute();
  }

  /** Stores all whole chunks; RecordLost when the record is another's, TOO_LARGE for a workbook that is. */
  async flush(): Promise<void> {
    if (this.#size > MOST_BYTES)
      throw new DomainError('TOO_LARGE', `the report is larger than ${MOST_BYTES} bytes`);
    if (this.#waitingBytes < CHUNK) return;
    const all = Buffer.concat(this.#waiting.splice(0));
    let start = 0;
    for (; start + CHUNK <= all.length; start += CHUNK) await this.#store(all.subarray(start, start + CHUNK));
    this.#waiting.push(all.subarray(start));
    this.#waitingBytes = all.length - start;
  }

  /** Stores what is left. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#waitingBytes > 0) await this.#store(Buffer.concat(this.#waiting.splice(0)));
    this.#waitingBytes = 0;
  }

  async #store(content: Buffer): Promise<void> {
    const { id, processId } = this.record;
    const { numInsertedOrUpdatedRows } = await this.database
      .fork()
      .getKysely<RecordTables>()
      .insertInto('record_chunks')
      .columns(['record_id', 'number', 'content'])
      .expression((eb) =>
        eb
          .selectFrom('records')
          .select([
            'id',
            eb.cast<number>(eb.val(this.#number), 'integer').as('number'),
            eb.cast<Buffer>(eb.val(content), 'bytea').as('content'),
          ])
          .where('id', '=', id)
          .where('process_id', '=', processId)
          .where('status', '=', RecordStatus.RUNNING)
          .forShare(),
      )
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) throw new RecordLost();
    this.#number += 1;
  }
}

/** The workbooks of records. */
export class RecordContentService {
  constructor(private readonly database: Database) {}

  writerOf(record: Owned): ChunkWriter {
    return new ChunkWriter(this.database, record);
  }

  /** In base64, as it is read. */
  async *base64Of(record: Stored): AsyncGenerator<string> {
    for (let number = 0; number * CHUNK < record.size; number += 1)
      yield Buffer.concat(await this.#chunks(record, number, 1)).toString('base64');
  }

  /** BAD_INPUT for one that there is not. */
  async part(record: Stored, part: number): Promise<RecordPart> {
    const parts = Math.ceil(record.size / (CHUNK * CHUNKS_OF_PART));
    if (!Number.isInteger(part) || part < 0 || part >= parts)
      throw badInput([{ path: 'part', message: `must be from 0 to ${parts - 1}` }]);
    const chunks = await this.#chunks(record, part * CHUNKS_OF_PART, CHUNKS_OF_PART);
    return { base64: Buffer.concat(chunks).toString('base64'), next: part + 1 < parts ? part + 1 : null };
  }

  async #chunks({ id, size }: Stored, first: number, count: number): Promise<Uint8Array[]> {
    const rows = await this.database.reader
      .getKysely<RecordTables>()
      .selectFrom('record_chunks')
      .select('content')
      .where('record_id', '=', id)
      .where('number', '>=', first)
      .where('number', '<', first + count)
      .orderBy('number')
      .execute();
    const wanted = Math.min(count, Math.ceil(size / CHUNK) - first);
    if (rows.length < wanted) throw new DomainError('NOT_FOUND', 'the record was deleted while it was read');
    return rows.map(({ content }) => content);
  }
}
