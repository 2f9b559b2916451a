import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/modules.js';
import { TEST_DATABASE_URL, createPostgres } from '../support/database.js';
import { closedPort, tcpUpstream } from '../support/upstream.js';

const logger = pino({ level: 'silent' });

/** What is said of a database that does not open, which must be one line. */
async function failureOf(DATABASE_URL: string, DATA_DIR = ''): Promise<string> {
  const opening = openDatabase({ DATABASE_URL, DATABASE_POOL: 2, DATA_DIR }, ENTITIES, logger);
  const error = await opening.then(
    () => undefined,
    (failure: unknown) => failure as Error,
  );
  expect(error).toMatchObject({ name: 'DomainError', message: expect.not.stringMatching(/\n/) });
  return error?.message ?? '';
}

test('nobody at the address', async () => {
  const port = await closedPort();
  expect(await failureOf(`postgres://user:secret@127.0.0.1:${port}/x`)).toBe(
    `DATABASE_URL: connect ECONNREFUSED 127.0.0.1:${port}; start PostgreSQL there, or correct host and port`,
  );
});

test('a name that nobody knows', async () => {
  expect(await failureOf('postgres://user:secret@nobody.invalid/x')).toMatch(
    /^DATABASE_URL: .*nobody\.invalid; correct the name of the host$/,
  );
});

test('a server that does not speak TLS', async () => {
  const server = await tcpUpstream((socket) => socket.on('data', () => socket.write('N')));
  onTestFinished(() => server.close());
  expect(await failureOf(`postgres://user:secret@127.0.0.1:${server.port}/x?sslmode=verify-full`)).toMatch(
    /^DATABASE_URL: .*; let it speak TLS, or take sslmode from DATABASE_URL$/,
  );
});

/** AuthenticationOk and ReadyForQuery, as PostgreSQL's protocol spells them. */
const WELCOME = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');

test('a server that lets in and then does not answer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = Promise.withResolvers<void>();
  const server = await tcpUpstream((socket) => {
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.once('data', () => asked.resolve());
    });
  });
  onTestFinished(() => server.close());
  const failure = failureOf(`postgres://user:secret@127.0.0.1:${server.port}/x`);
  await asked.promise;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await failure).toMatch(/^DATABASE_URL: .*; see whether PostgreSQL answers at that host and port$/);
});

test('a file that the address names and that is not there', async () => {
  expect(await failureOf('postgres://user:secret@127.0.0.1/x?sslrootcert=/nowhere')).toMatch(
    /^DATABASE_URL: .*\/nowhere'; correct the file that it names$/,
  );
});

test('an embedded database that has lost the file that tells its version is not begun anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-broken-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = { DATABASE_URL: '', DATABASE_POOL: 2, DATA_DIR: folder };
  await (await openDatabase(config, ENTITIES, logger)).close();
  await (await openDatabase(config, ENTITIES, logger)).close();
  rmSync(join(folder, 'database/PG_VERSION'));
  expect(await failureOf('', folder)).toMatch(/PG_VERSION is missing.*restore it from a backup/);
});

test('an embedded database that was begun and never made to its end is begun anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-begun-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const place = join(folder, 'database');
  mkdirSync(join(place, 'base'), { recursive: true });
  for (const name of ['PG_VERSION', 'base/cut-off']) writeFileSync(join(place, name), '17');
  writeFileSync(join(place, 'isthmus'), 'begun\n');
  const config = { DATABASE_URL: '', DATABASE_POOL: 2, DATA_DIR: folder };
  const database = await openDatabase(config, ENTITIES, logger);
  await database.query('create table kept ()');
  await database.close();
  expect(existsSync(join(place, 'base/cut-off'))).toBe(false);
  const again = await openDatabase(config, ENTITIES, logger);
  expect((await again.query('select * from kept')).rows).toEqual([]);
  await again.close();
});

test('an embedded database that is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-broken-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'database'));
  writeFileSync(join(folder, 'database/PG_VERSION'), '17');
  expect(await failureOf('', folder)).toMatch(
    /^DATA_DIR: the embedded database in \S+ cannot be opened \(.+\); restore it from a backup, or set another DATA_DIR$/,
  );
});

describe.runIf(TEST_DATABASE_URL)('on PostgreSQL', () => {
  test('another user, no such database, and a user without rights', async () => {
    const database = await createPostgres();
    const role = `isthmus_poor_${process.pid}`;
    onTestFinished(async () => {
      await database.drop();
    });
    await database.execute(`create role ${role} login`);
    onTestFinished(async () => {
      await database.execute(`drop owned by ${role}; drop role ${role}`);
    });
    const url = new URL(database.url);
    url.username = role;
    expect(await failureOf(url.href)).toMatch(
      /^DATABASE_URL: permission denied for schema public; make the user the owner/,
    );
    const check = async (policy: 'expect' | 'migrate', user: string) => {
      url.username = user;
      const config = { DATABASE_URL: url.href, DATABASE_POOL: 2, DATA_DIR: '' };
      await (await openDatabase(config, ENTITIES, logger, { policy })).close();
    };
    const refused = async (reason: RegExp) => expect(check('expect', role)).rejects.toThrow(reason);
    await refused(/^DATABASE_URL: its user lacks CREATE on the database; make it the owner/);
    await database.execute(`grant create on database ${url.pathname.slice(1)} to ${role}`);
    await refused(/its user lacks CREATE on the schema public; /);
    await check('migrate', 'isthmus');
    await database.execute(`grant select on all tables in schema public to ${role}`);
    await refused(/its user may not read and write \d+ of our tables, such as aggregate_hosts; /);
    await database.execute(`grant insert, update, delete on all tables in schema public to ${role}`);
    await check('expect', role);
    await database.execute(`grant create on schema public to ${role};
      delete from mikro_orm_migrations where name = '020-platform-documents'`);
    await refused(/its user does not own \d+ of our tables, such as aggregate_hosts; /);
    url.username = 'nobody';
    expect(await failureOf(url.href)).toMatch(/^DATABASE_URL: .*"nobody".*; correct user and password/);
    url.pathname = '/nowhere';
    url.username = 'isthmus';
    expect(await failureOf(url.href)).toMatch(/^DATABASE_URL: .*"nowhere" does not exist; create it/);
  });
});

/** Nobody's user, where these tests run as one who may write everywhere. */
const NOBODY = 65_534;

test('a folder to which this user may not write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-foreign-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Else its mode would be changed first.
  writeFileSync(join(folder, 'other'), '');
  chmodSync(folder, 0o555);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    expect(await failureOf('', folder)).toBe(
      `DATA_DIR ${folder} cannot be used: this user may not; set another, or give this user the right to write there`,
    );
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o700);
  }
});
