import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ote } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Member, SECRET_KEY, insertBusiness, insertCaller, insertUser } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY }));
let manager: Member;
beforeAll(async () => {
  const { id: businessId } = await insertBusiness(server, (await insertUser(server)).id);
  manager = await insertCaller(server, { businessId, isAdmin: true });
});

let administrators: Member[];
beforeEach(async () => {
  administrators = await Promise.all(
    [1, 2].map(async () => insertCaller(server, { isSystemAdministrator: true, isAdmin: true })),
  );
  await server.database.query('update users set is_system_administrator = false where id <> all($1::int[])', [
    `{${administrators.map(({ id }) => id).join()}}`,
  ]);
});
const pair = (): [Member, Member] => {
  const [first, second] = administrators;
  if (!first || !second) throw new Error('two administrators are needed');
  return [first, second];
};
const workingAdministrators = async () => {
  const { rows } = await server.database.query(
    `select count(*) as n from users where is_system_administrator and status = 'APPROVED'`,
  );
  return Number(rows[0]?.['n']);
};

test('nobody deletes its own user, by any door', async () => {
  for (const { id, token } of [...administrators, manager]) {
    expect(await ote(server, 'DELETE', `/admin/user/${id}`, token)).toMatchObject({
      status: 409,
      code: 409,
    });
    const document = `mutation { deleteUser(input: { id: ${id} }) { user { id } } }`;
    expect((await query(server.url, document, { token })).errors[0]?.extensions.code).toBe('CONFLICT');
  }
});

test.each([0, 2, 3])(
  'the last system administrator keeps its status, whoever would set %i',
  async (status) => {
    const [first, second] = pair();
    expect((await ote(server, 'PUT', `/admin/user/${second.id}`, first.token, { status })).status).toBe(200);
    expect((await ote(server, 'PUT', `/admin/user/${first.id}`, first.token, { status })).status).toBe(409);
    expect((await ote(server, 'GET', '/authorization', first.token)).status).toBe(200);
    expect(await workingAdministrators()).toBe(1);
  },
);

test('two who delete each other at the same time: one stays', async () => {
  const [first, second] = pair();
  const statuses = await Promise.all([
    ote(server, 'DELETE', `/admin/user/${second.id}`, first.token),
    ote(server, 'DELETE', `/admin/user/${first.id}`, second.token),
  ]);
  expect(statuses.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await workingAdministrators()).toBe(1);
});

test('two who lock each other out at the same time: one stays', async () => {
  const [first, second] = pair();
  const lock = (by: Member, { id }: Member) =>
    ote(server, 'PUT', `/admin/user/${id}`, by.token, { status: 3 });
  const statuses = await Promise.all([lock(first, second), lock(second, first)]);
  expect(statuses.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await workingAdministrators()).toBe(1);
});
