import { connect } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import { insertCluster } from '../edge/support/world.js';
import { useServer } from '../support/useServer.js';
import { send } from '../support/rest.js';
import { startServer } from '../support/server.js';

const NAME = '平台 é';

const server = useServer(() => startServer());
let token: string;
beforeAll(async () => {
  token = await server.adminToken();
  await send(`${server.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name: NAME, protocol: 'http', host: 'h', port: '' },
  });
  await insertCluster(server, { name: NAME });
});

/** The answer to a request whose target is sent byte for byte. */
async function get(target: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\nAuthorization: ${token}\r\n\r\n`,
  );
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
}

test.each([
  ['as it should be sent', encodeURIComponent(NAME)],
  ['with a plus for a space', encodeURIComponent(NAME).replace('%20', '+')],
])('a query beyond ASCII, %s', async (_name, text) => {
  expect(await get(`/sys/transmit/v1/routes?name=${text}`)).toContain(`"name":"${NAME}"`);
});

test('a path beyond ASCII', async () => {
  expect(await get(`/v1/cluster/label/${encodeURIComponent(NAME)}`)).toContain('"code":200');
});

test.each([
  ['?name=100%', 200],
  ['?name=%zz', 200],
  ['?name=a%e9', 400],
  ['?%e9=a', 400],
  ['?&&=&=x&__proto__=x&constructor=y', 200],
])('%s is answered %i', async (search, status) => {
  expect(await get(`/sys/transmit/v1/routes${search}`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test.each(['%', '%zz', '%ff', '%c3%28'])(
  'a path of %s is malformed, in the words of each system',
  async (part) => {
    expect(await get(`/sys/transmit/v1/routes/${part}`)).toMatch(
      /^HTTP\/1.1 400 [^]*"code":"BAD_PARAMETER"[^]*path/,
    );
    expect(await get(`/v1/cluster/label/${part}`)).toMatch(/^HTTP\/1.1 422 [^]*path/);
  },
);
