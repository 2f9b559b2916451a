import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, startServer } from '../support/server.js';
import { post } from './client.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('requests that cannot be read', () => {
  test.each([
    ['not JSON', '{"query": ', {}, 400, 'BAD_USER_INPUT', 'the body is not JSON'],
    ['a number', '7', {}, 400, 'BAD_USER_INPUT', 'the body is not JSON'],
    ['a text in place of the body', '"x"', {}, 400, 'BAD_USER_INPUT', 'the body is not JSON'],
    ['nothing', '', {}, 400, 'BAD_REQUEST', /POST body missing/],
    ['an empty object', '{}', {}, 400, 'BAD_REQUEST', /POST body missing/],
    ['no document', '{"variables":{}}', {}, 400, 'BAD_REQUEST', /non-empty `query`/],
    ['a document that is no text', '{"query":{}}', {}, 400, 'BAD_REQUEST', /must be strings/],
    [
      'variables that are no object',
      '{"query":"{__typename}","variables":[]}',
      {},
      400,
      'BAD_REQUEST',
      /must be an object/,
    ],
    [
      'variables as text',
      '{"query":"{__typename}","variables":"{}"}',
      {},
      400,
      'BAD_REQUEST',
      /as an object/,
    ],
    [
      'XML',
      '<query/>',
      { 'content-type': 'application/xml' },
      415,
      'BAD_USER_INPUT',
      /Content-Type: application\/json/,
    ],
    ['an unknown encoding', '{}', { 'content-encoding': 'zip' }, 415, 'BAD_USER_INPUT', /encoding/],
    [
      'an unknown character set',
      '{}',
      { 'content-type': 'application/json; charset=x-none' },
      415,
      'BAD_USER_INPUT',
      /encoding/,
    ],
    [
      'too large a body',
      JSON.stringify({ query: '{__typename}', x: 'x'.repeat(1_048_576) }),
      {},
      413,
      'BAD_USER_INPUT',
      'the body is too large',
    ],
    [
      'an operation that is not there',
      '{"query":"query A {__typename}","operationName":"B"}',
      {},
      400,
      'OPERATION_RESOLUTION_FAILURE',
      /Unknown operation/,
    ],
    [
      'a name for an operation without',
      '{"query":"{__typename}","operationName":"B"}',
      {},
      400,
      'OPERATION_RESOLUTION_FAILURE',
      /Unknown operation/,
    ],
    [
      'two operations and no choice',
      '{"query":"query A {__typename} query B {__typename}"}',
      {},
      400,
      'OPERATION_RESOLUTION_FAILURE',
      /operation name/,
    ],
    [
      'a persisted query',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
      {},
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
      /NotSupported/,
    ],
  ] as const)('%s', async (_name, body, headers, status, code, message) => {
    const reply = await post(server.url, body, headers);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({
      errors: [{ message: expect.stringMatching(message), extensions: { code, requestId: reply.requestId } }],
    });
    expect(reply.body.errors).toHaveLength(1);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('%s', async (method) => {
    const response = await fetch(`${server.url}/graphql`, {
      headers: { 'content-type': 'application/json' },
      body: '{}',
      ...{ method },
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('the request id is the caller’s own where it gives one', async () => {
    const reply = await post(server.url, '{', { 'x-request-id': 'my-own-id-1' });
    expect(reply.requestId).toBe('my-own-id-1');
    expect(reply.body.errors[0]?.extensions['requestId']).toBe('my-own-id-1');
  });
});
