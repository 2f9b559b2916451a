import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { curlOf } from '../../src/site/playground/client/curl.js';
import { fragmentOf, linkedBy } from '../../src/site/playground/client/link.js';
import { withoutSecretLiterals } from '../../src/site/playground/client/secretLiterals.js';

const run = promisify(execFile);

interface Seen {
  headers: Record<string, unknown>;
  body: unknown;
}

async function listen(): Promise<{ url: string; seen: Seen[]; texts: string[] }> {
  const seen: Seen[] = [];
  const texts: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      texts.push(body);
      seen.push({ headers: request.headers, body: JSON.parse(body) });
      return response.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, seen, texts };
}

const HOSTILE = `query Q($a: String) { a(b: "it's $HOME \`id\` \\\\ \\"x\\"", c: $a) { é } }\n# '; exit 1 #`;

test('an operation as curl arrives as it was written, whatever it holds, with the token of the shell', async () => {
  const { url, seen } = await listen();
  const variables = JSON.stringify({ a: `'"\\\n$(false)` });
  const { text: command } = curlOf({ url, query: HOSTILE, variables, isSubscription: false, hasToken: true });
  await run('bash', ['-c', command], { env: { ...process.env, TOKEN: 'a.b.c' } });
  expect(seen).toEqual([
    {
      headers: expect.objectContaining({
        authorization: 'Bearer a.b.c',
        'content-type': 'application/json',
      }),
      body: { query: HOSTILE, variables: JSON.parse(variables) },
    },
  ]);
});

test('a subscription as curl asks for a stream, and one without a token sends none', async () => {
  const { url, seen } = await listen();
  const { text: command } = curlOf({
    url,
    query: 'subscription { a }',
    isSubscription: true,
    hasToken: false,
  });
  expect(command).toContain('curl -sN ');
  await run('bash', ['-c', command]);
  expect(seen[0]?.headers).toMatchObject({ accept: 'text/event-stream' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
  expect(seen[0]?.body).toEqual({ query: 'subscription { a }' });
});

test('a command takes secrets from the shell, and keeps the digits of numbers', async () => {
  const { url, texts } = await listen();
  const variables = `{
    "id": 9007199254740993, "share": 0.10, "note": "$$ $MY_PASSWORD 'x'",
    "input": { "lcmPwd": "p'1", "password": "p2", "secrets": ["p2", { "accessKey": "p3", "size": 1e400 }], "token": "" },
    "other": { "password": "p4", "password'$(touch x)": "p5", "name": "n" }
  }`;
  const command = curlOf({ url, query: '{ a }', variables, isSubscription: false, hasToken: false });
  const held = {
    MY_LCM_PWD: "p'1",
    MY_PASSWORD: 'p2',
    MY_SECRETS: 'p2',
    MY_SECRETS_ACCESS_KEY: 'p3',
    MY_PASSWORD_2: 'p4',
    MY_PASSWORD_TOUCH_X_: 'p5',
  };
  expect(command.secrets).toEqual(Object.keys(held));
  for (const secret of Object.values(held)) expect(command.text).not.toContain(secret);
  await run('bash', ['-c', command.text], { env: { ...process.env, ...held } });
  const typed = JSON.stringify(JSON.parse(variables));
  expect(texts).toEqual([
    `{"query":"{ a }","variables":${typed
      .replace('9007199254740992', '9007199254740993')
      .replace('0.1,', '0.10,')
      .replace('"size":null', '"size":1e400')}}`,
  ]);
});

test('a link keeps the digits of numbers', () => {
  const fragment = fragmentOf({ query: '{ a }', variables: '{"id": 9007199254740993, "apiKey": 1.0}' });
  expect(linkedBy(fragment)).toMatchObject({ variables: '{\n  "id": 9007199254740993,\n  "apiKey": 1.0\n}' });
});

test('a link brings an operation along, without the secrets among its variables', () => {
  const variables = { name: 'a&b=c#d', input: { lcmPwd: 'x', credentials: { accessKey: 'x' }, port: 1 } };
  const fragment = fragmentOf({ query: HOSTILE, variables: JSON.stringify(variables) });
  const linked = linkedBy(fragment);
  if (!linked || !('query' in linked)) throw new Error('the link names no operation');
  expect(linked.query).toBe(HOSTILE);
  expect(JSON.parse(linked.variables ?? '')).toEqual({
    name: 'a&b=c#d',
    input: { lcmPwd: '', credentials: '', port: 1 },
  });
  expect(linkedBy(fragmentOf({ query: '{ a }', variables: '{ "password": "half' }))).toEqual({
    query: '{ a }',
    variables: '',
  });
  expect(linkedBy(fragmentOf({ example: 'Clusters' }))).toEqual({ example: 'Clusters' });
  expect(linkedBy('#elsewhere')).toBe(undefined);
});

test.each([
  [
    'mutation { a(user: "u", password: "p") { b } } # "c"',
    'mutation { a(user: "u", password: "") { b } } # "c"',
  ],
  [
    '{ a(input: { lcmPwd: """p"q""", n: 1, credentials: { access: "p" } }, tokens: ["p"]) }',
    '{ a(input: { lcmPwd: "", n: 1, credentials: "" }, tokens: "") }',
  ],
  [
    'query ($token: String = "p", $a: Int) { a(token: $token) }',
    'query ($token: String = "", $a: Int) { a(token: $token) }',
  ],
  [`{ a(b: "it's", primaryKey: 1) } # password: "p"`, `{ a(b: "it's", primaryKey: 1) } # password: "p"`],
  ['{ a(user: "u", password: "p\\"q"', '{ a(user: "", password: ""'],
  ['{ a(b: "', '{ a(b: ""'],
])('a link brings %s along without secrets', (query, expected) => {
  expect(withoutSecretLiterals(query)).toBe(expected);
});
