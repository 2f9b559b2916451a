import { MikroORM } from '@mikro-orm/postgresql';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { checksumsOf } from '../../src/database/checksums.js';
import { embeddedPool } from '../../src/database/embedded.js';
import { EmbeddedClient } from '../../src/database/embeddedClient.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { migrate } from '../../src/database/migrate.js';
import { optionsOn } from '../../src/database/options.js';
import type { DatabasePool } from '../../src/database/pool.js';
import { migrations } from '../../src/database/migrations/index.js';
import { ENTITIES } from '../../src/modules.js';
import { schemaUpdate } from '../../.config/schemaUpdate.js';

/** The migrations of each release, with their checksums. One that is here is never changed or taken out. */
const RELEASED = JSON.parse(
  readFileSync(new URL('../database/released.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, string>>;

let thread: EmbeddedThread;
let pool: DatabasePool;
beforeEach(async () => {
  thread = await EmbeddedThread.open();
  pool = embeddedPool(thread);
});
afterEach(async () => {
  await pool.end();
  await thread.close();
});

/** As a release that knows these migrations opens the database. */
async function ormWith(known: typeof migrations): Promise<MikroORM> {
  const options = optionsOn(pool, ENTITIES);
  return MikroORM.init({ ...options, migrations: { ...options.migrations, migrationsList: known } });
}

const rows = async (sql: string) => (await pool.query<Record<string, unknown>>(sql)).rows;
const recorded = async (): Promise<Map<unknown, unknown>> =>
  new Map(
    (await rows('select name, checksum from mikro_orm_migrations')).map((row) => [
      row['name'],
      row['checksum'],
    ]),
  );

test('what was released is as it was', async () => {
  const checksums = Object.fromEntries(await checksumsOf(await ormWith(migrations), migrations));
  for (const [version, released] of Object.entries(RELEASED))
    expect(checksums, version).toMatchObject(released);
});

describe.each(Object.keys(RELEASED))('a database of %s', (version) => {
  const names = Object.keys(RELEASED[version] ?? {});

  test('is brought up to date with what it holds, and then is as one that was made now', async () => {
    const old = await ormWith(migrations.filter(({ name }) => names.includes(name)));
    await old.migrator.up();
    await pool.query(`
      insert into users (created_at, updated_at, name, name_key, status, password_hash)
        values (now(), now(), 'Ärger', 'ärger', 'APPROVED', 'x');
      insert into platforms (id, created_at, updated_at, name, kind, protocol, host)
        values (gen_random_uuid(), now(), now(), 'a', 'GENERIC', 'http', 'example.org')`);

    const orm = await ormWith(migrations);
    await migrate(orm);
    expect(await rows('select name, status from users')).toEqual([{ name: 'Ärger', status: 'APPROVED' }]);
    expect(await rows('select name, port from platforms')).toEqual([{ name: 'a', port: null }]);
    expect(await schemaUpdate(orm)).toEqual([]);
    expect(await recorded()).toEqual(await checksumsOf(orm, migrations));
    // Again, as every later start does.
    await migrate(await ormWith(migrations));
  });
});

test('a start with nothing to migrate only looks up what ran', async () => {
  await migrate(await ormWith(migrations));
  const statements = vi.spyOn(EmbeddedClient.prototype, 'query');
  await migrate(await ormWith(migrations));
  expect(statements.mock.calls.map(([text]) => text)).toEqual([
    expect.stringMatching(/^select .* from pg_attribute/s),
    expect.stringMatching(/^select .* from "mikro_orm_migrations"$/),
  ]);
});

test('a migration that was edited after it ran is refused', async () => {
  await migrate(await ormWith(migrations));
  await pool.query(`update mikro_orm_migrations set checksum = 'other' where name = '002-businesses'`);
  await expect(migrate(await ormWith(migrations))).rejects.toThrow(
    /migration 002-businesses is not the one that ran/,
  );
});

test('a database of a newer release is refused by an older one, which changes nothing', async () => {
  await migrate(await ormWith(migrations));
  const before = await recorded();
  const older = migrations.slice(0, -1);
  await expect(migrate(await ormWith(older), older)).rejects.toThrow(
    new RegExp(`belongs to a newer release \\(${migrations.at(-1)?.name ?? ''} ran`),
  );
  expect(await recorded()).toEqual(before);
});
