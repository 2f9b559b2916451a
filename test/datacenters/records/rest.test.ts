import { describe, expect, test } from 'vitest';
import { newBusiness, newUser } from '../../support/people.js';
import { useServer } from '../../support/useServer.js';
import { insertDataCenter } from '../inventory/support/world.js';
import { type CloudServer, optimus, startClouds } from '../support/world.js';
import { insertRecord } from './support/stored.js';
import { createRecord, recordsOf } from './support/world.js';

/** Nothing is made by itself here. */
const server = useServer(async () => startClouds());

const NOBODY = '0'.repeat(32);
const refusal = (code: number, message: string) =>
  JSON.stringify({ status: false, code, message, data: null });
const post = async (of: CloudServer, body: object, as?: string) => optimus(of, 'POST', '/record', body, as);

describe('GET /record', () => {
  test('comes in parts, the latest first, or in another order', async () => {
    const cid = await insertDataCenter(server);
    const names = Array.from({ length: 25 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    for (const [age, name] of names.entries()) await insertRecord(server, cid, { name, age });
    await insertRecord(server, await insertDataCenter(server), { name: 'of another' });
    const namesOf = async (more: string) => (await recordsOf(server, cid, more)).map(({ name }) => name);
    expect(await namesOf('')).toEqual(names.slice(0, 20));
    expect(await namesOf('&offset=20')).toEqual(names.slice(20));
    expect(await namesOf('&order=asc&limit=2')).toEqual(['r24', 'r23']);
    expect(await namesOf('&sort=name&limit=2')).toEqual(['r24', 'r23']);
    expect(await namesOf('&sort=name&order=asc&limit=1')).toEqual(['r00']);
    expect((await optimus(server, 'GET', `/record?cid=${cid.toUpperCase()}&limit=1`)).body['total']).toBe(25);
  });

  test('has nothing without a data center', async () => {
    const nothing = '{"code":200,"data":[],"status":true,"total":0}';
    expect((await optimus(server, 'GET', '/record')).text).toBe(nothing);
    expect((await optimus(server, 'GET', '/record?sort=timestamp&order=desc&limit=50')).text).toBe(nothing);
  });

  test.each([
    ['cid=x', 'cid: must be 32 hex digits'],
    ['sort=id', 'sort: must be one of timestamp, name, status'],
    ['order=up', 'order: must be one of asc, desc'],
    ['limit=0', 'limit: must be a whole number from 1 to 1000'],
    ['offset=-1', 'offset: must be a whole number from 0 to 2147483647'],
  ])('%s is refused', async (query, message) => {
    expect((await optimus(server, 'GET', `/record?${query}`)).text).toBe(refusal(400, message));
  });
});

describe('POST /record', () => {
  test('is running from the beginning', async () => {
    const cid = await insertDataCenter(server);
    const id = await createRecord(server, cid);
    expect(await recordsOf(server, cid)).toMatchObject([{ id, cid, status: 'running', traceback: null }]);
  });

  test('finds a data center by its name too, among those that the caller sees', async () => {
    const [own, foreign] = [await newBusiness(server), await newBusiness(server)];
    const [cid, other] = [
      await insertDataCenter(server, { businessId: own.id }),
      await insertDataCenter(server, { businessId: foreign.id }),
    ];
    await server.database.query("update data_centers set name = 'shared' where id = any($1)", [[cid, other]]);
    const older = { name: 'r', data_center: 'shared', cee_version: 'drop28', host: 'h' };
    const made = await post(server, older, own.admin.token);
    expect(made.status).toBe(201);
    expect(await recordsOf(server, cid)).toMatchObject([{ id: made.body['id'] }]);
    expect((await post(server, older)).text).toBe(
      refusal(400, 'data_center: is the name of several; choose one by cid'),
    );
    expect((await post(server, { ...older, cid: other })).status).toBe(201);
    expect((await post(server, { ...older, data_center: 'none' })).text).toBe(
      refusal(404, 'no data center is called "none"'),
    );
  });

  test.each([
    [{ cid: NOBODY }, 'name: is required'],
    [{ name: 'r' }, 'cid: is required'],
    [{ name: '', cid: NOBODY }, 'name: must have 1 to 64 characters'],
    [{ name: 'x'.repeat(65), cid: NOBODY }, 'name: must have 1 to 64 characters'],
    [{ name: 'a\0b', cid: NOBODY }, 'name: must not contain the NUL character'],
    [{ name: 'r', cid: 'x' }, 'cid: must be 32 hex digits'],
    [{ name: 'r', data_center: '\ud800' }, 'data_center: must not contain half of a surrogate pair'],
  ])('%o is refused', async (body, message) => {
    expect((await post(server, body)).text).toBe(refusal(400, message));
  });

  test('is refused while four of the same tenant are made, however many ask at once', async () => {
    const [busy, other] = [await newBusiness(server), await newUser(server)];
    const cids = [
      await insertDataCenter(server, { businessId: busy.id }),
      await insertDataCenter(server, { businessId: busy.id }),
    ];
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, index) =>
        post(server, { name: 'r', cid: cids[index % 2] }, busy.admin.token),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect([201, 429].map((code) => statuses.filter((status) => status === code).length)).toEqual([4, 8]);
    const { rows } = await server.database.query(
      "select count(*)::int as n from records where status = 'RUNNING' and data_center_id = any($1)",
      [cids],
    );
    expect(rows).toEqual([{ n: 4 }]);
    const own = await insertDataCenter(server, { ownerId: other.id });
    expect((await post(server, { name: 'r', cid: own }, other.token)).status).toBe(201);
  });
});

describe('DELETE /record', () => {
  test('takes the workbook with it, and is in the trail', async () => {
    const cid = await insertDataCenter(server);
    const id = await insertRecord(server, cid);
    await server.database.query("insert into record_chunks values ($1, 0, 'x')", [id]);
    expect((await optimus(server, 'DELETE', '/record', { id: id.toUpperCase() })).text).toBe(
      '{"code":200,"status":true}',
    );
    const { rows } = await server.database.query('select 1 from record_chunks where record_id = $1', [id]);
    expect(rows).toEqual([]);
    expect((await optimus(server, 'DELETE', '/record', { id })).status).toBe(404);
    const trail = await server.database.query(
      "select action from audit_events where object_type = 'Record' and object_id = $1",
      [id],
    );
    expect(trail.rows).toEqual([{ action: 'record.delete' }]);
  });

  test('is refused while it is made', async () => {
    const cid = await insertDataCenter(server);
    const id = await createRecord(server, cid);
    expect((await optimus(server, 'DELETE', '/record', { id })).text).toBe(
      refusal(409, 'the record is being made; it can be deleted once that has ended'),
    );
    expect(await recordsOf(server, cid)).toHaveLength(1);
  });

  test.each([
    [{}, 400, 'id: is required'],
    [{ id: '' }, 400, 'id: must be 32 hex digits'],
    [{ id: NOBODY }, 404, `no record has the id "${NOBODY}"`],
  ])('%o is refused', async (body, code, message) => {
    expect((await optimus(server, 'DELETE', '/record', body)).text).toBe(refusal(code, message));
  });

  test('a data center takes its records with it, made or not', async () => {
    const cid = await insertDataCenter(server);
    await insertRecord(server, cid);
    await createRecord(server, cid);
    expect((await optimus(server, 'DELETE', '/data_center', { id: cid })).status).toBe(200);
    expect((await optimus(server, 'GET', `/record?cid=${cid}`)).status).toBe(404);
    const { rows } = await server.database.query('select 1 from records where data_center_id = $1', [cid]);
    expect(rows).toEqual([]);
  });
});

describe('GET /record/download', () => {
  test.each([
    ['RUNNING', 'there is no workbook: the record is still being made'],
    ['FAILED', 'there is no workbook: the record has failed; see its traceback'],
  ] as const)('one that is %s has none', async (status, message) => {
    const id = await insertRecord(server, await insertDataCenter(server), { status });
    const answer = await optimus(server, 'GET', `/record/download?id=${id}`);
    expect(answer.text).toBe(refusal(409, message));
  });

  test('answers nothing without an id, and refuses one that is none', async () => {
    const path = '/record/download';
    expect((await optimus(server, 'GET', path)).text).toBe('{"code":200,"data":"","status":true}');
    expect((await optimus(server, 'GET', `${path}?id=1`)).text).toBe(
      refusal(400, 'id: must be 32 hex digits'),
    );
    expect((await optimus(server, 'GET', `${path}?id=${NOBODY}`)).text).toBe(
      refusal(404, `no record has the id "${NOBODY}"`),
    );
  });
});

test('of another tenant there is nothing, and what is the user alone moves with it', async () => {
  const [owner, stranger] = [await newUser(server, { isAdmin: true }), await newBusiness(server)];
  const cid = await insertDataCenter(server, { ownerId: owner.id });
  const id = await createRecord(server, cid, { as: owner.token });
  const paths = [
    ['GET', `/record?cid=${cid}`],
    ['GET', `/record/download?id=${id}`],
    ['DELETE', '/record', { id }],
    ['POST', '/record', { name: 'r', cid }],
  ] as const;
  for (const [method, path, body] of paths)
    expect((await optimus(server, method, path, body, stranger.admin.token)).status).toBe(404);
  await server.database.query('update data_centers set business_id = $1 where id = $2', [stranger.id, cid]);
  expect(await recordsOf(server, cid, '', stranger.admin.token)).toMatchObject([{ id }]);
  expect((await optimus(server, 'GET', `/record?cid=${cid}`, undefined, owner.token)).status).toBe(404);
});
