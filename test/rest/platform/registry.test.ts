import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { send, sendRaw } from '../../support/rest.js';
import { startServer } from '../../support/server.js';
import { useServer } from '../../support/useServer.js';

interface Envelope {
  status: boolean;
  code: string;
  message: string;
  data: unknown;
}

interface PlatformWire {
  id: string;
  name: string;
  host: string;
  port: string;
  protocol: string;
  description: string;
  createdAt: string;
  updatedAt: string;
}

const VALID = { name: 'name1', protocol: 'https', host: '10.125.29.111', port: '30000', description: 'd' };

const server = useServer(() => startServer({ BODY_LIMIT: '20000' }));
let routes: string;
beforeAll(async () => {
  routes = `${server.url}/sys/transmit/v1/routes`;
});
beforeEach(() => server.database.query('delete from platforms'));

async function register(changes: object = {}): Promise<PlatformWire> {
  const response = await send(routes, { method: 'POST', body: { ...VALID, ...changes } });
  const { data, message } = (await response.json()) as Envelope;
  expect(response.status, message).toBe(200);
  return data as PlatformWire;
}

const list = async (query = '', options: Parameters<typeof send>[1] = {}) => {
  const { data } = (await (await send(routes + query, options)).json()) as { data: PlatformWire[] };
  return data.map(({ name }) => name);
};

async function expectFailure(
  response: Response,
  status: number,
  code: string,
  message?: RegExp,
): Promise<void> {
  const body = (await response.json()) as Envelope;
  expect(body).toMatchObject({ status: false, code, data: null });
  expect(response.status).toBe(status);
  expect(response.headers.get('x-request-id')).toMatch(/.+/);
  if (message) expect(body.message).toMatch(message);
}

describe('registering', () => {
  test.each([
    '10.0.0.1',
    'fd00::1',
    '[fd00::1]',
    'example.org',
    'host_1',
    'EXAMPLE.org.',
    'a-b.c',
    '127.0.0.1',
  ])('accepts the host %s', async (host) => {
    expect((await register({ host })).host).toBe(host);
  });

  test.each([
    ['name', '', /name: .*1 to 64/],
    ['name', 'x'.repeat(65), /name: .*1 to 64/],
    ['name', 'a\0b', /name: .*NUL/],
    ['name', 7, /name/],
    ['name', undefined, /name/],
    ['protocol', 'ftp', /protocol: must be http or https/],
    ['protocol', undefined, /protocol/],
    ['host', 'http://example.org', /host/],
    ['host', 'example.org/path', /host/],
    ['host', 'example.org:80', /host/],
    ['host', 'user@example.org', /host/],
    ['host', 'exa mple.org', /host/],
    ['host', '', /host/],
    ['host', '256.1.1.1', /host/],
    ['host', '0x7f.1', /host/],
    ['host', '2852039166', /host/],
    ['host', 'fe80::1%eth0', /host/],
    ['host', '[10.0.0.1]', /host/],
    ['host', `${'a'.repeat(64)}.org`, /host/],
    ['port', '0', /port/],
    ['port', '65536', /port/],
    ['port', 'http', /port/],
    ['port', ' 80', /port/],
    ['port', 80, /port/],
    ['description', 'x'.repeat(4097), /description/],
  ])('refuses %s %j', async (field, value, message) => {
    const response = await send(routes, { method: 'POST', body: { ...VALID, [field]: value } });
    await expectFailure(response, 400, 'BAD_PARAMETER', message);
    expect(await list()).toEqual([]);
  });

  test('names every wrong field at once', async () => {
    const response = await send(routes, {
      method: 'POST',
      body: { name: '', protocol: 'x', host: '/', port: 'y' },
    });
    await expectFailure(response, 400, 'BAD_PARAMETER', /name.*protocol.*host.*port/);
  });

  test.each(['169.254.169.254', 'fe80::1', '::ffff:169.254.0.1'])(
    'refuses the link-local address %s',
    async (host) => {
      await expectFailure(
        await send(routes, { method: 'POST', body: { ...VALID, host } }),
        400,
        'PLATFORM_ADDRESS_DENIED',
      );
      const { id } = await register();
      await expectFailure(
        await send(`${routes}/${id}`, { method: 'PUT', body: { host } }),
        400,
        'PLATFORM_ADDRESS_DENIED',
      );
    },
  );

  test.each(['port', 'description'])('takes a %s of null as left out', async (field) => {
    expect((await register({ [field]: null }))[field as 'port']).toBe('');
  });

  test('keeps 4-byte characters and spaces as given', async () => {
    const name = ` 平台 😀${'é'.repeat(58)}`;
    expect((await register({ name })).name).toBe(name);
  });

  test('makes a client unable to choose id or times', async () => {
    const { id, createdAt } = await register({ id: 'mine', createdAt: '2000-01-01 00:00:00' });
    expect(id).not.toBe('mine');
    expect(createdAt).not.toContain('2000');
  });
});

describe('bodies', () => {
  test.each([
    ['{"name":', 'application/json', 'BAD_PARAMETER'],
    ['[]', 'application/json', 'BAD_PARAMETER'],
    ['null', 'application/json', 'BAD_PARAMETER'],
    ['"text"', 'application/json', 'BAD_PARAMETER'],
    ['name=a', 'application/x-www-form-urlencoded', 'BODY_NOT_JSON'],
    ['<a/>', 'text/xml', 'BODY_NOT_JSON'],
    ['{}', 'application/json; charset=utf-99', 'BODY_NOT_JSON'],
    [JSON.stringify({ ...VALID, description: 'x'.repeat(30_000) }), 'application/json', 'BODY_TOO_LARGE'],
  ])('refuses %.20s as %s', async (body, type, code) => {
    await expectFailure(
      await send(routes, { method: 'POST', body, headers: { 'content-type': type } }),
      400,
      code,
    );
  });

  test('accepts JSON without a content type, as scripts send it with a token', async () => {
    const headers = { 'x-access-token': await server.adminToken() };
    const response = await fetch(routes, {
      method: 'POST',
      headers,
      body: new Blob([JSON.stringify(VALID)]),
    });
    expect(response.status).toBe(200);
  });

  test('of a proxied prototype change nothing', async () => {
    await register({ ['__proto__']: { polluted: true }, constructor: { prototype: { polluted: true } } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('listing', () => {
  beforeEach(async () => {
    await register({ name: 'Alpha_1', host: 'one.example.org' });
    await register({ name: 'beta%2', host: '10.0.0.2', protocol: 'http' });
    await register({ name: 'ALPHABET', host: 'three.example.org' });
  });

  test('is in the order of registration', async () => {
    expect(await list()).toEqual(['Alpha_1', 'beta%2', 'ALPHABET']);
  });

  test.each([
    ['?name=alpha', ['Alpha_1', 'ALPHABET']],
    ['?name=%25', ['beta%2']],
    ['?name=_', ['Alpha_1']],
    [String.raw`?name=\ `, []],
    ['?host=EXAMPLE', ['Alpha_1', 'ALPHABET']],
    ['?protocol=http', ['beta%2']],
    ['?name=alpha&host=three', ['ALPHABET']],
    ['?name=&protocol=&host=&id=', ['Alpha_1', 'beta%2', 'ALPHABET']],
    ["?name=' or 1=1 --", []],
  ])('%s', async (query, names) => {
    expect(await list(query)).toEqual(names);
  });

  test('takes filters in a JSON body, the query string winning', async () => {
    const ask = async (query: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await sendRaw(routes + query, { headers, body: JSON.stringify(body) });
      const { data } = (await response.json()) as { data: PlatformWire[] };
      return data.map(({ name }) => name);
    };
    expect(await ask('', { name: 'BETA' })).toEqual(['beta%2']);
    expect(await ask('?name=alphabet', { name: 'beta', protocol: 'https' })).toEqual(['ALPHABET']);
  });

  test.each(['?id=x', '?protocol=ftp', '?name=a%00b', '?name=a&name=b'])('refuses %s', async (query) => {
    await expectFailure(await send(routes + query), 400, 'BAD_PARAMETER');
  });
});

describe('one platform', () => {
  test.each(['11111111-2222-3333-4444-555555555555', 'x', '%00', "'"])(
    'that does not exist (%s) is reported by all three',
    async (id) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body = method === 'PUT' ? { body: { name: 'n' } } : {};
        await expectFailure(await send(`${routes}/${id}`, { method, ...body }), 400, 'PLATFORM_NOT_FOUND');
      }
    },
  );

  test('changes only what is sent', async () => {
    const before = await register();
    await send(`${routes}/${before.id}`, { method: 'PUT', body: { port: '' } });
    const { data } = (await (await send(`${routes}/${before.id.toUpperCase()}`)).json()) as {
      data: PlatformWire;
    };
    expect(data).toEqual({ ...before, port: '', updatedAt: data.updatedAt });
  });

  test('is unchanged by a wrong update', async () => {
    const before = await register();
    await expectFailure(
      await send(`${routes}/${before.id}`, { method: 'PUT', body: { name: 'new', host: '/' } }),
      400,
      'BAD_PARAMETER',
    );
    expect(await list()).toEqual([before.name]);
  });

  test('can be deleted once', async () => {
    const { id } = await register();
    expect((await send(`${routes}/${id}`, { method: 'DELETE' })).status).toBe(200);
    await expectFailure(await send(`${routes}/${id}`, { method: 'DELETE' }), 400, 'PLATFORM_NOT_FOUND');
  });
});

describe('paths and methods', () => {
  test('answers a wrong method with what the path knows', async () => {
    const response = await send(routes, { method: 'PATCH' });
    expect(response.headers.get('allow')).toBe('GET, POST, HEAD');
    await expectFailure(response, 405, 'METHOD_NOT_ALLOWED');
  });

  test('answers an unknown path below the registry in its envelope', async () => {
    await expectFailure(await send(`${routes}/a/b`), 404, 'NO_SUCH_PATH');
    await expectFailure(await send(`${routes}/%zz`), 400, 'BAD_PARAMETER');
  });

  test('shows the request id of the caller', async () => {
    const response = await send(`${routes}/x`, { headers: { 'x-request-id': 'trace-1' } });
    expect(response.headers.get('x-request-id')).toBe('trace-1');
    const odd = await send(`${routes}/x`, { headers: { 'x-request-id': 'a b<script>' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
