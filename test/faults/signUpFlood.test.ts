import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECRET_KEY, insertUser } from '../identity/support/world.js';
import { PASSWORD, ote, uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, startServer } from '../support/server.js';

describe('a flood of sign-ups', () => {
  const FLOOD = 70;
  let server: TestServer;
  beforeAll(async () => {
    // What a flood takes is the work of hashing.
    server = await startServer(
      { SECRET_KEY, TRUSTED_PROXIES: '127.0.0.1/32', LOGIN_FAILURES: '1000' },
      { hashCost: { memoryCost: 19_456, timeCost: 2, parallelism: 1 } },
    );
  });
  afterAll(() => server.stop());
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const signUp = async (user: string, address: string) => {
    const body = { user, password: PASSWORD, phone: '12345', isAdmin: false, realName: 'R' };
    return (await send(`${server.url}/v1/user`, { method: 'POST', body, headers: from(address) })).status;
  };
  const usersCount = async () =>
    Number((await server.database.query('select count(*) as n from users')).rows[0]?.['n']);

  test('keeps nobody from logging in, whether it comes from one address or from many', async () => {
    const flood = Array.from({ length: FLOOD }, async (_none, index) => {
      const address = index % 2 === 0 ? '192.0.2.1' : `198.51.100.${index}`;
      return signUp(uniqueName('stranger'), address);
    });
    for (let time = 0; time < 5; time += 1) {
      expect((await ote(server, 'POST', '/authorization', undefined, ADMIN)).status).toBe(200);
    }
    const statuses = await Promise.all(flood);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });

  test('for a name that is taken costs no hash: none is refused for want of a place in the queue', async () => {
    const { name } = await insertUser(server);
    const before = await usersCount();
    const flood = Array.from({ length: FLOOD }, async (_none, index) =>
      signUp(index % 2 === 0 ? name : name.toUpperCase(), `203.0.113.${index}`),
    );
    expect(new Set(await Promise.all(flood))).toEqual(new Set([409]));
    expect(await usersCount()).toBe(before);
  });

  test('nor does one of log-ins from one address keep those from others out', async () => {
    const logIn = async (user: string, address: string) => {
      const body = { user, password: ADMIN.password };
      return (await send(`${server.url}/v1/authorization`, { method: 'POST', body, headers: from(address) }))
        .status;
    };
    const flood = Array.from({ length: FLOOD }, async () => logIn(uniqueName('nobody'), '192.0.2.7'));
    expect(await logIn(ADMIN.user, '192.0.2.8')).toBe(200);
    expect(await Promise.all(flood)).toContain(429);
  });
});
