import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { startPostgresServer } from '../support/postgresServer.js';

test('a start whose server stands still in its midst tells its failure, and ends', async () => {
  const postgres = await startPostgresServer();
  onTestFinished(async () => {
    postgres.thaw();
    await postgres.remove();
  });
  await postgres.run('create database isthmus');
  const config = { DATABASE_URL: postgres.url('isthmus'), DATABASE_POOL: 2, DATA_DIR: '' };
  const opening = openDatabase(config, ENTITIES, pino({ level: 'silent' }), {
    policy: 'expect',
    guard: async (query) => {
      await query('select 1');
      postgres.freeze();
      throw new Error('what failed');
    },
  });
  await expect(opening).rejects.toThrow('what failed');
});
