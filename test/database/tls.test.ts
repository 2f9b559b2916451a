import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { PATIENCE } from '../support/patience.js';
import { readConfig } from '../../src/config/config.js';
import { openDatabase } from '../../src/database/open.js';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { ENTITIES } from '../../src/modules.js';
import { HAS_POSTGRES, type PostgresServer, startPostgresServer } from '../support/postgresServer.js';
import { startServer } from '../support/server.js';

const SECRET_KEY = generateSecretKey();
const fileOf = (name: string) => `${import.meta.dirname}/../transmit/certificates/${name}`;

/** A file in the server's own folder, for its user alone. */
const write = (name: string, text: string) =>
  `copy (select unnest(string_to_array($text$${text.trim()}$text$, E'\\n'))) to program 'umask 077; cat > ${name}'`;

describe.runIf(HAS_POSTGRES)('a PostgreSQL that speaks TLS alone', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgresServer();
    await postgres.run('create database isthmus');
    for (const name of ['server.pem', 'server.key'])
      await postgres.run(write(name, readFileSync(fileOf(name), 'utf8')));
    await postgres.run(write('pg_hba.conf', 'hostssl all all 127.0.0.1/32 trust'));
    for (const [name, value] of Object.entries({
      ssl: 'on',
      ssl_cert_file: 'server.pem',
      ssl_key_file: 'server.key',
    }))
      await postgres.run(`alter system set ${name} = '${value}'`);
    await postgres.run('select pg_reload_conf()');
    // The reload is asynchronous: what it does not let in any more has been turned away.
    await vi.waitUntil(
      async () => (await postgres.run('select 1').then(String, String)).includes('no encryption'),
      PATIENCE,
    );
  });
  afterAll(async () => postgres.remove());

  const open = async (parameters: Record<string, string>) => {
    const url = new URL(postgres.url('isthmus'));
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const config = readConfig({
      DATABASE_URL: url.href,
      SECRET_KEY: generateSecretKey(),
      DATABASE_POOL: '3',
    });
    return openDatabase(config, ENTITIES, pino({ level: 'silent' }));
  };

  /** Who is connected, and whether by TLS. */
  async function connections(): Promise<Map<unknown, unknown>> {
    const client = new Client({
      connectionString: postgres.url('isthmus'),
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(
      `select application_name as "name", bool_and(ssl) as "isSafe" from pg_stat_activity join pg_stat_ssl using (pid)
        where application_name like 'isthmus%' group by 1`,
    );
    await client.end();
    return new Map(rows.map(({ name, isSafe }) => [name, isSafe]));
  }

  test.each<[string, Record<string, string>]>([
    ['verify-full', { sslmode: 'verify-full', sslrootcert: fileOf('ca.pem') }],
    ['require, which is no less', { sslmode: 'require', sslrootcert: fileOf('ca.pem') }],
    ['no-verify', { sslmode: 'no-verify' }],
  ])('is reached by every connection with sslmode=%s', async (_name, parameters) => {
    const server = await startServer({ SECRET_KEY }, { database: await open(parameters), background: true });
    onTestFinished(async () => server.stop());
    expect(await server.adminToken()).not.toBe('');
    await expect.poll(connections).toEqual(
      new Map([
        ['isthmus', true],
        ['isthmus listener', true],
        ['isthmus jobs', true],
      ]),
    );
    expect(server.database.notifications.isConnected).toBe(true);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['an authority that is not known', { sslmode: 'verify-full' }, /add sslrootcert=FILE/],
    ['no TLS', {}, /^DATABASE_URL: .*no encryption; .*sslmode/],
  ])('is not reached with %s, and the failure says what to do', async (_name, parameters, advice) => {
    await expect(open(parameters)).rejects.toThrow(advice);
  });
});
