import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalTarget } from '../../../src/connectors/modelarts/canonical.js';
import { signatureOf } from '../../../src/connectors/modelarts/signature.js';
import { type OracleRequest, oraclePath, signedByOracle } from './oracle.js';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const DATE = '20260102T030405Z';
const HOST = 'modelarts.cn-north-4.myhuaweicloud.com';
const KEY = { accessKey: 'AKIDEXAMPLE', secretKey: 'secret: å/+' };
const PROJECT = '0123456789abcdef';

interface Sent {
  method?: string;
  /** Of the path, not encoded. */
  segments?: string[];
  query?: [string, string][];
  contentType?: string;
  body?: string | Uint8Array | null;
  securityToken?: string;
}

const wirePath = (segments: string[]) => `/${segments.map(encodeURIComponent).join('/')}`;
const wireQuery = (query: [string, string][]) =>
  query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

/** What we sign. */
function ours({
  method = 'GET',
  segments = ['v1'],
  query = [],
  contentType,
  body = '',
  securityToken,
}: Sent) {
  const path = wirePath(segments) + (query.length > 0 ? `?${wireQuery(query)}` : '');
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const key = { ...KEY, ...(securityToken !== undefined && { securityToken }) };
  return signatureOf(
    { method, path, host: HOST, contentType, body: bytes },
    { key, projectId: PROJECT, now: NOW },
  );
}

/** What Huawei's package signs of the same request. */
function theirs({
  method = 'GET',
  segments = ['v1'],
  query = [],
  contentType,
  body = '',
  securityToken,
}: Sent) {
  const queryParams: Record<string, string[]> = {};
  for (const [name, value] of query) (queryParams[name] ??= []).push(value);
  const request: OracleRequest = {
    method,
    endpoint: `https://${HOST}/${segments.join('/')}`,
    queryParams,
    headers: {
      'X-Sdk-Date': DATE,
      'X-Project-Id': PROJECT,
      ...(contentType !== undefined && { 'content-type': contentType }),
      ...(securityToken !== undefined && { 'X-Security-Token': securityToken }),
      ...(body === null && { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' }),
    },
    ...(body !== null && body.length > 0 && { bytes: Buffer.from(body) }),
  };
  return signedByOracle(request, KEY);
}

function expectEqual(sent: Sent): void {
  const own = ours(sent);
  expect(own).toMatchObject({ 'X-Sdk-Date': DATE, 'X-Project-Id': PROJECT });
  expect(own['Authorization']).toBe(theirs(sent)['Authorization']);
}

describe('signatures are those of Huawei’s own package', () => {
  test.each<[string, Sent]>([
    ['a plain request', {}],
    ['the root', { segments: [''] }],
    ['a path that ends in a slash', { segments: ['v1', 'p', ''] }],
    ['empty segments', { segments: ['v1', '', 'p'] }],
    ['odd characters in the path', { segments: ['v1', 'a:b@c;d=e,f!g*h(i)', '~._-', '%', '%2F'] }],
    ['other letters in the path', { segments: ['é', '漢字', '😀'] }],
    [
      'a query',
      {
        query: [
          ['limit', '10'],
          ['offset', '0'],
        ],
      },
    ],
    [
      'a query in another order',
      {
        query: [
          ['b', '2'],
          ['a', '1'],
          ['B', '3'],
        ],
      },
    ],
    [
      'a name that repeats, out of order',
      {
        query: [
          ['tag', 'b'],
          ['a', ''],
          ['tag', 'a'],
          ['tag', 'a'],
        ],
      },
    ],
    [
      'names that are sorted before they are encoded',
      {
        query: [
          ['a{', '1'],
          ['aa', '2'],
          ['a b', '3'],
        ],
      },
    ],
    [
      'odd characters in the query',
      {
        query: [
          ['a b+c&d=e', 'f\'g"h%/?#[]{}|\\^`<>\n'],
          ['é漢😀', '😀'],
        ],
      },
    ],
    ['a JSON body', { method: 'POST', contentType: 'application/json', body: '{"name":"é"}' }],
    [
      'bytes',
      { method: 'PUT', contentType: 'application/octet-stream', body: Buffer.from([0, 255, 254, 10, 13]) },
    ],
    ['a body that nobody has read', { method: 'PUT', contentType: 'application/zip', body: null }],
    ['a form', { method: 'POST', contentType: 'multipart/form-data; boundary=x', body: null }],
    ['a temporary key', { securityToken: 'gQpjb...token' }],
  ])('%s', (_what, sent) => {
    expectEqual(sent);
  });

  test('of a JSON body as that package writes it', () => {
    const data = { name: 'x', list: [1, { a: null }] };
    const headers = { 'X-Sdk-Date': DATE, 'X-Project-Id': PROJECT, 'content-type': 'application/json' };
    const request = { method: 'POST', endpoint: `https://${HOST}/v1`, headers, data };
    const own = ours({ method: 'POST', contentType: 'application/json', body: JSON.stringify(data) });
    expect(own['Authorization']).toBe(signedByOracle(request, KEY)['Authorization']);
  });

  test('whatever path, query and body', () => {
    // Without what that package's parser of addresses takes for its own: quotes, brackets, spaces, and the ends of a path.
    const character = fc.constantFrom(...'abzAZ019-._~!$&()*+,;=:@%éß漢😀');
    const segment = fc.string({ unit: character, maxLength: 6 });
    const word = fc.string({
      unit: fc.constantFrom(...' \'"<>`{}|^\\/?#[]&=+%abzAZ019-._~éß漢😀'),
      maxLength: 6,
    });
    const pair = fc.tuple(word, word).filter(([name]) => name !== '__proto__');
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD');
    const body = fc.uint8Array({ maxLength: 64 });
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 5 }),
        fc.array(pair, { maxLength: 6 }),
        method,
        body,
        (segments, query, verb, bytes) => expectEqual({ method: verb, segments, query, body: bytes }),
      ),
      { numRuns: 500 },
    );
  });

  test('of every character in a path', () => {
    const word = fc.string({
      unit: fc.constantFrom(...' \'"<>`{}|^\\?#[]&=+%aZ0-._~éß漢😀\n'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (segments) => {
        expect(canonicalTarget(wirePath(segments)).path).toBe(oraclePath(`/${segments.join('/')}`));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a request as a client spells it', () => {
  test('is signed alike however it is encoded', () => {
    const spelled = (path: string) => canonicalTarget(path);
    const plain = { path: '/v1/a-b/', query: 'q=a%20b' };
    for (const path of [
      '/v1/a-b?q=a%20b',
      '/v1/%61%2Db?q=a+b',
      '/v1/a%2db/?&q=a%20b&',
      '/%76%31/a-b?%71=%61+b',
    ]) {
      expect(spelled(path)).toEqual(plain);
    }
    expect(spelled('/a%2Fb?x=%2f')).toEqual({ path: '/a%2Fb/', query: 'x=%2F' });
  });

  test('keeps bytes that are no text, and percent signs that encode nothing', () => {
    expect(canonicalTarget('/a%ff%zz?b=%FE&c=%&=d&e')).toEqual({
      path: '/a%FF%25zz/',
      query: '=d&b=%FE&c=%25&e=',
    });
  });

  test('a very long one takes no longer than its length', () => {
    const long = `/${'%41'.repeat(100_000)}?${'a=%'.repeat(100_000)}`;
    expect(canonicalTarget(long).path).toHaveLength(100_002);
  });
});
