import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type EmptyDatabase, TEST_DATABASE_URL, openPostgres } from '../support/database.js';
import { type TestServer, startServer } from '../support/server.js';
import { type Socket, firstAnswer, openSocket } from './support/socket.js';

const UNAUTHORIZED = 4401;
const TRY_AGAIN_LATER = 1013;

describe.runIf(TEST_DATABASE_URL)('while it may be unheard that sessions end', () => {
  let postgres: EmptyDatabase;
  let server: TestServer;
  let ending: Socket;
  let lasting: Socket;
  beforeEach(async () => {
    const opened = await openPostgres(pino({ level: 'silent' }), 3);
    ({ postgres } = opened);
    server = await startServer({}, { database: opened.database });
    ending = await openSocket(server.url, await server.adminToken());
    await postgres.execute('update sessions set ended_at = now()');
    lasting = await openSocket(server.url, await server.adminToken());
  });
  afterEach(() => server.stop());

  /** Nothing can be read of sessions, and messages were missed. */
  const lose = async () => {
    await postgres.execute('alter table sessions rename to aside');
    let gaps = 0;
    const stop = server.database.notifications.onGap(() => (gaps += 1));
    await postgres.cut();
    await expect.poll(() => gaps).toBeGreaterThan(0);
    stop();
  };

  test('they are looked for until the database tells, and only those that ended close their sockets', async () => {
    await lose();
    await postgres.execute('alter table aside rename to sessions');
    expect(await ending.closed).toBe(UNAUTHORIZED);
    const { data } = await firstAnswer(lasting, '{ viewer { name } }');
    expect(data).toEqual({ viewer: { name: 'admin' } });
  });

  test('and the database does not tell for long, sockets close so that their clients come again', async () => {
    await lose();
    expect(await Promise.all([ending.closed, lasting.closed])).toEqual([TRY_AGAIN_LATER, TRY_AGAIN_LATER]);
  });
});
