import { openAsBlob } from 'node:fs';
import { inject } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { openOn, openPglite } from '../../src/database/embedded.js';
import type { SharedPglite } from '../../src/database/sharedPglite.js';
import { ENTITIES } from '../../src/modules.js';

interface Table {
  name: string;
  /** What migrations put there. */
  rows: object[];
}

/** An embedded database takes most of a second of CPU to open, so that this process opens few and empties them. */
interface Reusable {
  pglite: SharedPglite;
  tables: Table[];
  constraints: string;
}
const idle: Reusable[] = [];

async function tablesOf(pglite: SharedPglite): Promise<string[]> {
  const { rows } = await pglite.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
     where nspname in ('public', 'jobs') and relkind in ('r', 'p') and not relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function constraintsOf(pglite: SharedPglite): Promise<string> {
  const { rows } = await pglite.query<{ all: string }>(
    `select string_agg(conname || ' ' || pg_get_constraintdef(oid), ',' order by conname, conrelid::regclass::text) as "all"
     from pg_constraint where connamespace = 'public'::regnamespace`,
  );
  return rows[0]?.all ?? '';
}

async function open(): Promise<Reusable> {
  const pglite = await openPglite(undefined, await openAsBlob(inject('databaseImage')));
  const tables: Table[] = [];
  for (const name of await tablesOf(pglite)) {
    const { rows } = await pglite.query<{ row: object }>(`select to_jsonb(t) as row from ${name} t`);
    tables.push({ name, rows: rows.map(({ row }) => row) });
  }
  return { pglite, tables, constraints: await constraintsOf(pglite) };
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
async function reset({ pglite, tables }: Reusable): Promise<void> {
  const names = tables.map(({ name }) => name);
  await pglite.exec('rollback');
  // All of `discard all` but what was prepared.
  await pglite.exec(
    'close all; set session authorization default; reset all; unlisten *; select pg_advisory_unlock_all(); discard temp; discard sequences',
  );
  for (const name of await tablesOf(pglite))
    if (!names.includes(name)) await pglite.exec(`drop table ${name} cascade`);
  for (const statement of [EMPTY, 'reset session_replication_role']) await pglite.exec(statement);
  for (const { name, rows } of tables) {
    if (rows.length === 0) continue;
    await pglite.query(`insert into ${name} select * from jsonb_populate_recordset(null::${name}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
}

/** A migrated database of its own for a test. */
export async function openEmbedded(): Promise<Database> {
  const taken = idle.pop() ?? (await open());
  const closed = async () => {
    await reset(taken);
    // Without them other tests would find what cannot be.
    if ((await constraintsOf(taken.pglite)) !== taken.constraints)
      throw new Error('a test leaves the database without its constraints');
    idle.push(taken);
  };
  return openOn(taken.pglite, ENTITIES, { policy: 'expect', closed });
}
