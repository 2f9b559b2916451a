import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readPlain } from '../../src/graphql/plainBody.js';
import { type TestServer, startServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** The first is read here, the second by body-parser. */
const TYPES = ['application/json', 'application/json; charset="utf-8"'];

/** The answer to a body that comes in these pieces. */
async function answerTo(type: string, pieces: readonly Buffer[]): Promise<unknown> {
  const length = Buffer.concat(pieces).length;
  const asking = request(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': type, 'Content-Length': length, 'X-Request-Id': 'same' },
  });
  for (const piece of pieces) await new Promise((resolve) => asking.write(piece, resolve));
  asking.end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

const QUERY = '{"query":"{ __typename }"}';
const ANSWER = { status: 200, body: '{"data":{"__typename":"Query"}}\n' };

test.each([
  ['in one piece', [QUERY]],
  ['in pieces', [QUERY.slice(0, 9), QUERY.slice(9)]],
  ['after a byte order mark', [`\uFEFF${QUERY}`]],
  ['after white space', [` \n${QUERY}`]],
])('a query %s is answered, whoever reads it', async (_name, pieces) => {
  for (const type of TYPES) {
    const bytes = pieces.map((piece) => Buffer.from(piece));
    expect(await answerTo(type, bytes)).toEqual(ANSWER);
  }
});

test.each([
  [
    'a letter cut through',
    Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xe4]), Buffer.from('"}')]),
  ],
  ['a list', Buffer.from(`[${QUERY}]`)],
  ['null', Buffer.from('null')],
  ['a number', Buffer.from('7')],
  ['no end', Buffer.from(QUERY.slice(0, -1))],
  [
    'numbers beyond a double',
    Buffer.from('{"query":"query ($n: Int) { __typename }","variables":{"n":1e400}}'),
  ],
  ['much', Buffer.from(`{"query":"{ __typename }","x":"${'x'.repeat(1_100_000)}"}`)],
])('%s has the same answer, whoever reads it', async (_name, bytes) => {
  const [ours, theirs] = await Promise.all(TYPES.map(async (type) => answerTo(type, [bytes])));
  expect(ours).toEqual(theirs);
});

test('who goes away while it sends is no query, and after that nothing more is heard of it', async () => {
  const [gone, answered] = [new PassThrough(), new PassThrough()];
  const done = vi.fn<(thrown: unknown, body?: unknown) => void>();
  readPlain(gone as unknown as IncomingMessage, done);
  gone.write(QUERY.slice(1));
  gone.destroy(new Error('aborted'));
  await new Promise((resolve) => gone.once('close', resolve));
  expect(done.mock.calls).toEqual([[expect.objectContaining({ code: 'BAD_INPUT' })]]);
  readPlain(answered as unknown as IncomingMessage, done);
  answered.end(QUERY);
  await once(answered, 'end');
  expect(done).toHaveBeenLastCalledWith(undefined, JSON.parse(QUERY));
  expect(answered.listenerCount('error')).toBe(0);
});
