import net, { type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { takeMigrationLock } from '../../src/database/migrate.js';
import { SessionClient } from '../../src/database/sessionClient.js';
import { ENTITIES } from '../../src/modules.js';
import { connect } from '../graphql/socket.js';
import { HAS_POSTGRES, type PostgresServer, startPostgresServer } from '../support/postgresServer.js';
import { type TestServer, query, startServer } from '../support/server.js';

/** Passes everything on, until those connections that name themselves so in their first packet are told nothing more. */
async function startWire(port: number, name: string) {
  let isSilent = false;
  const proxy = net.createServer((client) => {
    const server = net.connect(port, '127.0.0.1');
    let isListener = false;
    client.once('data', (first) => (isListener = first.includes(name)));
    const mayPass = () => !(isSilent && isListener);
    client.on('data', (chunk) => mayPass() && server.write(chunk));
    server.on('data', (chunk) => mayPass() && client.write(chunk));
    client.on('error', () => server.destroy()).on('close', () => server.destroy());
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    silence: (silent: boolean) => (isSilent = silent),
    close: () => proxy.close(),
  };
}

describe.runIf(HAS_POSTGRES)('a connection that listens and is silent', () => {
  const key = Buffer.alloc(32, 7).toString('base64');
  let postgres: PostgresServer;
  let wire: Awaited<ReturnType<typeof startWire>>;
  let behind: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    postgres = await startPostgresServer();
    await postgres.run('create database isthmus');
    const url = postgres.url('isthmus');
    wire = await startWire(Number(new URL(url).port), 'isthmus listener');
    const open = async (place: string) =>
      openDatabase(
        { DATABASE_URL: place, DATABASE_POOL: 4, DATA_DIR: '' },
        ENTITIES,
        pino({ level: 'silent' }),
      );
    other = await startServer({ SECRET_KEY: key }, { database: await open(url) });
    const through = new URL(url);
    through.port = String(wire.port);
    behind = await startServer({ SECRET_KEY: key }, { database: await open(through.href) });
  });
  afterAll(async () => {
    wire.silence(false);
    await behind.stop();
    await other.stop();
    wire.close();
    await postgres.remove();
  });

  test('is found, and nothing cached is believed meanwhile; who subscribes is told to come again', async () => {
    const [ended, token] = [await other.adminToken(), await other.adminToken()];
    const whoami = async () => (await query(behind.url, '{ viewer { name } }', { token: ended })).data;
    expect(await whoami()).toMatchObject({ viewer: { name: 'admin' } });
    const socket = connect(behind.url, { token });
    onTestFinished(() => socket.close());
    socket.results({ query: 'subscription { platformChanged { id } }' });
    // A query on the same socket is answered once the subscription runs.
    await socket.run({ query: '{ viewer { name } }' });

    wire.silence(true);
    await fetch(`${other.url}/v1/authorization`, { method: 'DELETE', headers: { authorization: ended } });
    await expect.poll(() => behind.database.notifications.isConnected, { timeout: 3000 }).toBe(false);
    expect(await whoami()).toMatchObject({ viewer: null });
    expect(await (await fetch(`${behind.url}/readyz`)).json()).toMatchObject({ status: 'ok' });

    wire.silence(false);
    expect((await socket.closed).code).toBe(1012);
    await expect.poll(() => behind.database.notifications.isConnected).toBe(true);
  });

  test('a start waits for another replica that migrates, says so, and gives up after a time', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const clients = [0, 1].map(() => new SessionClient({ connectionString: postgres.url('isthmus') }));
    for (const client of clients) await client.connect();
    const [first, second] = clients as [SessionClient, SessionClient];
    await takeMigrationLock(first, logger);
    await expect(takeMigrationLock(second, logger, 600)).rejects.toThrow(/another replica has been bringing/);
    expect(lines.join('')).toContain('waiting for another replica');
    await first.end();
    await takeMigrationLock(second, logger);
    await second.end();
  });

  test('a start says which database it waits for, and gives up after a time', async () => {
    const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const lines: string[] = [];
    const url = `postgres://isthmus:secret@127.0.0.1:${port}/isthmus`;
    const opening = openDatabase(
      { DATABASE_URL: url, DATABASE_POOL: 4, DATA_DIR: '' },
      ENTITIES,
      pino({}, { write: (line) => void lines.push(line) }),
    );
    await expect(opening).rejects.toThrow(/DATABASE_URL: .*see whether PostgreSQL answers/);
    expect(lines.join('')).toContain(`waiting for the database at 127.0.0.1:${port}/isthmus`);
    expect(lines.join('')).not.toContain('secret');
  });
});
