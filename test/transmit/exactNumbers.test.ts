import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { send } from '../support/rest.js';
import { startServer, type TestServer } from '../support/server.js';
import { httpUpstream, type Upstream } from '../support/upstream.js';

let server: TestServer;
/** Answers with what it was sent. */
let echo: Upstream;
let platformId: string;
let token: string;

beforeAll(async () => {
  server = await startServer();
  echo = await httpUpstream((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    request.pipe(response);
  });
  const answer = await send(`${server.url}/sys/transmit/v1/routes`, {
    method: 'POST',
    body: { name: 'echo', protocol: 'http', host: '127.0.0.1', port: String(echo.port) },
  });
  platformId = ((await answer.json()) as { data: { id: string } }).data.id;
  token = await server.adminToken();
});
afterAll(async () => {
  await server.stop();
  await echo.close();
});

/** The bytes that GraphQL answers to this body. */
async function answerTo(body: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  return (await send(`${server.url}/graphql`, { method: 'POST', body, headers })).text();
}

const BODY = '{"id":9007199254740993,"list":[1e400,1.50,-0,2],"plain":0.1}';
const inputOf = (body: string) => `{"platformId":"${platformId}","method":"POST","path":"/","body":${body}}`;
const QUERY = 'mutation ($input: TransmitInput!) { transmit(input: $input) { body bodyEncoding } }';
const requestOf = (body: string) => `{"query":"${QUERY}","variables":{"input":${inputOf(body)}}}`;

test('numbers keep their digits through variables, to the platform and back', async () => {
  expect(await answerTo(requestOf(BODY))).toBe(
    `{"data":{"transmit":{"body":${BODY},"bodyEncoding":"JSON"}}}\n`,
  );
});

test('numbers keep their digits where they stand in the document', async () => {
  const input = `platformId: \\"${platformId}\\", method: POST, path: \\"/\\"`;
  const literal = `{id: 9007199254740993, list: [1e400, 1.50, -0, $two], plain: 0.1}`;
  const document = `mutation ($two: JSON) { transmit(input: {${input}, body: ${literal}}) { body } }`;
  expect(await answerTo(`{"query":"${document}","variables":{"two":2}}`)).toBe(
    `{"data":{"transmit":{"body":${BODY}}}}\n`,
  );
});

test('a number that stands alone keeps its digits or is refused', async () => {
  expect(await answerTo(requestOf('9007199254740991'))).toContain('"body":9007199254740991,');
  for (const digits of ['9007199254740993', '1e400']) {
    expect(JSON.parse(await answerTo(requestOf(digits)))).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('2^53') }],
    });
  }
});

test('a body that nests deeply is refused as such', async () => {
  for (const levels of [600, 5_000, 200_000]) {
    const answer = await answerTo(requestOf('['.repeat(levels) + ']'.repeat(levels)));
    expect(JSON.parse(answer)).toMatchObject({
      errors: [
        { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('nest deeper than') },
      ],
    });
  }
});

test('numbers keep their digits over a WebSocket', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const messages: string[] = [];
  const next = async (type: string) => {
    await expect.poll(() => messages.at(-1)).toContain(`"type":"${type}"`);
  };
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  await once(socket, 'open');
  socket.send(`{"type":"connection_init","payload":{"token":"${token}"}}`);
  await next('connection_ack');
  socket.send(`{"type":"subscribe","id":"1","payload":${requestOf(BODY)}}`);
  await next('complete');
  expect(messages.at(-2)).toBe(
    `{"id":"1","type":"next","payload":{"data":{"transmit":{"body":${BODY},"bodyEncoding":"JSON"}}}}`,
  );
  socket.terminate();
});
