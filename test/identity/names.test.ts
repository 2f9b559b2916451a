import { beforeAll, describe, expect, test } from 'vitest';
import { pino } from 'pino';
import { PASSWORD, ote, uniqueName } from '../support/people.js';
import { openTestDatabase } from '../support/database.js';
import { send } from '../support/rest.js';
import { ADMIN, logIn, query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Member, SECRET_KEY, insertCaller } from './support/world.js';

const REGISTER = 'mutation ($input: RegisterUserInput!) { registerUser(input: $input) { user { id } } }';
const BUSINESS =
  'mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id } } }';

const server = useServer(() => startServer({ SECRET_KEY }));

const draftOf = (user: string, realName = 'R') => ({
  user,
  password: PASSWORD,
  phone: '12345',
  isAdmin: false,
  realName,
});

/** What every door through which a user gets a name says, as HTTP statuses. */
async function signEverywhere(name: string): Promise<number[]> {
  const admin = await server.adminToken();
  const optimus = await send(`${server.url}/api/v1/sign`, {
    method: 'POST',
    body: { name, password: PASSWORD },
  });
  const graph = await query(server.url, REGISTER, { variables: { input: draftOf(name) } });
  const statuses: Record<string, number> = { BAD_USER_INPUT: 400, CONFLICT: 409 };
  return [
    (await ote(server, 'POST', '/user', undefined, draftOf(name))).status,
    (await ote(server, 'POST', '/admin/user', admin, draftOf(name))).status,
    optimus.status,
    statuses[graph.errors[0]?.extensions.code ?? ''] ?? graph.status,
  ];
}

const ODD: [string, (name: string) => string][] = [
  ['a space at the end', (name) => `${name} `],
  ['a space at the beginning', (name) => ` ${name}`],
  ['another white space at the end', (name) => `${name}\u00a0`],
  ['an ideographic space at the beginning', (name) => `\u3000${name}`],
  ['a line break', (name) => `${name}\n`],
  ['a line break within', (name) => `${name}\u2028x`],
  ['a control character', (name) => `${name}\u0007x`],
  ['a zero-width space', (name) => `${name.slice(0, 2)}\u200b${name.slice(2)}`],
  ['a zero-width joiner', (name) => `${name.slice(0, 2)}\u200d${name.slice(2)}`],
  ['a soft hyphen', (name) => `${name.slice(0, 2)}\u00ad${name.slice(2)}`],
  ['a direction override', (name) => `\u202e${name}`],
  ['a direction isolate', (name) => `\u2067${name}\u2069`],
  ['a byte order mark', (name) => `\ufeff${name}`],
  ['a variation selector', (name) => `${name}\ufe0f`],
  ['a filler that is seen as nothing', (name) => `${name}\u3164`],
  ['a blank of Braille', (name) => `${name}\u2800`],
  ['a tag', (name) => `${name}\u{e0041}`],
  ['only spaces', () => '   '],
  ['nothing that is seen', () => '\u200b'],
];

describe('a user name', () => {
  test.each(ODD)('with %s is refused by every door', async (_what, spoil) => {
    expect(await signEverywhere(spoil(uniqueName('odd')))).toEqual([422, 422, 400, 400]);
  });

  test.each([
    ['of another script', '\u0430dmin'],
    ['of several other scripts', '\u0430\u217emi\u0578'],
    ['of mathematical letters', '\u{1d41a}dmin'],
    ['with rn for m', 'adrnin'],
    ['with 1 for i', 'adm1n'],
    ['with l for the I of its capitals', 'ADMlN'],
    ['in full width', '\uff41\uff44\uff4d\uff49\uff4e'],
    ['in other case', 'AdMiN'],
  ])('that looks like the administrator\u2019s, %s, is taken', async (_what, name) => {
    expect(await signEverywhere(name)).toEqual([409, 409, 409, 409]);
  });

  test('that looks like one just registered is taken, also when both come at the same time', async () => {
    const name = uniqueName('paypal');
    const spellings = [name, name.replace('l', 'I'), name.replace('l', '1'), name.replace('p', '\u0440')];
    const statuses = await Promise.all(
      spellings.map(
        async (spelling) => (await ote(server, 'POST', '/user', undefined, draftOf(spelling))).status,
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(spellings.length - 1);
  });

  test('that differs in spaces within looks the same', async () => {
    const name = uniqueName('two words');
    expect((await ote(server, 'POST', '/user', undefined, draftOf(name))).status).toBe(200);
    for (const spaces of ['  ', '\u00a0', '\u3000']) {
      expect(await signEverywhere(name.replace(' ', spaces))).toEqual([409, 409, 409, 409]);
    }
  });

  test.each([
    '\u738b\u5c0f\u660e',
    '\u041e\u043b\u044c\u0433\u0430',
    'Zo\u00eb O\u2019Neil',
    '\u05d3\u05d5\u05d3',
    '\u0645\u062d\u0645\u062f',
  ])('of people anywhere is taken as it is: %s', async (name) => {
    expect((await ote(server, 'POST', '/user', undefined, draftOf(name))).status).toBe(200);
    expect(await logIn(server.url, name, PASSWORD)).toBeTruthy();
  });

  test('real names are as clean, and may be alike', async () => {
    for (const name of ['R\u202e', ' R', 'R\n']) {
      const answer = await ote(server, 'POST', '/user', undefined, draftOf(uniqueName('real'), name));
      expect([answer.status, answer.message]).toEqual([422, expect.stringContaining('realName')]);
    }
  });
});

describe('a business name', () => {
  let creators: Member[];
  beforeAll(async () => {
    creators = await Promise.all(
      Array.from({ length: 4 }, async () => insertCaller(server, { isAdmin: true })),
    );
  });
  const create = async (name: string, creator: Member | undefined) => {
    const draft = { name, introduce: 'i', objective: 'o', scale: 's' };
    const rest = await ote(server, 'POST', '/business', creator?.token, draft);
    if (rest.status === 200) return 200;
    const { errors } = await query(server.url, BUSINESS, {
      token: creator?.token,
      variables: { input: draft },
    });
    return [rest.status, errors[0]?.extensions.code];
  };

  test('is as clean as a user\u2019s, and looks like no other', async () => {
    const [first, second, third] = creators;
    const name = uniqueName('Acme mill');
    for (const [, spoil] of ODD) expect(await create(spoil(name), first)).toEqual([422, 'BAD_USER_INPUT']);
    expect(await create(name, first)).toBe(200);
    expect(await create(name.replace('l', 'I'), second)).toEqual([409, 'CONFLICT']);
    expect(await create(name.replace('c', '\u0441'), second)).toEqual([409, 'CONFLICT']);
    expect(await create(uniqueName('another'), third)).toBe(200);
  });
});

test('users and businesses that looked alike before go on; who comes new may look like none of them', async () => {
  const logger = pino({ level: 'silent' });
  const database = await openTestDatabase(logger);
  const old = await startServer({ SECRET_KEY }, { database: { ...database, close: async () => {} } });
  await old.stop();
  const names = ['old user', 'o1d user', ' old\u200b user ', 'ADM\u0406N'];
  for (const name of names) {
    await database.query(
      `insert into users (created_at, updated_at, name, name_key, status, is_admin, password_hash)
       select now(), now(), $1, lower($1), 'APPROVED', true, password_hash from users where name = $2`,
      [name, ADMIN.user],
    );
  }
  for (const [index, status] of ['APPROVED', 'PENDING', 'DELETED'].entries()) {
    await database.query(
      `insert into businesses (created_at, updated_at, name, name_key, introduce, objective, scale, status, user_id)
       select now(), now(), $1, lower($1), '', '', '', $2, id from users where name = $3`,
      [['Mill', 'Mi1l', 'MiII'][index], status, names[index]],
    );
  }
  const upgraded = await startServer({ SECRET_KEY }, { database });
  try {
    for (const name of names) expect(await logIn(upgraded.url, name, ADMIN.password)).toBeTruthy();
    const { rows } = await database.query('select name from users where name_looks is null');
    expect(rows).toEqual([]);
    for (const name of ['\u043eld user', 'old  user', '\u0430dmin']) {
      expect((await ote(upgraded, 'POST', '/user', undefined, draftOf(name))).status).toBe(409);
    }
    const admin = await upgraded.adminToken();
    const list = await query<{ businesses: { nodes: { id: string; name: string; status: string }[] } }>(
      upgraded.url,
      '{ businesses { nodes { id name status } } }',
      { token: admin },
    );
    const pending = list.data?.businesses.nodes.find(({ name }) => name === 'Mi1l');
    const answer = await ote(upgraded, 'PUT', `/business/id/${pending?.id}`, admin, {
      status: 1,
      comment: '',
    });
    expect(answer.status).toBe(200);
    const creator = await logIn(upgraded.url, 'ADM\u0406N', ADMIN.password);
    const draft = { name: 'M\u0456ll', introduce: 'i', objective: 'o', scale: 's' };
    expect((await ote(upgraded, 'POST', '/business', creator, draft)).status).toBe(409);
  } finally {
    await upgraded.stop();
  }
});
