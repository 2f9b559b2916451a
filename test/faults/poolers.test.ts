import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { startPgbouncer } from '../support/pgbouncer.js';
import { HAS_POSTGRES, type PostgresServer, startPostgresServer } from '../support/postgresServer.js';
import { query, startServer } from '../support/server.js';

describe.runIf(HAS_POSTGRES)('behind PgBouncer', () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgresServer();
    await postgres.run('create database isthmus');
  });
  afterAll(() => postgres.remove());

  const open = async (url: string) =>
    openDatabase({ DATABASE_URL: url, DATABASE_POOL: 4, DATA_DIR: '' }, ENTITIES, pino({ level: 'silent' }));
  const pooler = async (...options: Parameters<typeof startPgbouncer>) => {
    const started = await startPgbouncer(...options);
    onTestFinished(() => started.close());
    return started.url;
  };

  test('that pools sessions everything works, with its settings as they come', async () => {
    const url = await pooler(postgres.url('isthmus'), 'session');
    const server = await startServer({}, { database: await open(url), background: true });
    onTestFinished(() => server.stop());
    const token = await server.adminToken();
    const ask = async () => query(server.url, '{ viewer { name } jobs { totalCount } }', { token });
    expect(await ask()).toMatchObject({ data: { viewer: { name: 'admin' } }, errors: [] });
    await fetch(`${server.url}/v1/authorization`, { method: 'DELETE', headers: { authorization: token } });
    expect((await ask()).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const limits = await server.database.query(
      `select current_setting('lock_timeout') as "lock", current_setting('idle_in_transaction_session_timeout') as "idle"`,
    );
    expect(limits.rows).toEqual([{ lock: '10s', idle: '15s' }]);
  });

  test.each([
    ['transaction', {}],
    ['transaction', { server_round_robin: 1, min_pool_size: 3 }],
    ['transaction', { default_pool_size: 1 }],
    ['statement', {}],
  ] as const)('that pools by %s (%o) the start is refused with what to do', async (mode, settings) => {
    const url = await pooler(postgres.url('isthmus'), mode, settings);
    await expect(open(url)).rejects.toThrow(/DATABASE_URL leads to a pooler .* pool_mode = session/);
  });
});
