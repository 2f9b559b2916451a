import { once } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { connectTo, statusesOf } from '../http/connections.js';
import { type Person, newUser } from '../support/people.js';
import { startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { PATIENT } from '../yamlgen/support/calls.js';
import { EXAMPLE } from '../yamlgen/support/workbooks.js';

const server = useServer(() => startServer({}, PATIENT));
let user: Person;
beforeAll(async () => {
  user = await newUser(server);
});

const DRY_RUN = {
  query: 'mutation ($input: GenerateYamlInput!) { generateYaml(input: $input) { files { name } } }',
  variables: { input: { site: 'GZ', ceeVer: '28', pjtName: 'p', excel: null, yaml: [null], dryRun: true } },
};
const MAP = { book: ['variables.input.excel'], template: ['variables.input.yaml.0'] };
const [TEMPLATE] = EXAMPLE.templates;

const blob = (content: Uint8Array = new Uint8Array()) => new Blob([new Uint8Array(content)]);

interface Parts {
  operations?: unknown;
  map?: unknown;
  files?: [string, Blob, string][];
  headers?: Record<string, string>;
}

const FILES: [string, Blob, string][] = [
  ['book', blob(EXAMPLE.workbook.content), 'w.xlsx'],
  ['template', blob(TEMPLATE?.content), TEMPLATE?.name ?? ''],
];

async function upload({ operations = DRY_RUN, map = MAP, files = FILES, headers }: Parts = {}) {
  const form = new FormData();
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  if (operations !== null) form.append('operations', text(operations));
  if (map !== null) form.append('map', text(map));
  for (const [field, content, name] of files) form.append(field, content, name);
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: headers ?? { authorization: `Bearer ${user.token}` },
    body: form,
  });
  const body = (await response.json()) as {
    data?: unknown;
    errors?: { message: string; extensions: { code: string } }[];
  };
  return {
    status: response.status,
    code: body.errors?.[0]?.extensions.code,
    message: body.errors?.[0]?.message,
    body,
  };
}

test('files come among the variables', async () => {
  expect(await upload()).toMatchObject({
    status: 200,
    body: { data: { generateYaml: { files: [{ name: TEMPLATE?.name }] } } },
  });
});

test('the files may come before the rest', async () => {
  const form = new FormData();
  for (const [field, content, name] of FILES) form.append(field, content, name);
  form.append('map', JSON.stringify(MAP));
  form.append('operations', JSON.stringify(DRY_RUN));
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.token}` },
    body: form,
  });
  expect(await response.json()).toMatchObject({ data: { generateYaml: { files: [{}] } } });
});

test('without a header that browsers do not send by themselves it is refused, and without a token', async () => {
  expect(await upload({ headers: {} })).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  for (const headers of [{ 'apollo-require-preflight': '1' }, { authorization: 'Bearer x' }])
    expect(await upload({ headers })).toMatchObject({ status: 400, code: 'UNAUTHENTICATED' });
});

test('who may not is told before anything is read', async () => {
  const head = (...headers: string[]) =>
    [
      'POST /graphql HTTP/1.1',
      'Host: 127.0.0.1',
      'Content-Type: multipart/form-data; boundary=b',
      'Content-Length: 20000000',
      ...headers,
      '',
      '',
    ].join('\r\n');
  for (const [headers, code] of [
    [[], 'BAD_USER_INPUT'],
    [['Apollo-Require-Preflight: true'], 'UNAUTHENTICATED'],
  ] as const) {
    const peer = connectTo(server.url, head(...headers));
    while (!peer.text().includes('}')) await once(peer.socket, 'data');
    expect(statusesOf(peer.text())).toEqual([400]);
    expect(peer.text()).toContain(`"code":"${code}"`);
    peer.socket.destroy();
  }
});

test.each<[string, Parts, RegExp]>([
  ['no operations', { operations: null }, /^operations: must be there once/],
  ['no map', { map: null }, /^map: must be there once/],
  ['operations that are no JSON', { operations: '{' }, /^operations: is not JSON/],
  ['a map that is no JSON', { map: '{' }, /^map: is not JSON/],
  ['several operations', { operations: [DRY_RUN] }, /^operations: /],
  ['a map of texts', { map: { book: 'variables.input.excel' } }, /^map\.book: /],
  [
    'a file that does not come',
    { map: { ...MAP, other: ['variables.x'] } },
    /^map: there is no file "other"/,
  ],
  [
    'a place outside of the variables',
    { map: { book: ['query'] } },
    /^map: "query" names no place in the variables/,
  ],
  [
    'a place that there is not',
    { map: { book: ['variables.input.other'] } },
    /names no place in the variables/,
  ],
  ['a place in a text', { map: { book: ['variables.input.site.0'] } }, /names no place in the variables/],
  [
    'a place of the prototype',
    { map: { book: ['variables.__proto__.x'] } },
    /names no place in the variables/,
  ],
  ['a place that is taken', { map: { book: ['variables.input.site'] } }, /does not hold null/],
  [
    'one place for two files',
    { map: { book: ['variables.input.excel'], template: ['variables.input.excel'] } },
    /does not hold null/,
  ],
  [
    'two files of one name',
    { files: [...FILES, ['template', blob(), 'networks.yaml']] },
    /^template: must be there once$/,
  ],
  [
    'very many places',
    { map: { book: Array.from({ length: 9 }, (_, at) => `variables.input.yaml.${at}`) } },
    /^map: must not have more than 8 places/,
  ],
  [
    'very many files',
    { files: Array.from({ length: 9 }, (_, at) => [`f${at}`, blob(), 'f'] as [string, Blob, string]) },
    /^the body must not have more than 8 files/,
  ],
  ['a text that nobody knows', { operations: DRY_RUN, files: [], map: {} }, /input/],
])('%s', async (_what, parts, message) => {
  const { status, code, message: told } = await upload(parts);
  expect(told).toMatch(message);
  expect({ status, code }).toEqual({ status: status === 200 ? 200 : 400, code: 'BAD_USER_INPUT' });
  expect(server.log()).not.toContain('"error":"INTERNAL"');
});

test('too large a file, and too large a whole', async () => {
  const large = blob(new Uint8Array(16_777_217));
  const half = blob(new Uint8Array(13_000_000));
  expect(await upload({ files: [['book', large, 'w.xlsx']] })).toMatchObject({ status: 413 });
  expect(
    await upload({
      files: [
        ['book', half, 'w.xlsx'],
        ['template', half, 'hosts.yaml'],
      ],
    }),
  ).toMatchObject({ status: 413 });
});

test('an Upload is a file and nothing else', async () => {
  for (const excel of ['text', {}, 1, ['x']]) {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${user.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...DRY_RUN,
        variables: { input: { ...DRY_RUN.variables.input, excel, yaml: [] } },
      }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  }
});

test('what one caller holds in forms leaves room for others', async () => {
  const other = await newUser(server);
  const size = 24_000_000;
  const begin = (token: string) => {
    const head = `--b\r\nContent-Disposition: form-data; name="0"; filename="a"\r\n\r\n`;
    const filling = 'x'.repeat(16_000_000);
    return connectTo(
      server.url,
      `POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${size}\r\n\r\n${head}${filling}`,
    );
  };
  const peers = Array.from({ length: 5 }, () => begin(user.token));
  await expect.poll(() => peers.filter((peer) => statusesOf(peer.text()).includes(429)).length).toBe(1);
  const others = await upload({ headers: { authorization: `Bearer ${other.token}` } });
  expect(others.status).toBe(200);
  for (const { socket } of peers) socket.destroy();
  await expect.poll(async () => (await upload()).status).toBe(200);
});
