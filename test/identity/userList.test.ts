import { beforeAll, describe, expect, test } from 'vitest';
import { PASSWORD, ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import {
  type Member,
  type Row,
  SECRET_KEY,
  insertBusiness,
  insertCaller,
  insertUser,
} from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY }));
let admin: string;
beforeAll(async () => {
  admin = await server.adminToken();
});

describe('the list', () => {
  const names = ['b-list', 'A-list', 'c-list'];
  let lister: Member;
  let rows: Row[];
  beforeAll(async () => {
    const business = await insertBusiness(server, (await insertUser(server)).id);
    lister = await insertCaller(server, { businessId: business.id, isAdmin: true, name: 'D-list' });
    rows = await Promise.all(names.map((name) => insertUser(server, { businessId: business.id, name })));
  });
  const list = async (search: string) => {
    const answer = await ote(server, 'GET', `/admin/user?${search}`, lister.token);
    return { ...answer, names: (answer.data as { user: string }[] | undefined)?.map(({ user }) => user) };
  };

  test('is ordered by id or name, either way, and paged', async () => {
    expect((await list('orderBy=user_name')).names).toEqual(['A-list', 'b-list', 'c-list', 'D-list']);
    expect((await list('orderBy=user_name&order=desc')).names).toEqual([
      'D-list',
      'c-list',
      'b-list',
      'A-list',
    ]);
    const ids = (await list('order=desc')).data as { id: number }[];
    expect(ids.map(({ id }) => id)).toEqual(
      [...rows.map(({ id }) => id), lister.id].toSorted((a, b) => b - a),
    );
    expect(await list('orderBy=user_name&page=2&pageSize=3')).toMatchObject({ names: ['D-list'], total: 4 });
    expect(await list('page=3&pageSize=3')).toMatchObject({ status: 200, names: [], total: 4 });
    expect(await list('pageSize=0')).toMatchObject({ total: 4 });
  });

  test('has pages of ten', async () => {
    const business = await insertBusiness(server, (await insertUser(server)).id);
    const within = { businessId: business.id };
    const manager = await insertCaller(server, { ...within, isAdmin: true });
    await Promise.all(Array.from({ length: 10 }, async () => insertUser(server, within)));
    const { data, total } = await ote(server, 'GET', '/admin/user', manager.token);
    expect(data).toHaveLength(10);
    expect(total).toBe(11);
    const everything = await ote(server, 'GET', '/admin/user?pageSize=0', manager.token);
    expect(everything.data).toHaveLength(11);
  });

  test.each([
    ['page', '0'],
    ['page', '-1'],
    ['page', '1.5'],
    ['page', 'x'],
    ['page', ''],
    ['page', '1&page=2'],
    ['pageSize', '-1'],
    ['pageSize', 'many'],
    ['order', 'ASC'],
    ['order', 'up'],
    ['orderBy', 'phone'],
    ['orderBy', 'password_hash'],
  ])('refuses %s=%s and says so', async (field, value) => {
    const answer = await list(`${field}=${value}`);
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(new RegExp(`^${field}: `));
  });
});

describe('ids', () => {
  test.each(['999999999', '2147483648', '18446744073709551615'])('nobody has %s', async (id) => {
    expect((await ote(server, 'DELETE', `/admin/user/${id}`, admin)).status).toBe(404);
    expect((await ote(server, 'PUT', `/admin/user/${id}`, admin, { status: 1 })).status).toBe(404);
    expect(
      (await ote(server, 'PUT', `/admin/user/${id}/password`, admin, { password: PASSWORD })).status,
    ).toBe(404);
  });

  test.each(['0', '-1', 'x', '1.5', '1e3', '%00', '%20', '9'.repeat(40)])('%s is none', async (id) => {
    const answer = await ote(server, 'DELETE', `/admin/user/${id}`, admin);
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(/^userId: /);
    expect((await ote(server, 'PUT', `/admin/user/${id}`, admin, { status: 1 })).status).toBe(422);
  });

  test('in the graph both are nobody', async () => {
    for (const id of ['999999999', 'x', '-1', '']) {
      const read = await query(server.url, 'query ($id: ID!) { user(id: $id) { id } }', {
        token: admin,
        variables: { id },
      });
      expect(read).toMatchObject({ data: { user: null }, errors: [] });
    }
  });
});
