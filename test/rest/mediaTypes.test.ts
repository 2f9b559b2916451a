import { beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, uniqueName } from '../support/people.js';
import { sendRaw } from '../support/rest.js';
import { ADMIN, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';

const server = useServer(() => startServer({ LOGIN_FAILURES: '1000' }));
let token: string;
beforeAll(async () => {
  token = await server.adminToken();
});

const platform = () => ({ name: 'n', protocol: 'http', host: 'h', port: '' });
const user = () => ({
  user: uniqueName('u'),
  password: PASSWORD,
  phone: '12345',
  realName: 'R',
  isAdmin: false,
});

/** What is open to callers without a token, from a trusted network or to everybody. */
const OPEN: [path: string, body: () => object, refused: number][] = [
  ['/sys/transmit/v1/routes', platform, 400],
  ['/api/sys/transmit/v1/routes', platform, 400],
  ['/v1/authorization', () => ADMIN, 415],
  ['/v1/user', user, 415],
  ['/api/v1/login', () => ({ name: ADMIN.user, password: ADMIN.password }), 415],
  ['/api/ericic/v1/sign', () => ({ name: uniqueName('u'), password: PASSWORD }), 415],
  ['/api/v1/refresh', () => ({ refresh_token: 'x' }), 415],
  ['/api/v1/logout', () => ({ refresh_token: 'x' }), 415],
];

async function post(path: string, body: object, headers: Record<string, string>): Promise<number> {
  const response = await sendRaw(server.url + path, { method: 'POST', body: JSON.stringify(body), headers });
  return response.status;
}

describe.each(OPEN)('POST %s', (path, body, refused) => {
  test.each([
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'text/plain;charset=UTF-8' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'text/plain; application/json' },
    { 'content-type': '' },
  ])('without a token, %j could be a page of another site: refused', async (headers) => {
    expect(await post(path, body(), headers)).toBe(refused);
  });

  test.each([
    'application/json',
    'Application/JSON; Charset=utf8',
    'application/json;charset="UTF8"',
    'application/json; charset=UTF-8',
    'application/vnd.api+json',
  ])('%s is JSON', async (type) => {
    const status = await post(path, body(), { 'content-type': type });
    expect([200, 201, 401]).toContain(status);
  });

  test.each(['application/json; charset=utf88', 'application/json; charset=utf8-x', 'application/jsonp'])(
    '%s is something else',
    async (type) => {
      expect(await post(path, body(), { 'content-type': type })).toBe(refused);
    },
  );

  test('with a token, a script may leave the type out', async () => {
    const status = await post(path, body(), { authorization: token });
    expect([200, 201, 401]).toContain(status);
  });
});

test('what a page cannot send unasked needs no type', async () => {
  const body = JSON.stringify({ name: 'nothing' });
  const listed = await sendRaw(`${server.url}/sys/transmit/v1/routes`, { body });
  expect(await listed.json()).toMatchObject({ data: [] });
  const unknown = '00000000-0000-4000-8000-000000000000';
  const changed = await sendRaw(`${server.url}/sys/transmit/v1/routes/${unknown}`, { method: 'PUT', body });
  expect(await changed.json()).toMatchObject({ code: 'PLATFORM_NOT_FOUND' });
});
