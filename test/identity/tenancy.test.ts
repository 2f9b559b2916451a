import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ote } from '../support/people.js';
import { type TestServer, query, startServer } from '../support/server.js';
import {
  type Member,
  type Row,
  SECRET_KEY,
  insertBusiness,
  insertCaller,
  insertUser,
} from './support/world.js';

/** A tenant whose texts all carry a mark that no other tenant's have. */
interface Marked {
  mark: string;
  business: Row;
  admin: Member;
  member: Row;
}

let server: TestServer;
let red: Marked;
let blue: Marked;

async function createMarked(mark: string): Promise<Marked> {
  const founder = await insertUser(server, { isAdmin: true, name: `${mark}-founder` });
  const business = await insertBusiness(server, founder.id, 'APPROVED', `${mark}-business`);
  const within = { businessId: business.id };
  await server.database.query('update users set business_id = $1 where id = $2', [business.id, founder.id]);
  const admin = await insertCaller(server, { ...within, isAdmin: true, name: `${mark}-admin` });
  const member = await insertUser(server, { ...within, name: `${mark}-member` });
  // Leaves a trace in the trail of changes.
  await ote(server, 'PUT', `/admin/user/${member.id}/password`, admin.token, { password: 'Another-Pass-2' });
  return { mark, business, admin, member };
}

beforeAll(async () => {
  server = await startServer({ SECRET_KEY });
  red = await createMarked('red');
  blue = await createMarked('blue');
});
afterAll(() => server.stop());

const MEMBERS = 3;
const ask = async <T = Record<string, unknown>>(token: string, document: string, variables: object = {}) =>
  query<T>(server.url, document, { token, variables });

describe('REST', () => {
  test('the list of users and its total are those of the business', async () => {
    for (const order of ['orderBy=id&order=desc', 'orderBy=user_name', 'pageSize=0', 'page=1&pageSize=1']) {
      const answer = await ote(server, 'GET', `/admin/user?${order}`, red.admin.token);
      expect(answer.total).toBe(MEMBERS);
      expect(JSON.stringify(answer)).toContain('red-');
      expect(JSON.stringify(answer)).not.toContain('blue-');
    }
  });

  test('the list of businesses and its total are those of the caller, also by name', async () => {
    const { data, total } = await ote(server, 'GET', '/business', red.admin.token);
    expect(data).toMatchObject([{ name: 'red-business' }]);
    expect(total).toBe(1);
    for (const name of ['blue', 'blue-business', '%', '_'].map(encodeURIComponent)) {
      const filtered = await ote(server, 'GET', `/business?name=${name}`, red.admin.token);
      expect(filtered).toMatchObject({ status: 200, data: [], total: 0 });
    }
  });

  test('a foreign object answers just as one that does not exist, and stays as it is', async () => {
    const changes = [
      ['DELETE', (id: number) => `/admin/user/${id}`, undefined, () => blue.member.id],
      [
        'PUT',
        (id: number) => `/admin/user/${id}/password`,
        { password: 'Another-Pass-3' },
        () => blue.member.id,
      ],
      ['GET', (id: number) => `/business/id/${id}`, undefined, () => blue.business.id],
    ] as const;
    const before = await server.database.query('select * from users order by id');
    for (const [method, path, body, idOf] of changes) {
      const unknown = 2_000_000_000;
      const foreign = await ote(server, method, path(idOf()), red.admin.token, body);
      const missing = await ote(server, method, path(unknown), red.admin.token, body);
      expect(foreign.status).toBe(404);
      expect(foreign.message.replace(String(idOf()), '?')).toBe(
        missing.message.replace(String(unknown), '?'),
      );
    }
    expect(await server.database.query('select * from users order by id')).toEqual(before);
  });
});

/** Filters that would reach the other tenant if anything but the tenant's own rows were searched. */
const userFilters = (): object[] => [
  {},
  { id: { eq: blue.member.id } },
  { id: { in: [blue.member.id, blue.admin.id, red.member.id] } },
  { businessId: { eq: blue.business.id } },
  { businessId: { in: [red.business.id, blue.business.id] } },
  { name: { startsWith: 'blue' } },
  { not: { businessId: { eq: red.business.id } } },
  { not: { not: { businessId: { eq: blue.business.id } } } },
  { not: {} },
  { or: [] },
  { and: [] },
  { or: [{ businessId: { eq: blue.business.id } }, {}] },
  { or: [{ name: { contains: 'blue' } }, { name: { contains: 'red' } }] },
  { or: [{ or: [{ not: { id: { eq: 0 } } }] }, { id: { eq: blue.member.id } }] },
  { and: [{ or: [{ id: { eq: blue.member.id } }, { id: { eq: red.member.id } }] }, { or: [{}] }] },
  { createdAt: { gte: '2000-01-01T00:00:00Z' } },
];

describe('GraphQL', () => {
  test('no filter and no order leads to users of another business, neither listed nor counted', async () => {
    const document = `query ($filter: UserFilter, $orderBy: [UserOrder!]) {
      users(first: 500, filter: $filter, orderBy: $orderBy) { totalCount edges { cursor node { name } } nodes { name business { name } } }
    }`;
    const orders = ['ID', 'NAME', 'REAL_NAME', 'STATUS', 'CREATED_AT', 'UPDATED_AT'];
    for (const [index, filter] of userFilters().entries()) {
      const field = orders[index % orders.length];
      const { data, errors } = await ask<{ users: { totalCount: number; nodes: object[] } }>(
        red.admin.token,
        document,
        {
          filter,
          orderBy: [{ field, direction: 'DESC' }],
        },
      );
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('blue');
      expect(data?.users.totalCount).toBe(data?.users.nodes.length);
    }
  });

  test('nor to another business', async () => {
    const document = `query ($filter: BusinessFilter) {
      businesses(first: 20, filter: $filter) { totalCount nodes { name users(first: 10) { totalCount nodes { name } } } }
    }`;
    const filters = [
      {},
      { id: { eq: blue.business.id } },
      { name: { contains: 'blue' } },
      { not: { id: { eq: red.business.id } } },
      { or: [{ id: { eq: blue.business.id } }, { id: { eq: red.business.id } }] },
      { or: [{}] },
      { not: {} },
    ];
    for (const filter of filters) {
      const { data, errors } = await ask<{ businesses: { totalCount: number; nodes: object[] } }>(
        red.admin.token,
        document,
        { filter },
      );
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('blue');
      expect(data?.businesses.totalCount).toBe(data?.businesses.nodes.length);
      expect(data?.businesses.totalCount).toBeLessThanOrEqual(1);
    }
  });

  test('nor to events of another business', async () => {
    const document = `query ($filter: AuditEventFilter) {
      auditEvents(first: 500, filter: $filter) { totalCount nodes { actorName objectId before after } }
    }`;
    const filters = [
      {},
      { actorId: { eq: blue.admin.id } },
      { actorName: { startsWith: 'blue' } },
      { objectId: { eq: String(blue.member.id) } },
      { not: { actorName: { eq: 'red-admin' } } },
      { or: [{ actorName: { eq: 'blue-admin' } }, { actorName: { eq: 'red-admin' } }] },
      { not: {} },
    ];
    const counts: (number | undefined)[] = [];
    for (const filter of filters) {
      const { data, errors } = await ask<{ auditEvents: { totalCount: number } }>(red.admin.token, document, {
        filter,
      });
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('blue');
      counts.push(data?.auditEvents.totalCount);
    }
    expect(counts).toEqual([1, 0, 0, 0, 0, 1, expect.any(Number)]);
  });

  test("another tenant's cursor shows its bearer its own list", async () => {
    const document =
      'query ($after: String) { users(first: 2, after: $after) { edges { cursor node { name } } } }';
    const list = async (token: string, after?: string) =>
      ask<{ users: { edges: { cursor: string }[] } }>(token, document, { after });
    const foreign = await list(blue.admin.token);
    const { data, errors } = await list(red.admin.token, foreign.data?.users.edges[0]?.cursor);
    expect(errors).toEqual([]);
    expect(JSON.stringify(data)).not.toContain('blue');
  });

  test('a foreign key answers null, and a change of what it names as for no such object', async () => {
    const read = await ask(
      red.admin.token,
      `{
      user(id: ${blue.member.id}) { id }
      business(id: ${blue.business.id}) { id }
      _entities(representations: [{ __typename: "User", id: "${blue.member.id}" }, { __typename: "Business", id: "${blue.business.id}" }]) { __typename }
    }`,
    );
    expect(read).toMatchObject({ errors: [], data: { user: null, business: null, _entities: [null, null] } });
    for (const field of [
      'deleteUser(input: { id: $id })',
      'resetPassword(input: { id: $id, password: "Another-Pass-4" })',
    ]) {
      const change = async (id: number) =>
        ask(red.admin.token, `mutation ($id: ID!) { ${field} { user { name } } }`, { id });
      const foreign = await change(blue.member.id);
      const missing = await change(2_000_000_000);
      expect(foreign.errors[0]?.extensions.code).toBe('NOT_FOUND');
      expect(foreign.errors[0]?.message.replace(String(blue.member.id), '?')).toBe(
        missing.errors[0]?.message.replace('2000000000', '?'),
      );
    }
  });

  test('a name that another business has taken tells nothing of who has it', async () => {
    const document = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } } }';
    const input = {
      user: 'BLUE-MEMBER',
      password: 'Secret-Pass-1',
      phone: '12345',
      isAdmin: false,
      realName: 'x',
    };
    const { errors } = await ask(red.admin.token, document, { input });
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
    expect(JSON.stringify(errors)).not.toMatch(/blue/);
  });

  test('a member who waits for approval anew reads nothing of its business', async () => {
    const { token } = await insertCaller(server, {
      businessId: blue.business.id,
      status: 'PENDING',
      isAdmin: true,
    });
    const own = await ask(token, '{ viewer { role business { name } } }');
    expect(own.data).toMatchObject({ viewer: { role: 0, business: null } });
    const entities = await ask(
      token,
      `{ _entities(representations: [{ __typename: "User", id: "${blue.member.id}" }]) { __typename } }`,
    );
    expect(entities.data).toEqual({ _entities: [null] });
  });

  test('what one sees through references is what one sees directly', async () => {
    const general = await insertCaller(server, { businessId: red.business.id, name: 'red-general' });
    const viewer = await ask(general.token, '{ viewer { name business { name } } }');
    expect(viewer.data).toEqual({ viewer: { name: 'red-general', business: { name: 'red-business' } } });
    const colleagues = await ask(
      general.token,
      '{ viewer { business { users { totalCount nodes { name } } } } }',
    );
    expect(colleagues.errors[0]?.extensions.code).toBe('FORBIDDEN');
    expect(JSON.stringify(colleagues)).not.toContain('red-admin');
    await server.database.query('delete from users where id = $1', [general.id]);
  });

  test('a system administrator sees both', async () => {
    const admin = await server.adminToken();
    const { data } = await ask(
      admin,
      '{ users(first: 500) { nodes { name } } businesses { nodes { name users { totalCount } } } }',
    );
    expect(JSON.stringify(data)).toContain('red-member');
    expect(JSON.stringify(data)).toContain('blue-member');
  });
});

test('two tenants at the same time, their caches warm, each see only their own', async () => {
  const tenants = [red, blue];
  const document = `query ($own: ID!, $foreign: ID!, $filter: UserFilter) {
    viewer { name business { name users(first: 50) { totalCount nodes { name business { name } } } } }
    users(first: 50, filter: $filter) { totalCount nodes { name } }
    auditEvents(first: 50) { nodes { actorName } }
    own: user(id: $own) { name business { name } }
    foreign: user(id: $foreign) { name }
    _entities(representations: [{ __typename: "User", id: $foreign }]) { __typename }
  }`;
  const mixed = Array.from({ length: 50 }, async (_none, index) => {
    const [self, other] = index % 2 === 0 ? [red, blue] : [blue, red];
    const { token } = self.admin;
    const kinds = [
      async () => ote(server, 'GET', '/admin/user?pageSize=0', token),
      async () => ote(server, 'GET', `/business/id/${self.business.id}`, token),
      async () =>
        ask(token, document, {
          own: self.member.id,
          foreign: other.member.id,
          filter: { or: [{ businessId: { eq: other.business.id } }, {}] },
        }),
    ];
    const answer = await kinds[index % kinds.length]?.();
    return { self, other, text: JSON.stringify(answer) };
  });
  const answers = await Promise.all(mixed);
  expect(answers).toHaveLength(50);
  for (const { self, other, text } of answers) {
    expect(text).toContain(self.mark);
    expect(text).not.toContain(other.mark);
  }
  expect(new Set(answers.map(({ self }) => self))).toEqual(new Set(tenants));
});
