import { beforeAll, expect, test } from 'vitest';
import { send } from '../../support/rest.js';
import { ADMIN, startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

const server = useServer(() => startServer({ LOGIN_FAILURES: '3' }));
let url: string;
beforeAll(async () => {
  url = `${server.url}/v1/authorization`;
});

const whoami = (token: string) => send(url, { headers: { authorization: token } });

test('a token works bare and as Bearer, and the user name in any case', async () => {
  const response = await send(url, { method: 'POST', body: { user: 'ADMIN', password: ADMIN.password } });
  const { token } = (await response.json()) as { token: string };
  expect((await whoami(token)).status).toBe(200);
  expect((await whoami(`Bearer ${token}`)).status).toBe(200);
});

test.each(['', 'x', 'Bearer', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'])(
  'the token %j is refused',
  async (token) => {
    const response = await whoami(token);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 401 });
  },
);

test('a token with one letter changed is refused', async () => {
  const token = await server.adminToken();
  const [head, body, signature = ''] = token.split('.');
  const changed = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  expect((await whoami([head, body, changed].join('.'))).status).toBe(401);
});

test('logging out ends every token of the session at once', async () => {
  const first = await server.adminToken();
  const renewed = await send(url, { method: 'PUT', headers: { authorization: first } });
  const { token: second } = (await renewed.json()) as { token: string };
  const other = await server.adminToken();
  expect((await whoami(second)).status).toBe(200);
  expect((await send(url, { method: 'DELETE', headers: { authorization: first } })).status).toBe(200);
  expect((await whoami(first)).status).toBe(401);
  expect((await whoami(second)).status).toBe(401);
  expect((await whoami(other)).status).toBe(200);
});

test('wrong fields are named with 422, wrong bodies have their own statuses', async () => {
  const missing = await send(url, { method: 'POST', body: { user: '' } });
  expect(missing.status).toBe(422);
  expect(await missing.json()).toMatchObject({
    code: 422,
    message: expect.stringMatching(/user.*password/) as string,
  });
  expect((await send(url, { method: 'POST', body: '{' })).status).toBe(422);
  expect(
    (await send(url, { method: 'POST', body: 'a', headers: { 'content-type': 'text/plain' } })).status,
  ).toBe(415);
  expect((await send(url, { method: 'POST', body: { user: 'x'.repeat(2_000_000) } })).status).toBe(413);
  expect((await send(url, { method: 'PATCH' })).status).toBe(405);
});

test('an unknown user and a wrong password get the same answer, and too many of them 429', async () => {
  const attempt = (user: string) => send(url, { method: 'POST', body: { user, password: 'wrong' } });
  const unknown = await attempt('nobody');
  const wrong = await attempt(ADMIN.user);
  expect(unknown.status).toBe(401);
  expect(await wrong.json()).toEqual(await unknown.json());
  expect((await attempt('third')).status).toBe(401);
  const refused = await attempt('fourth');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const right = await send(url, { method: 'POST', body: ADMIN });
  expect(right.status).toBe(429);
});

test('neither passwords nor tokens are logged', async () => {
  expect(server.log()).toContain('/v1/authorization');
  expect(server.log()).not.toContain(ADMIN.password);
  expect(server.log()).not.toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
});
