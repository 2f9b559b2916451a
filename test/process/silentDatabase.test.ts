import { expect, onTestFinished, test } from 'vitest';
import { generateSecretKey } from '../../src/kernel/secrets.js';
import { TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { forwarderTo } from '../support/forwarder.js';
import { startProcess } from '../support/process.js';
import { ADMIN } from '../support/server.js';

test.runIf(TEST_DATABASE_URL)('SIGTERM ends the process although the database is silent', async () => {
  const database = await createPostgres();
  const forwarder = await forwarderTo(database.url);
  const server = await startProcess({
    DATABASE_URL: forwarder.url,
    SECRET_KEY: generateSecretKey(),
    ADMIN_PASSWORD: ADMIN.password,
    SHUTDOWN_TIMEOUT: '0',
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
    await forwarder.close();
    await database.drop();
  });
  forwarder.become('silent');
  expect(await server.end('SIGTERM')).toBe(1);
});
