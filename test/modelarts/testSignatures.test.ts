// The signatures that the test server checks, made by Huawei's own package.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { signedByOracle } from '../connectors/modelarts/oracle.js';
import { type AccessKey } from '../support/modelarts/authentication.js';
import { FakeModelArts } from '../support/modelarts/fakeModelArts.js';

const KEY = { accessKey: 'KEY', secretKey: 'secret/+=', securityToken: 'token-of-the-key' };

let fake: FakeModelArts;

beforeAll(async () => {
  fake = await FakeModelArts.start({ accessKey: KEY });
});
afterAll(() => fake.close());
beforeEach(() => fake.reset());

interface Draft {
  method: string;
  path: string;
  query?: Record<string, string | string[]>;
  body?: object;
  headers?: Record<string, string>;
  key?: AccessKey;
}

/** As Huawei's package signs it; whatever is changed afterwards is not signed. */
async function send(draft: Draft, change: { headers?: object; search?: string } = {}): Promise<number> {
  const { method, path, query = {}, body, headers = {}, key = KEY } = draft;
  const signed = signedByOracle(
    {
      endpoint: `${fake.url}${path}`,
      method,
      queryParams: query,
      data: body,
      headers: {
        'content-type': 'application/json',
        ...(key.securityToken !== undefined && { 'X-Security-Token': key.securityToken }),
        ...headers,
      },
    },
    key,
  );
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((each) => [name, each] as [string, string]),
    ),
  );
  const text = search.size === 0 ? '' : `?${search.toString()}`;
  const response = await fetch(`${fake.url}${path}${change.search ?? text}`, {
    method,
    headers: { ...signed, 'content-type': 'application/json', ...change.headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  await response.text();
  return response.status;
}

const notebooks = () => ({ method: 'GET', path: `/v1/${fake.projectId}/notebooks` });
const draft = {
  name: 'grün & "weiß" 🙂',
  image_id: 'image-0',
  volume: { category: 'EFS', ownership: 'MANAGED' },
};

test('are taken for reads, odd queries, bodies and stated hashes', async () => {
  expect(await send(notebooks())).toBe(200);
  expect(await send({ ...notebooks(), query: { name: "a b+c*d~e'(f)!&=%/ü🙂", limit: '5' } })).toBe(200);
  expect(await send({ ...notebooks(), method: 'POST', body: draft })).toBe(201);
  const unsigned = { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' };
  expect(await send({ ...notebooks(), method: 'POST', body: draft, headers: unsigned })).toBe(201);
  expect(fake.requests.every(({ by }) => by === 'signature')).toBe(true);
});

test('of repeated parameters too', async () => {
  const path = `/v1/${fake.projectId}/app-auth/apps`;
  expect(await send({ method: 'GET', path, query: { app_ids: ['b', 'a'] } })).toBe(200);
});

test('are refused where anything differs', async () => {
  const others: [Draft, Parameters<typeof send>[1]?][] = [
    [{ ...notebooks(), key: { ...KEY, secretKey: 'another' } }],
    [{ ...notebooks(), key: { ...KEY, accessKey: 'another' } }],
    [{ ...notebooks(), key: { ...KEY, securityToken: 'another' } }],
    [{ ...notebooks(), query: { limit: '5' } }, { search: '?limit=6' }],
    [notebooks(), { headers: { 'X-Sdk-Date': '20260101T000000Z' } }],
    [
      { ...notebooks(), method: 'POST', body: draft },
      { headers: { 'X-Sdk-Content-Sha256': 'UNSIGNED-PAYLOAD' } },
    ],
    [{ ...notebooks(), headers: { 'X-Sdk-Content-Sha256': 'a'.repeat(64) } }],
  ];
  for (const [request, change] of others)
    expect(await send(request, change), JSON.stringify(request)).toBe(401);
});

test('are refused from another time', async () => {
  fake.skew = 16 * 60_000;
  expect(await send(notebooks())).toBe(401);
  fake.skew = 14 * 60_000;
  expect(await send(notebooks())).toBe(200);
  fake.skew = 0;
});
