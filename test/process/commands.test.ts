import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../../src/app.js';
import { COMMANDS } from '../../src/commands/index.js';
import { withDatabase } from '../../src/commands/withDatabase.js';
import { readConfig } from '../../src/config/config.js';
import { embeddedPool } from '../../src/database/embedded.js';
import { EmbeddedThread } from '../../src/database/embeddedThread.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { type EmptyDatabase, TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import type { Environment } from '../support/server.js';

const logger = pino({ level: 'silent' });
const loggers = { logger, requests: logger };
const key = generateSecretKey();
const later = generateSecretKey();

let folder: string;
let postgres: EmptyDatabase | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'isthmus-commands-'));
  postgres = TEST_DATABASE_URL ? await createPostgres() : undefined;
});
afterAll(async () => {
  await postgres?.drop();
  rmSync(folder, { recursive: true });
});

const configOf = (environment: Environment = {}) =>
  readConfig({
    DATA_DIR: join(folder, 'data'),
    DATABASE_URL: postgres?.url,
    SECRET_KEY: key,
    ...environment,
  });

/** The exit code, and what was printed. */
async function run(name: string, environment?: Environment): Promise<[code: number, output: string]> {
  const lines: string[] = [];
  const command = COMMANDS[name];
  if (!command) throw new Error(`there is no command ${name}`);
  const { run: execute } = await command.load();
  const code = await execute(configOf(environment), loggers, (line) => lines.push(line));
  return [code, lines.join('\n')];
}

async function tables(): Promise<string[]> {
  const { rows } = await withDatabase(
    configOf(),
    loggers,
    async ({ database }) =>
      database.query(
        `select table_schema || '.' || table_name as "name" from information_schema.tables where table_schema in ('public', 'jobs')`,
      ),
    'expect',
  );
  return rows.map(({ name }) => String(name));
}

/** Milliseconds: each command opens and closes the embedded database, which takes seconds on a busy machine. */
const PATIENCE = 120_000;

test(
  'one after another: a check before the first start, a migration, checks of the key, a change of the key',
  { timeout: PATIENCE },
  async () => {
    // What the first start would refuse.
    await expect(run('check', { ADMIN_PASSWORD: 'weak' })).rejects.toThrow(/ADMIN_PASSWORD/);
    await expect(run('check', { HELM_BIN: '/nowhere/helm' })).rejects.toThrow(/HELM_BIN \S+ cannot be run/);
    const [code, output] = await run('check');
    expect(code).toBe(2);
    if (postgres) {
      expect(output).toMatch(/can start, but the database lacks 001-foundation, /);
      expect(await postgres.execute(`select 1 from pg_tables where schemaname = 'public'`)).toEqual([]);
    } else {
      expect(output).toMatch(/There is no database in \S+ yet/);
      expect(readdirSync(folder)).toEqual([]);
    }

    expect(await run('migrate')).toEqual([0, 'The database is up to date.']);
    expect(await tables()).toEqual(expect.arrayContaining(['public.platforms', 'jobs.queue']));
    expect(await run('check')).toEqual([
      0,
      expect.stringMatching(/can start: settings, database, migrations and keys/),
    ]);
    // There is none yet.
    await expect(run('check', { ADMIN_USER: ' ' })).rejects.toThrow(/ADMIN_USER/);

    // Which belongs to the key from now on.
    expect(await run('rewrap')).toEqual([0, expect.stringMatching(/^0 secrets were sealed anew/)]);
    await expect(run('check', { SECRET_KEY: later })).rejects.toThrow(/SECRET_KEY is not the key/);
    expect((await run('check', { SECRET_KEY: later, SECRET_KEYS_PREVIOUS: key }))[0]).toBe(0);
    // A check changed nothing: the key is still the first.
    expect((await run('check'))[0]).toBe(0);
    expect((await run('rewrap', { SECRET_KEY: later, SECRET_KEYS_PREVIOUS: key }))[1]).toMatch(
      /No secret is left under an earlier key/,
    );
    await expect(run('check')).rejects.toThrow(/SECRET_KEY is not the key/);
  },
);

/** Of another database than the one here, or of none. */
const FOREIGN = generateSecretKey();

test(
  'a database under another key is refused before it is brought up to date',
  { timeout: PATIENCE },
  async () => {
    await withDatabase(configOf({ SECRET_KEY: later }), loggers, async ({ database }) =>
      database.query(`delete from "mikro_orm_migrations" where "name" = '004-namespaces'`),
    );
    const foreign = configOf({ SECRET_KEY: FOREIGN });
    for (const name of Object.keys(COMMANDS))
      await expect(run(name, { SECRET_KEY: FOREIGN })).rejects.toThrow(/SECRET_KEY is not the key/);
    await expect(startApp(foreign, loggers)).rejects.toThrow(/SECRET_KEY is not the key/);
    expect((await run('check', { SECRET_KEY: later }))[0]).toBe(2);
  },
);

test('no database is made for a key that is none', async () => {
  const config = configOf({ SECRET_KEY: 'c2hvcnQ=', DATA_DIR: join(folder, 'never') });
  await expect(startApp(config, loggers)).rejects.toThrow(/SECRET_KEY must be 32 bytes/);
  expect(readdirSync(folder)).not.toContain('never');
});

test('a database whose last migration is missing is not taken for one that is up to date', async () => {
  expect(await run('check', { SECRET_KEY: later })).toEqual([
    2,
    expect.stringMatching(/can start, but the database lacks 004-namespaces; /),
  ]);
});

/** Past the program, which would refuse to open what is wrong. */
async function change(sql: string): Promise<void> {
  if (postgres) return void (await postgres.execute(sql));
  const thread = await EmbeddedThread.open({ folder: join(folder, 'data', 'database') });
  await embeddedPool(thread).query(sql);
  await thread.close();
}

test('a database of a newer release, and one on which another migration ran, are refused', async () => {
  await change(`insert into "mikro_orm_migrations" ("name") values ('999-later')`);
  await expect(run('check', { SECRET_KEY: later })).rejects.toThrow(
    /belongs to a newer release \(999-later ran/,
  );
  await change(`delete from "mikro_orm_migrations" where "name" = '999-later';
    update "mikro_orm_migrations" set "checksum" = 'other' where "name" = '002-businesses'`);
  await expect(run('check', { SECRET_KEY: later })).rejects.toThrow(/002-businesses is not the one that ran/);
});

describe.runIf(!TEST_DATABASE_URL)('a key file', () => {
  const file = () => join(folder, 'data', 'secret.key');
  const unset = { SECRET_KEY: '' };

  test.each([
    [
      'with another key',
      FOREIGN,
      /the key in \S+secret\.key is not the key under which this database was set up; restore/,
    ],
    ['that is empty', '', /secret\.key is empty .*; restore it from a backup/],
    ['that was cut off', FOREIGN.slice(9), /secret\.key is damaged .*; restore it from a backup/],
  ])('%s is named, and left as it is', { timeout: PATIENCE }, async (_what, text, refusal) => {
    writeFileSync(file(), text);
    for (const name of Object.keys(COMMANDS)) await expect(run(name, unset), name).rejects.toThrow(refusal);
    await expect(startApp(configOf(unset), loggers)).rejects.toThrow(refusal);
    expect(readFileSync(file(), 'utf8')).toBe(text);
    rmSync(file());
  });

  test('that is gone is missed, and not made anew', async () => {
    for (const name of Object.keys(COMMANDS))
      await expect(run(name, unset)).rejects.toThrow(/secret\.key.* is missing/);
    await expect(startApp(configOf(unset), loggers)).rejects.toThrow(/secret\.key.* is missing/);
    expect(readdirSync(join(folder, 'data'))).not.toContain('secret.key');
  });
});

test.runIf(!TEST_DATABASE_URL)(
  'a check tells what keeps the first start from making a database',
  async () => {
    const DATA_DIR = join(folder, 'first');
    mkdirSync(join(DATA_DIR, 'database'), { recursive: true });
    // As a start leaves it that is killed.
    writeFileSync(join(DATA_DIR, 'database', 'PG_VERSION'), '17');
    writeFileSync(join(DATA_DIR, 'database', 'isthmus'), 'begun\n');
    expect((await run('check', { DATA_DIR }))[0]).toBe(2);
    expect(readdirSync(join(DATA_DIR, 'database'))).toEqual(['PG_VERSION', 'isthmus']);
    await expect(run('check', { DATA_DIR, SECRET_KEY: 'c2hvcnQ=' })).rejects.toThrow(/SECRET_KEY must be 32/);
    writeFileSync(join(DATA_DIR, 'secret.key'), 'cut o');
    await expect(run('check', { DATA_DIR, SECRET_KEY: '' })).rejects.toThrow(/secret\.key is damaged/);
    const file = join(DATA_DIR, 'secret.key');
    await expect(run('check', { DATA_DIR: file })).rejects.toThrow(`DATA_DIR ${file} cannot be used`);
  },
);
