import { Client } from 'pg';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { query, startServer } from '../support/server.js';

const SILENT = pino({ level: 'silent' });

/** A database that its administrator has set up in some way: as `create database` and `alter database … set` know it. */
async function databaseWith(settings: Record<string, string>, options = '') {
  const database = await createPostgres(options);
  onTestFinished(async () => void (await database.drop()));
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(settings))
    await database.execute(`alter database ${name} set ${setting} = ${value}`);
  return database;
}

const open = async (url: string) =>
  openDatabase({ DATABASE_URL: url, DATABASE_POOL: 3, DATA_DIR: '' }, ENTITIES, SILENT);

const OTHER_LOCALES: Record<string, string> = {
  'the C locale': `template template0 encoding 'UTF8' locale 'C'`,
  'a Turkish ICU locale': `template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'`,
};

const SETTINGS: Record<string, Record<string, string>> = {
  'another DateStyle': { datestyle: `'German, DMY'` },
  'another IntervalStyle and time zone': { intervalstyle: `'iso_8601'`, timezone: `'Asia/Kathmandu'` },
  'strings with escapes': { standard_conforming_strings: 'off' },
  'another search path': { search_path: `'elsewhere'` },
  'a default to read only': { default_transaction_read_only: 'on' },
  'another isolation and form of bytes': {
    default_transaction_isolation: 'serializable',
    bytea_output: `'escape'`,
    extra_float_digits: '-5',
  },
};

describe.runIf(TEST_DATABASE_URL)('a database with', () => {
  const cases: [string, Record<string, string>, string][] = [
    ...Object.entries(SETTINGS).map(([name, settings]): [string, Record<string, string>, string] => [
      name,
      settings,
      '',
    ]),
    ...Object.entries(OTHER_LOCALES).map(([name, options]): [string, Record<string, string>, string] => [
      name,
      {},
      options,
    ]),
  ];

  test.each(cases)('%s works as any other', async (_name, settings, options) => {
    const { url } = await databaseWith(settings, options);
    const server = await startServer({}, { database: await open(url), background: true });
    onTestFinished(() => server.stop());
    const token = await server.adminToken();
    for (const name of ['ISTANBUL Ärger 報告 😀', 'other'])
      await query(
        server.url,
        'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
        { token, variables: { input: { name, protocol: 'HTTP', host: '127.0.0.1' } } },
      );
    const { data, errors } = await query<{ platforms: { nodes: object[] } }>(
      server.url,
      `{ viewer { name } jobs { totalCount }
         platforms(filter: { name: { contains: "istanbul ärger" } }) { nodes { name } }
         auditEvents(filter: { createdAt: { gt: "2020-01-01T00:00:00Z" } }) { totalCount } }`,
      { token },
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      viewer: { name: 'admin' },
      jobs: { totalCount: 0 },
      platforms: { nodes: [{ name: 'ISTANBUL Ärger 報告 😀' }] },
    });
    const found = await fetch(
      `${server.url}/sys/transmit/v1/routes?name=${encodeURIComponent('ISTANBUL äRGER')}`,
    );
    expect(await found.text()).toContain('ISTANBUL Ärger');
  });

  test('plans of its own for disks and long queries is asked for rows in memory', async () => {
    const { url } = await databaseWith({ random_page_cost: '8', jit: 'on' });
    const database = await open(url);
    onTestFinished(() => database.close());
    const { rows } = await database.query(
      `select current_setting('random_page_cost') as "cost", current_setting('jit') as "jit"`,
    );
    expect(rows).toEqual([{ cost: '1.1', jit: 'off' }]);
  });

  test('long statements ends them itself', async () => {
    const { url } = await databaseWith({});
    const database = await open(url);
    onTestFinished(() => database.close());
    const { rows } = await database.query(`select current_setting('statement_timeout') as "most"`);
    expect(rows).toEqual([{ most: '55s' }]);
  });

  test('no connections for anybody is one that cannot work now', async () => {
    const database = await databaseWith({});
    const opened = await open(database.url);
    onTestFinished(() => opened.close());
    const name = new URL(database.url).pathname.slice(1);
    const administrator = new Client({ connectionString: TEST_DATABASE_URL });
    await administrator.connect();
    onTestFinished(() => administrator.end());
    await administrator.query(`alter database ${name} allow_connections false`);
    await administrator.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    );
    const failure = async () => opened.query('select 1').catch((error: unknown) => error);
    const cause = { code: 'UNAVAILABLE', message: 'the database takes no connections now' };
    await expect.poll(failure).toMatchObject({ cause });
  });

  test('an encoding that cannot hold every text is refused with what to do', async () => {
    const { url } = await databaseWith({}, `template template0 encoding 'LATIN1' locale 'C'`);
    await expect(open(url)).rejects.toThrow(/encoded in LATIN1; make one with: create database .* 'UTF8'/);
  });
});
