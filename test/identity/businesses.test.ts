import { beforeAll, describe, expect, test } from 'vitest';
import { BUSINESS_APPROVED } from '../../src/domains/identity/index.js';
import { ote, uniqueName } from '../support/people.js';
import { query, startServer } from '../support/server.js';
import { useServer } from '../support/useServer.js';
import { type Member, SECRET_KEY, insertBusiness, insertCaller, insertUser } from './support/world.js';

const server = useServer(() => startServer({ SECRET_KEY }));
let admin: string;
beforeAll(async () => {
  admin = await server.adminToken();
});

const draft = (more: object = {}) => ({
  name: uniqueName('business'),
  introduce: 'introduce',
  objective: 'objective',
  scale: 'scale',
  ...more,
});
const creator = async () => insertCaller(server, { isAdmin: true });
const create = async ({ token }: Member, more: object = {}) =>
  ote(server, 'POST', '/business', token, draft(more));
const audit = async (id: number, status: unknown, comment: unknown = 'a comment') =>
  ote(server, 'PUT', `/business/id/${id}`, admin, { status, comment });
const roleOf = async ({ token }: Member) => {
  const { data } = await ote(server, 'GET', '/authorization', token);
  return (data as { role: number }).role;
};

/** The newest business that the user has created. */
async function idOf({ id }: { id: number }): Promise<number> {
  const { rows } = await server.database.query('select max(id) as id from businesses where user_id = $1', [
    id,
  ]);
  return Number(rows[0]?.['id']);
}

const read = async (id: number) => {
  const { data } = await ote(server, 'GET', `/business/id/${id}`, admin);
  return data as { name: string; status: number; comment: string; userId: number };
};

describe('creating', () => {
  test('waits for the audit, in which the creator stays without business', async () => {
    const user = await creator();
    expect(await create(user)).toMatchObject({ status: 200, message: 'success' });
    expect(await read(await idOf(user))).toMatchObject({ status: 0, comment: '', userId: user.id });
    expect(await roleOf(user)).toBe(1);
  });

  test('is for users that are registered as administrators', async () => {
    const general = await insertCaller(server);
    expect(await create(general)).toMatchObject({ status: 403, code: 403 });
    const document =
      'mutation ($input: CreateBusinessInput!) { createBusiness(input: $input) { business { id } } }';
    const graph = await query(server.url, document, { token: general.token, variables: { input: draft() } });
    expect(graph.errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('a second one is refused while the first waits and when it is approved', async () => {
    const user = await creator();
    await create(user);
    expect((await create(user)).status).toBe(409);
    await audit(await idOf(user), 1);
    expect((await create(user)).status).toBe(409);
  });

  test('of two at the same time by one user, one is created', async () => {
    const user = await creator();
    const answers = await Promise.all([create(user), create(user), create(user)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  });

  test('of two at the same time of one name, whatever the case, one is created', async () => {
    const users = await Promise.all([creator(), creator(), creator()]);
    const name = uniqueName('raced');
    const spellings = [name, name.toUpperCase(), name.replace('raced', 'Raced')];
    const answers = await Promise.all(
      users.map(async (user, index) => create(user, { name: spellings[index] })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect((await create(await creator(), { name })).status).toBe(409);
  });

  test.each([
    ['name', ''],
    ['name', 'x'.repeat(65)],
    ['name', 'nul\0'],
    ['name', undefined],
    ['introduce', 7],
    ['introduce', undefined],
    ['objective', null],
    ['scale', 'x'.repeat(4097)],
    ['scale', undefined],
  ])('%s may not be %j', async (field, value) => {
    const answer = await create(await creator(), { [field]: value });
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(new RegExp(`^${field}: `));
  });
});

describe('the audit', () => {
  test('makes the creator administrator at once, on the token that it has', async () => {
    const user = await creator();
    await create(user);
    expect(await roleOf(user)).toBe(1);
    expect((await ote(server, 'GET', '/admin/user', user.token)).status).toBe(403);
    const id = await idOf(user);
    expect(await audit(id, 1, 'pass')).toMatchObject({ status: 200, message: 'success' });
    expect(await roleOf(user)).toBe(3);
    expect(await ote(server, 'GET', '/admin/user', user.token)).toMatchObject({ status: 200, total: 1 });
    expect(await read(id)).toMatchObject({ status: 1, comment: 'pass' });
  });

  test('tells once of an approval, for the clusters that need its namespace', async () => {
    const told: number[] = [];
    const stop = server.database.notifications.subscribe(BUSINESS_APPROVED, ({ businessId }) =>
      told.push(businessId),
    );
    const user = await creator();
    await create(user);
    const id = await idOf(user);
    await audit(id, 2);
    await audit(id, 1);
    await audit(id, 1, 'again');
    await expect.poll(() => told).toContain(id);
    const last = await creator();
    await create(last);
    await audit(await idOf(last), 1);
    await expect.poll(() => told).toContain(await idOf(last));
    stop();
    expect(told).toEqual([id, await idOf(last)]);
  });

  test('twice the same is fine, an approved one is not turned down any more', async () => {
    const user = await creator();
    await create(user);
    const id = await idOf(user);
    expect((await audit(id, 1, 'first')).status).toBe(200);
    expect((await audit(id, 1, 'second')).status).toBe(200);
    expect(await read(id)).toMatchObject({ status: 1, comment: 'second' });
    expect((await audit(id, 2)).status).toBe(409);
    expect(await read(id)).toMatchObject({ status: 1, comment: 'second' });
    expect(await roleOf(user)).toBe(3);
  });

  test('who was turned down may create another, or be approved after all', async () => {
    const user = await creator();
    await create(user);
    const first = await idOf(user);
    expect((await audit(first, 2, 'no')).status).toBe(200);
    expect(await read(first)).toMatchObject({ status: 2, comment: 'no' });
    expect(await roleOf(user)).toBe(1);
    expect((await audit(first, 1)).status).toBe(200);
    expect(await roleOf(user)).toBe(3);

    const other = await creator();
    await create(other);
    const turnedDown = await idOf(other);
    await audit(turnedDown, 2);
    expect((await create(other)).status).toBe(200);
    expect((await audit(turnedDown, 1)).status).toBe(409);
    expect((await audit(await idOf(other), 1)).status).toBe(200);
    expect((await audit(turnedDown, 1)).status).toBe(409);
  });

  test('a name that was turned down is free, and then kept by who took it', async () => {
    const user = await creator();
    const name = uniqueName('freed');
    await create(user, { name });
    const first = await idOf(user);
    await audit(first, 2);
    expect((await create(await creator(), { name: name.toUpperCase() })).status).toBe(200);
    expect((await audit(first, 1)).status).toBe(409);
    expect(await read(first)).toMatchObject({ status: 2 });
  });

  test('a business whose creator is deleted cannot be approved', async () => {
    const waiting = await creator();
    await create(waiting);
    const waitingId = await idOf(waiting);
    await ote(server, 'DELETE', `/admin/user/${waiting.id}`, admin);
    expect(await read(waitingId)).toMatchObject({ status: 3 });
    expect((await audit(waitingId, 1)).status).toBe(404);

    const turnedDown = await creator();
    await create(turnedDown);
    const id = await idOf(turnedDown);
    await audit(id, 2);
    await ote(server, 'DELETE', `/admin/user/${turnedDown.id}`, admin);
    expect((await audit(id, 1)).status).toBe(409);
    expect(await read(id)).toMatchObject({ status: 2 });
  });

  test('an approval and the deletion of the creator at the same time: the one that is first counts', async () => {
    for (let round = 0; round < 5; round += 1) {
      const user = await creator();
      await create(user);
      const id = await idOf(user);
      const [audited, deleted] = await Promise.all([
        audit(id, 1),
        ote(server, 'DELETE', `/admin/user/${user.id}`, admin),
      ]);
      expect([200, 404, 409]).toContain(audited.status);
      expect(deleted.status).toBe(200);
      expect((await read(id)).status).toBe(audited.status === 200 ? 1 : 3);
    }
  });

  test.each([
    ['status', 0],
    ['status', 3],
    ['status', '1'],
    ['status', undefined],
    ['comment', 7],
    ['comment', 'nul\0'],
    ['comment', undefined],
  ])('%s may not be %j', async (field, value) => {
    const { id } = await insertBusiness(server, (await insertUser(server)).id, 'PENDING');
    const answer = await ote(server, 'PUT', `/business/id/${id}`, admin, {
      status: 1,
      comment: 'c',
      [field]: value,
    });
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(new RegExp(`^${field}: `));
    expect(await read(id)).toMatchObject({ status: 0 });
  });

  test('in the graph knows two outcomes', async () => {
    const { id } = await insertBusiness(server, (await creator()).id, 'PENDING');
    const document =
      'mutation ($input: AuditBusinessInput!) { auditBusiness(input: $input) { business { status comment } } }';
    const decide = async (status: string) =>
      query(server.url, document, { token: admin, variables: { input: { id, status } } });
    for (const status of ['PENDING', 'DELETED']) {
      const { errors } = await decide(status);
      expect(errors[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: [{ path: 'input.status' }],
      });
    }
    expect((await decide('APPROVED')).data).toEqual({
      auditBusiness: { business: { status: 'APPROVED', comment: '' } },
    });
    expect((await decide('DISAPPROVED')).errors[0]?.extensions.code).toBe('CONFLICT');
  });
});

describe('reading', () => {
  test('the system administrator lists all, paged, either way, by part of the name', async () => {
    const founder = await insertUser(server);
    const mark = uniqueName('mark');
    const names = ['one', 'Two', 'three%'].map((name) => `${mark}-${name}`);
    const ids: number[] = [];
    for (const name of names) ids.push((await insertBusiness(server, founder.id, 'DISAPPROVED', name)).id);
    const list = async (search: string) => {
      const { data, total } = await ote(server, 'GET', `/business?name=${mark}&${search}`, admin);
      return { ids: (data as { id: number }[]).map(({ id }) => id), total };
    };
    expect(await list('')).toEqual({ ids, total: 3 });
    expect(await list('orderBy=id&order=desc')).toEqual({ ids: ids.toReversed(), total: 3 });
    expect(await list('page=2&pageSize=2')).toEqual({ ids: ids.slice(2), total: 3 });
    expect(await list('pageSize=0')).toEqual({ ids, total: 3 });
    const byName = async (name: string) =>
      (await ote(server, 'GET', `/business?name=${encodeURIComponent(name)}`, admin)).total;
    expect(await byName(`${mark}-TWO`)).toBe(1);
    expect(await byName(`${mark}-three%`)).toBe(1);
    expect(await byName(`${mark}-%`)).toBe(0);
    expect(await byName(`${mark}_one`)).toBe(0);
  });

  test('others list their own: what they created and what they belong to', async () => {
    const user = await creator();
    expect(await ote(server, 'GET', '/business', user.token)).toMatchObject({ data: [], total: 0 });
    await create(user);
    const id = await idOf(user);
    expect(await ote(server, 'GET', '/business', user.token)).toMatchObject({
      data: [{ id, status: 0 }],
      total: 1,
    });
    expect((await ote(server, 'GET', `/business/id/${id}`, user.token)).status).toBe(200);
    await audit(id, 1);
    const member = await insertCaller(server, { businessId: id });
    expect(await ote(server, 'GET', '/business', member.token)).toMatchObject({
      data: [{ id, status: 1 }],
      total: 1,
    });
  });

  test.each([
    ['page', '0'],
    ['pageSize', '-1'],
    ['order', 'sideways'],
    ['orderBy', 'name'],
    ['name', '%00'],
  ])('the list refuses %s=%s', async (field, value) => {
    const answer = await ote(server, 'GET', `/business?${field}=${value}`, admin);
    expect(answer.status).toBe(422);
    expect(answer.message).toMatch(new RegExp(`^${field}: `));
  });

  test('ids that no business has answer 404, texts that are none 422', async () => {
    for (const id of ['999999999', '2147483648', '18446744073709551615']) {
      expect((await ote(server, 'GET', `/business/id/${id}`, admin)).status).toBe(404);
    }
    for (const id of ['0', '-1', 'x', '1.5', '%00']) {
      const answer = await ote(server, 'GET', `/business/id/${id}`, admin);
      expect(answer.status).toBe(422);
      expect(answer.message).toMatch(/^id: /);
    }
  });
});
