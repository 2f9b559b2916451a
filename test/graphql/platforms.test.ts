import { readFileSync } from 'node:fs';
import { print } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/rest.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { codeOf, dataOf, execute } from './client.js';
import type { RegisterPlatformInput, UpdatePlatformInput } from './generated/graphql.js';
import { DeletePlatform, PlatformById, RegisterPlatform, UpdatePlatform } from './operations.js';

const CA = readFileSync(new URL('../transmit/certificates/ca.pem', import.meta.url), 'utf8');
const OTHER_CA = readFileSync(new URL('../transmit/certificates/server.pem', import.meta.url), 'utf8');
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const SECRET = 'hunter2-very-secret';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
});
afterAll(() => server.stop());

const plain: RegisterPlatformInput = { name: 'plain', protocol: 'HTTP', host: 'example.org' };
const full: RegisterPlatformInput = {
  name: 'ModelArts 🚀',
  kind: 'MODELARTS',
  protocol: 'HTTPS',
  host: '[2001:db8::1]',
  port: 8443,
  description: 'training\nin two lines',
  tlsCa: CA,
  tlsVerify: false,
  region: 'cn-north-4',
  projectId: '0123456789abcdef0123456789abcdef',
  credentials: { accessKey: 'AK', secretKey: SECRET, securityToken: SECRET },
};
const OTHER_KEY = { accessKey: 'AK2', secretKey: 'another-secret' };

async function register(input: RegisterPlatformInput) {
  return (await dataOf(server.url, RegisterPlatform, { input }, token)).registerPlatform.platform;
}
async function update(input: UpdatePlatformInput) {
  return (await dataOf(server.url, UpdatePlatform, { input }, token)).updatePlatform.platform;
}
const get = async (id: string) => (await dataOf(server.url, PlatformById, { id }, token)).platform;

describe('registering', () => {
  test('every field comes back, but for credentials', async () => {
    const { credentials, ...shown } = full;
    const platform = await register(full);
    expect(platform).toEqual({
      ...shown,
      id: expect.stringMatching(UUID),
      hasCredentials: credentials !== undefined,
      createdAt: expect.stringMatching(TIME),
      updatedAt: platform.createdAt,
    });
    expect(await get(platform.id)).toEqual(platform);
    expect(await get(platform.id.toUpperCase())).toEqual(platform);
  });

  test('what is left out has its default', async () => {
    expect(await register(plain)).toMatchObject({
      ...plain,
      kind: 'GENERIC',
      port: null,
      description: '',
      tlsCa: null,
      tlsVerify: true,
      hasCredentials: false,
    });
  });

  test('a port may be its digits in a text, as the REST API has it', async () => {
    const document = print(RegisterPlatform);
    const { data } = await query(server.url, document, {
      variables: { input: { ...plain, port: '8080' } },
      token,
    });
    expect(data).toMatchObject({ registerPlatform: { platform: { port: 8080 } } });
    const literal =
      'mutation { registerPlatform(input: { name: "x", protocol: HTTP, host: "h", port: "81" }) { platform { port } } }';
    expect((await query(server.url, literal, { token })).data).toMatchObject({
      registerPlatform: { platform: { port: 81 } },
    });
  });

  test('names need not be unique', async () => {
    const [first, second] = [await register(plain), await register(plain)];
    expect(first.id).not.toBe(second.id);
  });

  test('both doors show the same registry', async () => {
    const { id } = await register({ ...plain, name: 'by GraphQL', port: 81 });
    const answer = await (await send(`${server.url}/sys/transmit/v1/routes/${id}`)).json();
    expect(answer).toMatchObject({
      data: { id, name: 'by GraphQL', protocol: 'http', host: 'example.org', port: '81' },
    });
    const body = { name: 'by REST', protocol: 'https', host: '10.1.2.3', port: '' };
    const made = (await (
      await send(`${server.url}/sys/transmit/v1/routes`, { method: 'POST', body })
    ).json()) as {
      data: { id: string };
    };
    expect(await get(made.data.id)).toMatchObject({
      name: 'by REST',
      protocol: 'HTTPS',
      kind: 'GENERIC',
      port: null,
    });
  });
});

describe('changing', () => {
  test('what is left out stays, and only the time of the change moves', async () => {
    const before = await register(full);
    const after = await update({ id: before.id, description: 'new' });
    expect(after).toEqual({ ...before, description: 'new', updatedAt: expect.stringMatching(TIME) });
    expect(after.updatedAt >= before.updatedAt).toBe(true);
    expect(await get(before.id)).toEqual(after);
  });

  test('every field, and back to nothing where null says so', async () => {
    const { id } = await register(plain);
    const { kind: _kind, credentials: _key, region: _region, projectId: _project, ...shown } = full;
    const credentials = { key: SECRET, deep: [{ also: SECRET }] };
    expect(await update({ id, ...shown, credentials })).toMatchObject({ ...shown, hasCredentials: true });
    const emptied = await update({
      id,
      port: null,
      description: '',
      tlsCa: null,
      tlsVerify: true,
      credentials: null,
    });
    expect(emptied).toMatchObject({
      port: null,
      description: '',
      tlsCa: null,
      tlsVerify: true,
      hasCredentials: false,
    });
  });

  test('region and project of a platform of Huawei Cloud alone', async () => {
    const { id } = await register(full);
    expect(await update({ id, region: 'eu-west-101', projectId: 'other' })).toMatchObject({
      region: 'eu-west-101',
      projectId: 'other',
      hasCredentials: true,
    });
    expect(await update({ id, region: null, projectId: null })).toMatchObject({
      region: null,
      projectId: null,
    });
    const generic = await register(plain);
    const place = { region: 'cn-north-4', projectId: 'p' };
    const paths = [{ path: 'input.region' }, { path: 'input.projectId' }];
    for (const answer of [
      await execute(server.url, UpdatePlatform, { input: { id: generic.id, ...place } }, token),
      await execute(server.url, RegisterPlatform, { input: { ...plain, ...place } }, token),
    ]) {
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', fields: paths } }]);
    }
    expect(await get(generic.id)).toEqual(generic);
  });

  test.each([
    ['region', 'CN North'],
    ['region', 'evil.example.org/'],
    ['projectId', '../x'],
    ['projectId', 'a/b'],
  ])('no %s is %j', async (field, value) => {
    const { errors } = await execute(
      server.url,
      RegisterPlatform,
      { input: { ...full, [field]: value } },
      token,
    );
    expect(errors).toMatchObject([{ extensions: { fields: [{ path: `input.${field}` }] } }]);
  });

  test('null where a value must be is refused', async () => {
    const { id } = await register(plain);
    for (const field of ['name', 'protocol', 'host', 'description', 'tlsVerify']) {
      const variables = { input: { id, [field]: null } };
      const answer = await query(server.url, print(UpdatePlatform), { variables, token });
      expect(answer.errors, field).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: `input.${field}` }] } },
      ]);
    }
    expect(await get(id)).toMatchObject(plain);
  });
});

describe('deleting', () => {
  test('answers the platform as it was, and it is gone', async () => {
    const platform = await register(full);
    const { deletePlatform } = await dataOf(
      server.url,
      DeletePlatform,
      { input: { id: platform.id } },
      token,
    );
    expect(deletePlatform.platform).toEqual(platform);
    expect(await get(platform.id)).toBeNull();
    expect(codeOf(await execute(server.url, DeletePlatform, { input: { id: platform.id } }, token))).toBe(
      'NOT_FOUND',
    );
    expect(codeOf(await execute(server.url, UpdatePlatform, { input: { id: platform.id } }, token))).toBe(
      'NOT_FOUND',
    );
  });
});

describe('credentials', () => {
  test.each([{ deep: ['a\ud800'] }, { '\udfffkey': 1 }])(
    'with half of a surrogate pair are refused: %j',
    async (credentials) => {
      const answer = await execute(server.url, RegisterPlatform, { input: { ...plain, credentials } }, token);
      expect(answer.errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.credentials' }] } },
      ]);
    },
  );

  test.each<[string, Partial<UpdatePlatformInput>]>([
    ['protocol', { protocol: 'HTTP' }],
    ['host', { host: 'evil.example.org' }],
    ['port', { port: 9 }],
    ['port, to none', { port: null }],
    ['CA', { tlsCa: OTHER_CA }],
    ['CA, to none', { tlsCa: null }],
    ['check of the certificate, off', { tlsVerify: false }],
  ])('must be given again with another destination: %s', async (_name, change) => {
    const { id } = await register({ ...full, tlsVerify: true });
    const answer = await execute(server.url, UpdatePlatform, { input: { id, ...change } }, token);
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: 'input.credentials' }] } },
    ]);
    const { protocol, host, port, tlsCa } = full;
    expect(await get(id)).toMatchObject({ protocol, host, port, tlsCa, tlsVerify: true });
    expect(await update({ id, ...change, credentials: OTHER_KEY })).toMatchObject({
      ...change,
      hasCredentials: true,
    });
    expect(
      await update({ id, protocol: 'HTTPS', host: 'third.example.org', credentials: null }),
    ).toMatchObject({
      hasCredentials: false,
    });
  });

  test('stay when anything else changes, or the address is given as it is', async () => {
    const { id } = await register(full);
    const { protocol, host, port, tlsCa, tlsVerify } = full;
    const same = { protocol, host, port, tlsCa, tlsVerify };
    expect(await update({ id, name: 'renamed', ...same })).toMatchObject({ hasCredentials: true });
  });

  test('stay when the check of the certificate is switched on', async () => {
    const { id } = await register(full);
    expect(await update({ id, tlsVerify: true })).toMatchObject({ tlsVerify: true, hasCredentials: true });
  });

  test('cannot follow by REST either', async () => {
    const { id } = await register(full);
    const response = await send(`${server.url}/sys/transmit/v1/routes/${id}`, {
      method: 'PUT',
      body: { host: 'evil.example.org' },
    });
    expect(response.status).toBe(400);
    expect(await get(id)).toMatchObject({ host: full.host });
  });

  const USER = { domain: 'd', user: 'u', password: SECRET };
  test.each<[string, Record<string, unknown>, string]>([
    ['no key', { secretKey: SECRET }, 'accessKey'],
    ['no secret', { accessKey: 'AK' }, 'secretKey'],
    ['an empty secret', { accessKey: 'AK', secretKey: '' }, 'secretKey'],
    ['a key that is no header', { accessKey: 'A\nK', secretKey: SECRET }, 'accessKey'],
    ['a token that is no header', { ...full.credentials, securityToken: 'é' }, 'securityToken'],
    ['no password', { domain: 'd', user: 'u' }, 'password'],
    ['a path of IAM', { ...USER, iamEndpoint: 'https://iam.example.org/v3' }, 'iamEndpoint'],
    ['a name of IAM', { ...USER, iamEndpoint: 'iam.example.org' }, 'iamEndpoint'],
    ['a user of IAM', { ...USER, iamEndpoint: 'https://me:you@iam.example.org' }, 'iamEndpoint'],
    ['a password in the clear', { ...USER, iamEndpoint: 'http://iam.example.org' }, 'iamEndpoint'],
    ['a denied address', { ...USER, iamEndpoint: 'https://169.254.169.254' }, 'iamEndpoint'],
  ])('of ModelArts are those of Huawei Cloud: %s', async (_what, credentials, field) => {
    const { errors } = await execute(
      server.url,
      RegisterPlatform,
      { input: { ...full, credentials } },
      token,
    );
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', fields: [{ path: `input.credentials.${field}` }] } },
    ]);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });

  test('of ModelArts name nothing else, and say where their user logs in, unless the region does', async () => {
    const more = { ...full, credentials: { accessKey: 'AK', secretKey: SECRET, deep: 1 } };
    const unknown = await execute(server.url, RegisterPlatform, { input: more }, token);
    expect(unknown.errors).toMatchObject([
      { message: expect.stringContaining('deep'), extensions: { fields: [{ path: 'input.credentials' }] } },
    ]);
    expect(await register({ ...full, credentials: USER })).toMatchObject({ hasCredentials: true });
    const nowhere = { ...full, region: null, credentials: USER };
    const { errors } = await execute(server.url, RegisterPlatform, { input: nowhere }, token);
    expect(errors).toMatchObject([{ extensions: { fields: [{ path: 'input.credentials.iamEndpoint' }] } }]);
    const somewhere = { ...USER, iamEndpoint: 'https://iam.example.org:5000' };
    expect(await register({ ...nowhere, credentials: somewhere })).toMatchObject({ hasCredentials: true });
  });

  test('have a size', async () => {
    const input = { ...plain, credentials: { key: 'x'.repeat(20_000) } };
    const { errors } = await execute(server.url, RegisterPlatform, { input }, token);
    expect(errors).toMatchObject([{ extensions: { fields: [{ path: 'input.credentials' }] } }]);
  });

  test('are in no answer, no log and not in the database', async () => {
    const { id } = await register(full);
    for (const field of ['credentials', 'credentials { secretKey }']) {
      const { errors } = await query(server.url, `{ platform(id: "${id}") { ${field} } }`, { token });
      expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    }
    const refused = await execute(server.url, RegisterPlatform, { input: { ...full, name: '' } }, token);
    const shown = [
      refused,
      await get(id),
      await (await send(`${server.url}/sys/transmit/v1/routes`)).json(),
      await (await send(`${server.url}/sys/transmit/v1/routes/${id}`)).json(),
      (await server.database.query('select * from platforms')).rows,
      server.log(),
    ];
    expect(codeOf(refused)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(shown).includes(SECRET)).toBe(false);
  });
});
