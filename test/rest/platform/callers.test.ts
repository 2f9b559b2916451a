import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send, sendRaw } from '../../support/rest.js';
import { type TestServer, startServer } from '../../support/server.js';

const path = '/sys/transmit/v1/routes';

async function codeOf(response: Response): Promise<string> {
  const { code } = (await response.json()) as { code: string };
  return `${response.status} ${code}`.trim();
}

describe('from a trusted network', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ PUBLIC_HOSTS: 'localhost,isthmus.example.org' });
  });
  afterAll(() => server.stop());
  const ask = async (headers: Record<string, string>) =>
    codeOf(await sendRaw(server.url + path, { headers }));

  test('no token is needed', async () => {
    expect(await ask({})).toBe('200');
    expect(await ask({ host: 'isthmus.example.org' })).toBe('200');
  });

  test.each([{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }])(
    'one that claims to speak for another is not trusted: %j',
    async (headers) => {
      expect(await ask(headers)).toBe('401 UNAUTHENTICATED');
    },
  );

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { host: 'evil.example' },
    { host: '127.0.0.1.evil.example' },
  ])('a browser led here by another site is refused: %j', async (headers) => {
    expect(await ask(headers)).toBe('403 FORBIDDEN');
  });

  test('a token that does not work is not overlooked', async () => {
    expect(await ask({ 'x-access-token': 'wrong' })).toBe('401 UNAUTHENTICATED');
  });

  test('a token lets another site’s page in', async () => {
    expect(await ask({ origin: 'https://evil.example', 'x-access-token': await server.adminToken() })).toBe(
      '200',
    );
  });
});

describe('from elsewhere', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ TRUSTED_NETWORKS: '10.9.9.0/24', TRUSTED_PROXIES: '127.0.0.1/32' });
  });
  afterAll(() => server.stop());
  const ask = async (headers: Record<string, string>) => codeOf(await send(server.url + path, { headers }));

  test('a token is needed, in either header', async () => {
    const token = await server.adminToken();
    expect(await ask({})).toBe('401 UNAUTHENTICATED');
    expect(await ask({ 'x-access-token': token })).toBe('200');
    expect(await ask({ 'x-access-token': `Bearer ${token}` })).toBe('200');
    expect(await ask({ authorization: token })).toBe('200');
  });

  test('forwarding takes it in X-Access-Token alone, since Authorization belongs to the platform', async () => {
    const token = await server.adminToken();
    const forward = async (headers: Record<string, string>) =>
      codeOf(await send(`${server.url}/sys/transmit/x`, { headers }));
    expect(await forward({ authorization: token })).toBe('401 UNAUTHENTICATED');
    expect(await forward({ 'x-access-token': token })).toBe('400 PLAT_ROUTE_ID_REQUIRED');
  });

  test('a trusted proxy vouches for the address that it reports', async () => {
    expect(await ask({ 'x-forwarded-for': '10.9.9.7' })).toBe('200');
    expect(await ask({ 'x-forwarded-for': '10.9.9.7, 192.0.2.1' })).toBe('401 UNAUTHENTICATED');
    expect(await ask({ 'x-forwarded-for': 'nonsense' })).toBe('401 UNAUTHENTICATED');
  });
});
