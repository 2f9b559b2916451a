import type { Pool } from 'pg';
import { inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { embeddedPool, openOn } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { ENTITIES } from '../../src/modules.js';

interface Table {
  name: string;
  /** What migrations put there. */
  rows: object[];
}

/** An embedded database takes most of a second of CPU to open, so that this process opens few and empties them. */
interface Reusable {
  thread: EmbeddedThread;
  tables: Table[];
  constraints: string;
}
const idle: Reusable[] = [];

async function tablesOf(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
     where nspname in ('public', 'jobs') and relkind in ('r', 'p') and not relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function constraintsOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ all: string }>(
    `select string_agg(conname || ' ' || pg_get_constraintdef(oid), ',' order by conname, conrelid::regclass::text) as "all"
     from pg_constraint where connamespace = 'public'::regnamespace`,
  );
  return rows[0]?.all ?? '';
}

async function open(): Promise<Reusable> {
  const thread = await EmbeddedThread.open({ image: inject('databaseImage') });
  const pool = embeddedPool(thread);
  const tables: Table[] = [];
  for (const name of await tablesOf(pool)) {
    const { rows } = await pool.query<{ row: object }>(`select to_jsonb(t) as row from ${name} t`);
    tables.push({ name, rows: rows.map(({ row }) => row) });
  }
  const constraints = await constraintsOf(pool);
  await pool.end();
  return { thread, tables, constraints };
}

/** Truncating makes files anew, which is dear, so that tables in which there is little are deleted from instead. */
const EMPTY = `do $$
  declare filled record;
  begin
    set session_replication_role = replica;
    for filled in
      select c.oid::regclass as name, pg_relation_size(c.oid) > 1e6 as is_large
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname in ('public', 'jobs') and relkind = 'r' and pg_relation_size(c.oid) > 0
    loop
      execute case when filled.is_large then format('truncate %s cascade', filled.name)
        else format('delete from %s', filled.name) end;
    end loop;
    perform setval(seqrelid, seqstart, false) from pg_sequence;
  end $$`;

/** As it was when it was opened. */
async function reset(pool: Pool, { tables, constraints }: Reusable): Promise<void> {
  const names = tables.map(({ name }) => name);
  for (const name of await tablesOf(pool))
    if (!names.includes(name)) await pool.query(`drop table ${name} cascade`);
  for (const statement of [EMPTY, 'reset session_replication_role']) await pool.query(statement);
  for (const { name, rows } of tables) {
    if (rows.length === 0) continue;
    await pool.query(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
  // Without them other tests would find what cannot be.
  if ((await constraintsOf(pool)) !== constraints)
    throw new Error('a test leaves the database without its constraints');
}

/** A migrated database of its own for a test. */
export async function openEmbedded(): Promise<Database> {
  const taken = idle.pop() ?? (await open());
  const closed = async () => {
    const pool = embeddedPool(taken.thread);
    await reset(pool, taken).finally(async () => pool.end());
    idle.push(taken);
  };
  return openOn(taken.thread, ENTITIES, { policy: 'expect', closed });
}
