import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { rewrap } from '../../src/database/sealed.js';
import { SecretBox, generateSecretKey } from '../../src/kernel/secrets.js';
import { SEALED } from '../../src/modules.js';
import { openTestDatabase } from '../support/database.js';
import { FakeHarbor } from '../support/harbor/server.js';
import { newBusiness, newMember, ote } from '../support/people.js';
import { startServer } from '../support/server.js';
import { HARBOR_PASSWORD } from './support.js';

const [first, second] = [generateSecretKey(), generateSecretKey()];

let database: Database;
let harbor: FakeHarbor;
beforeEach(async () => {
  harbor = await FakeHarbor.start();
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterEach(async () => {
  await database.close();
  await harbor.close();
});

const start = (key: string, ...previous: string[]) =>
  startServer(
    { SECRET_KEY: key, SECRET_KEYS_PREVIOUS: previous.join(), HARBOR_URL: harbor.url },
    { database: { ...database, close: async () => {} } },
  );

test('passwords are sealed with the new key by --rewrap, and used under it alone', async () => {
  const server = await start(first);
  const admin = await newMember(server, await newBusiness(server));
  harbor.store.addUser('pusher', HARBOR_PASSWORD);
  const account = { user: 'pusher', password: HARBOR_PASSWORD };
  const repository = { repositoryId: 'r', address: '127.0.0.1:1', user: 'u', password: 'Pull-Secret-1' };
  expect((await ote(server, 'POST', '/repository/user', admin.token, account)).status).toBe(200);
  expect((await ote(server, 'POST', '/repository/third', admin.token, repository)).status).toBe(200);
  harbor.break('lost', /^PUT /);
  const next = { password: 'Another-Pass-2' };
  expect((await ote(server, 'PUT', '/repository/user', admin.token, next)).status).toBe(500);
  harbor.heal();
  await server.stop();

  await expect(start(second)).rejects.toThrow(/./);
  expect(await rewrap(database, new SecretBox(second, [first]), SEALED)).toBe(3);
  const box = new SecretBox(second);
  for (const { table, key, column, contextOf } of SEALED) {
    const { rows } = await database.query(
      `select "${key}"::text as "key", "${column}" as "text" from "${table}" where "${column}" is not null`,
    );
    for (const row of rows)
      expect(box.open(String(row['text']), contextOf(String(row['key'])))).toMatch(/-[12]$/);
  }
});
