import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EmptyDatabase, TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { type TestServer, startServer } from '../support/server.js';
import { pino } from 'pino';

const WRITES = 10;

describe.runIf(TEST_DATABASE_URL)('a database that cuts connections', () => {
  let postgres: EmptyDatabase;
  let server: TestServer;
  beforeAll(async () => {
    const opened = await openPostgres(pino({ level: 'silent' }), 3);
    ({ postgres } = opened);
    server = await startServer({}, { database: opened.database });
  });
  afterAll(() => server.stop());

  const register = async () => {
    const answer = await fetch(`${server.url}/sys/transmit/v1/routes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'a', protocol: 'http', host: '127.0.0.1', port: '1' }),
    });
    await answer.text();
    return answer.status;
  };

  test('while writes are under way is written to again at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const locked = await postgres.hold('lock table platforms in access exclusive mode');
      const writes = Promise.all(Array.from({ length: WRITES }, register));
      await expect
        .poll(async () => (await postgres.execute('select 1 from pg_locks where not granted')).length)
        .toBeGreaterThanOrEqual(3);
      await postgres.cut();
      await locked.release();
      await writes;
      // Those that were cut are made anew, however often that comes.
      await expect.poll(register, { timeout: 1000 }).toBe(200);
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    }
  });
});
