import { SignJWT, UnsecuredJWT, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SecretBox, generateSecretKey } from '../../src/kernel/secrets.js';
import { ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { openSocket } from './support/socket.js';
import { type Member, SECRET_KEY, insertCaller } from './support/world.js';

const PREVIOUS = generateSecretKey();
const keyOf = (secret: string) => new SecretBox(secret).derivedKeys('access tokens')[0];
const current = keyOf(SECRET_KEY);
const previous = keyOf(PREVIOUS);
const unknown = keyOf(generateSecretKey());

const server = useServer(() => startServer({ SECRET_KEY, SECRET_KEYS_PREVIOUS: PREVIOUS }));
let user: Member;
beforeAll(async () => {
  user = await insertCaller(server);
});

interface Parts {
  alg?: string;
  kid?: string | undefined;
  key?: Parameters<SignJWT['sign']>[0];
  /** Undefined removes a claim. */
  claims?: Record<string, unknown>;
}

/** Seconds since 1970. */
const now = () => Math.floor(Date.now() / 1000);

function claimsOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const good = { iss: 'isthmus', sub: String(user.id), sid: user.sessionId, iat: now(), exp: now() + 600 };
  return Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
  );
}

async function sign({
  alg = 'HS256',
  kid = current.id,
  key = current.key,
  claims,
}: Parts = {}): Promise<string> {
  return new SignJWT(claimsOf(claims)).setProtectedHeader({ alg, ...(kid === '' ? {} : { kid }) }).sign(key);
}

const stateOf = async (token: string) => (await ote(server, 'GET', '/authorization', token)).status;

/** Every door that takes tokens refuses it alike. */
async function expectRefused(token: string): Promise<void> {
  expect(await stateOf(token)).toBe(401);
  expect(await stateOf(`Bearer ${token}`)).toBe(401);
  expect((await query(server.url, '{ viewer { id } }', { token })).errors[0]?.extensions.code).toBe(
    'UNAUTHENTICATED',
  );
  expect((await query(server.url, '{ users { totalCount } }', { token })).errors[0]?.extensions.code).toBe(
    'UNAUTHENTICATED',
  );
}

describe('tokens that work', () => {
  test('signed as ours', async () => {
    expect(await stateOf(await sign())).toBe(200);
  });

  test('signed under an earlier key', async () => {
    expect(await stateOf(await sign({ kid: previous.id, key: previous.key }))).toBe(200);
  });

  test('that begin within the minute by which clocks may differ', async () => {
    expect(await stateOf(await sign({ claims: { iat: now() + 30, nbf: now() + 30 } }))).toBe(200);
  });
});

describe('tokens that do not', () => {
  test('alg none', async () => {
    await expectRefused(new UnsecuredJWT(claimsOf()).encode());
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: current.id })).toString('base64url');
    const payload = Buffer.from(JSON.stringify(claimsOf())).toString('base64url');
    await expectRefused(`${header}.${payload}.`);
    const [, , signature = ''] = (await sign()).split('.');
    await expectRefused(`${header}.${payload}.${signature}`);
  });

  test.each(['HS384', 'HS512'])('alg %s under our key', async (alg) => {
    await expectRefused(await sign({ alg, key: Buffer.concat([current.key, current.key]) }));
    const [header = '', payload = ''] = (await sign({ alg, key: Buffer.alloc(64) })).split('.');
    const [, , signature = ''] = (await sign()).split('.');
    await expectRefused(`${header}.${payload}.${signature}`);
  });

  test('alg RS256, whoever signed', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await expectRefused(await sign({ alg: 'RS256', key: privateKey }));
  });

  test.each<[string, () => Parts]>([
    ['signed under an unknown key', () => ({ kid: unknown.id, key: unknown.key })],
    ['signed under an unknown key in the name of ours', () => ({ key: unknown.key })],
    ['signed under our key in the name of an unknown one', () => ({ kid: unknown.id })],
    ['signed under our key in the name of the earlier one', () => ({ kid: previous.id })],
    ['that name no key', () => ({ kid: '' })],
    ['of another issuer', () => ({ claims: { iss: 'elsewhere' } })],
    ['of no issuer', () => ({ claims: { iss: undefined } })],
    ['of no user', () => ({ claims: { sub: undefined } })],
    ['of another user than the session', () => ({ claims: { sub: '1' } })],
    ['of no session', () => ({ claims: { sid: undefined } })],
    ['of an unknown session', () => ({ claims: { sid: '00000000-0000-4000-8000-000000000000' } })],
    ['without end', () => ({ claims: { exp: undefined } })],
    ['that ended more than a minute ago', () => ({ claims: { exp: now() - 62 } })],
    ['that have just ended', () => ({ claims: { exp: now() - 1 } })],
    ['that do not begin yet', () => ({ claims: { nbf: now() + 120 } })],
  ])('%s', async (_what, parts) => {
    await expectRefused(await sign(parts()));
  });

  test('with any part changed', async () => {
    const token = await sign();
    const parts = token.split('.');
    for (const index of parts.keys()) {
      const changed = parts.map((part, at) =>
        at === index ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part,
      );
      await expectRefused(changed.join('.'));
    }
    await expectRefused(parts.slice(0, 2).join('.'));
    await expectRefused(`${token}.${parts[2]}`);
    expect(await stateOf(token)).toBe(200);
  });

  test('with another user put into the payload', async () => {
    const [header, , signature] = (await sign()).split('.');
    const payload = Buffer.from(JSON.stringify(claimsOf({ sub: '1' }))).toString('base64url');
    await expectRefused([header, payload, signature].join('.'));
  });

  test('that have ended while the database is away, which is asked for nothing then', async () => {
    const token = await sign();
    expect(await stateOf(token)).toBe(200);
    const { notifications } = server.database;
    notifications.setConnected(false);
    notifications.setAway();
    const clock = vi.spyOn(Date, 'now');
    onTestFinished(() => {
      clock.mockRestore();
      notifications.setConnected(true);
    });
    expect(await stateOf(token)).toBe(200);
    clock.mockReturnValue(Date.now() + 601_000);
    await expectRefused(token);
  });

  test('do not open sockets', async () => {
    await expect(openSocket(server.url, await sign({ key: unknown.key }))).rejects.toThrow('4401');
    const socket = await openSocket(server.url, await sign());
    await socket.client.dispose();
  });

  test('do not keep anybody from logging in', async () => {
    const stale = await sign({ key: unknown.key });
    const body = { user: 'admin', password: 'Correct-Horse-7' };
    expect((await ote(server, 'POST', '/authorization', stale, body)).status).toBe(200);
    const graph = await query<{ logIn: { user: { name: string } } }>(
      server.url,
      'mutation ($input: LogInInput!) { logIn(input: $input) { user { name } } }',
      { token: stale, variables: { input: body } },
    );
    expect(graph.data?.logIn.user.name).toBe('admin');
  });
});
