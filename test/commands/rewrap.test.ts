import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/database/database.js';
import { countByKey, rewrap } from '../../src/database/sealed.js';
import { SecretBox, generateSecretKey } from '../../src/kernel/secrets.js';
import { SEALED } from '../../src/modules.js';
import { FakeApiServer } from '../support/kubernetes/server.js';
import { openTestDatabase } from '../support/database.js';
import { type TestServer, query, startServer } from '../support/server.js';

const [first, second, third] = [generateSecretKey(), generateSecretKey(), generateSecretKey()];
const CREDENTIALS = { accessKey: 'AK', secretKey: 'SK' };
const PLATFORMS = 3;

let database: Database;
beforeEach(async () => {
  database = await openTestDatabase(pino({ level: 'silent' }));
});
afterEach(async () => database.close());

/** A server on the one database, under this key, which knows those before. */
async function start(key: string, ...previous: string[]): Promise<TestServer> {
  return startServer(
    { SECRET_KEY: key, SECRET_KEYS_PREVIOUS: previous.join() },
    { database: { ...database, close: async () => {} } },
  );
}

async function register(server: TestServer, name: string): Promise<void> {
  const input = { name, protocol: 'HTTPS', host: 'example.org', credentials: CREDENTIALS };
  const { errors } = await query(
    server.url,
    'mutation ($input: RegisterPlatformInput!) { registerPlatform(input: $input) { platform { id } } }',
    { variables: { input }, token: await server.adminToken() },
  );
  expect(errors).toEqual([]);
}

async function registerCluster(server: TestServer, cluster: FakeApiServer): Promise<void> {
  const { errors } = await query(
    server.url,
    'mutation ($input: RegisterClusterInput!) { registerCluster(input: $input) { cluster { id } } }',
    {
      variables: { input: { name: 'lab', kubeconfig: cluster.kubeconfig() } },
      token: await server.adminToken(),
    },
  );
  expect(errors).toEqual([]);
}

/** What each stored secret is, under these keys. */
async function secrets(box: SecretBox): Promise<string[]> {
  const opened = [];
  for (const { table, key, column, contextOf } of SEALED) {
    const { rows } = await database.query(
      `select "${key}"::text as "key", "${column}" as "text" from "${table}" where "${column}" is not null order by 1`,
    );
    for (const row of rows) opened.push(box.open(String(row['text']), contextOf(String(row['key']))));
  }
  return opened;
}

test(
  'an earlier key is needed until everything is sealed anew, and not after',
  { timeout: 60_000 },
  async () => {
    const cluster = await FakeApiServer.start();
    const server = await start(first);
    for (let index = 0; index < PLATFORMS; index += 1) await register(server, `old-${index}`);
    await registerCluster(server, cluster);
    await server.stop();
    await cluster.close();

    const rotated = await start(second, first);
    await register(rotated, 'new');
    await rotated.stop();

    // The third key comes while the first still holds secrets, and somebody believes it forgotten.
    await expect(start(third, second)).rejects.toThrow(
      /SECRET_KEYS_PREVIOUS lacks a key that still holds stored secrets \(4 of them/,
    );

    const box = new SecretBox(second, [first]);
    const before = await secrets(box);
    expect(before).toHaveLength(PLATFORMS + 2);
    const [current, previous] = box.keyIds;
    expect(await countByKey(database, SEALED)).toEqual(
      new Map([
        [current, 1],
        [previous, PLATFORMS + 1],
      ]),
    );
    expect(await rewrap(database, box, SEALED)).toBe(PLATFORMS + 1);
    expect(await countByKey(database, SEALED)).toEqual(new Map([[current, PLATFORMS + 2]]));
    expect(await rewrap(database, box, SEALED)).toBe(0);
    expect(await secrets(new SecretBox(second))).toEqual(before);
    await (await start(third, second)).stop();
  },
);

test('what changes while it is read stays as it was changed', async () => {
  const server = await start(first);
  await register(server, 'busy');
  await server.stop();
  const box = new SecretBox(second, [first]);
  const [sealed] = SEALED;
  const racing: Database = {
    ...database,
    query: async (sql, parameters) => {
      // Another replica stores something new between the reading and the writing.
      if (sql.startsWith('update')) {
        const { rows } = await database.query('select "id"::text as "id" from "platforms"');
        const id = String(rows[0]?.['id']);
        await database.query('update "platforms" set "credentials" = $1', [
          box.seal('newer', sealed?.contextOf(id) ?? ''),
        ]);
      }
      return database.query(sql, parameters);
    },
  };
  expect(await rewrap(racing, box, SEALED)).toBe(0);
  expect(await secrets(box)).toEqual(['newer']);
});
