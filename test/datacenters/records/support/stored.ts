import { createHash } from 'node:crypto';
import type { Database } from '../../../../src/database/database.js';
import { newId } from '../../inventory/support/world.js';

interface Given {
  status?: 'RUNNING' | 'SUCCESSFUL' | 'FAILED';
  name?: string;
  /** Hours since it was asked for. */
  age?: number;
  size?: number | null;
}

/** A record in the database, whose workbook is missing. */
export async function insertRecord(
  { database }: { database: Database },
  cid: string,
  { status = 'SUCCESSFUL', name = 'test', age = 0, size = status === 'SUCCESSFUL' ? 1 : null }: Given = {},
): Promise<string> {
  const id = newId();
  await database.query(
    `insert into records (id, created_at, updated_at, data_center_id, name, data_center_name, system_name, cee_version, lcm_ip,
       openrc_path, status, process_id, size)
     values ($1, now() - $5 * interval '1 hour', now(), $2, $3, 'dc', '', '', '', '', $4, $1, $6)`,
    [id, cid, name, status, age, size],
  );
  return id;
}

/** Bytes of a chunk. */
export const CHUNK = 196_608;

/** Of a chunk, as the database makes it too. */
const chunkOf = (number: number): Buffer =>
  Buffer.from(
    createHash('md5')
      .update(String(number))
      .digest('hex')
      .repeat(CHUNK / 16),
    'hex',
  );

/** A record with a workbook of so many bytes, of which no two chunks are equal. */
export async function insertWorkbook(
  { database }: { database: Database },
  cid: string,
  size: number,
): Promise<{ id: string; content: Buffer }> {
  const id = await insertRecord({ database }, cid, { size });
  await database.query(
    `insert into record_chunks (record_id, number, content)
     select $1, n, substring(decode(repeat(md5(n::text), ${CHUNK / 16}), 'hex') for least(${CHUNK}, $2::int - n * ${CHUNK}))
     from generate_series(0, ($2::int - 1) / ${CHUNK}) n`,
    [id, size],
  );
  const chunks = Array.from({ length: Math.ceil(size / CHUNK) }, (_, number) => chunkOf(number));
  return { id, content: Buffer.concat(chunks).subarray(0, size) };
}
