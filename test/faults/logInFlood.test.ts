import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uniqueName } from '../support/people.js';
import { send } from '../support/rest.js';
import { ADMIN, type TestServer, startServer } from '../support/server.js';
import { SECRET_KEY, insertCaller } from '../identity/support/world.js';

describe('a flood of log-ins', () => {
  const FLOOD = 300;
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer(
      { SECRET_KEY, LOGIN_FAILURES: '1000' },
      // What keeps a flood off the others is that hashes are dear.
      { hashCost: { memoryCost: 19_456, timeCost: 2, parallelism: 1 } },
    );
  });
  afterAll(() => server.stop());
  const attempt = async (user: string) =>
    send(`${server.url}/v1/authorization`, { method: 'POST', body: { user, password: ADMIN.password } });

  test('leaves others served, gets its surplus refused, and everything works afterwards', async () => {
    const { token } = await insertCaller(server);
    let answered = 0;
    const flood = Array.from({ length: FLOOD }, async (_none, index) => {
      const response = await attempt(index < FLOOD / 2 ? ADMIN.user : uniqueName('nobody'));
      answered += 1;
      return response;
    });
    for (let time = 0; time < 10; time += 1) {
      const other = await send(`${server.url}/v1/authorization`, { headers: { authorization: token } });
      expect(other.status).toBe(200);
    }
    expect(answered).toBeLessThan(FLOOD);
    const responses = await Promise.all(flood);
    const refused = responses.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused) expect(headers.get('retry-after')).toBe('1');
    expect(responses.some(({ status }) => status === 200)).toBe(true);
    expect(responses.filter(({ status }) => ![200, 401, 429].includes(status))).toEqual([]);

    expect((await attempt(ADMIN.user)).status).toBe(200);
    expect((await attempt(uniqueName('nobody'))).status).toBe(401);
  });
});
