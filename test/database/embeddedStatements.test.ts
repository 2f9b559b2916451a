import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SharedPglite } from '../../src/database/sharedPglite.js';

let pglite: PGlite;
let shared: SharedPglite;
beforeAll(async () => {
  pglite = new PGlite();
  shared = new SharedPglite(pglite);
  await pglite.exec('create table things (id int primary key, name text)');
});
afterAll(() => pglite.close());

let statement: string;
beforeEach(({ task }) => {
  statement = `select $1::int + 1 as "next", '${task.id}' as "test"`;
});

const prepared = async (text = statement) =>
  (await pglite.query('select name from pg_prepared_statements where statement = $1', [text])).rows.length;
const run = async (text: string, value: number) => (await shared.query(text, [value])).rows;

test('a statement is prepared the second time, once, and answers as before', async () => {
  for (const [value, times] of [
    [1, 0],
    [2, 1],
    [3, 1],
  ] as const) {
    expect(await run(statement, value)).toMatchObject([{ next: value + 1 }]);
    expect(await prepared()).toBe(times);
  }
});

test.each([
  ['select $1::int[] as a, $2::jsonb as b, $3::bytea as c', [[1, null, 3], { x: [1] }, Buffer.from('é')]],
  ['select $1::timestamptz as a, $2::text[] as b, $3::bool as c', [new Date(0), ['a,"b', '{}'], false]],
  ['select $1::bigint as a, $2::numeric as b, $3::text as c', [2n ** 62n, '1.50', null]],
  ['select n, n * $1::int as m from generate_series(1, 3) n', [2]],
  ['insert into things values ($1, $2), ($1 + 1, $2) returning id', [10, "it's"]],
  ['update things set name = $1', [undefined]],
  ['delete from things', []],
  ['select', []],
  ['create table more (id int)', []],
  ['drop table things', []],
] as const)('%s answers what PGlite answers', async (text, values) => {
  for (const _time of [1, 2, 3]) {
    await pglite.exec('begin');
    const wanted = await pglite.query(text, [...values]);
    await pglite.exec('rollback; begin');
    expect(await shared.query(text, values)).toEqual(wanted);
    await pglite.exec('rollback');
  }
});

test('failures tell their code, and hold up nothing', async () => {
  const failing = `${statement}, 1 / $2::int`;
  for (const _time of [1, 2, 3]) {
    await expect(shared.query(failing, [1, 0])).rejects.toMatchObject({ code: '22012' });
    await expect(shared.query('select wrong', [])).rejects.toMatchObject({ code: '42703' });
    expect((await shared.query(failing, [1, 1])).rows).toHaveLength(1);
  }
});

test('a transaction is kept, or undone as a whole, and others wait for its end', async () => {
  const insert = 'insert into things (id) values ($1)';
  const count = async () => (await shared.query('select from things where id >= 100')).rows.length;
  const counts: Promise<number>[] = [];
  await shared.transaction(async (transaction) => {
    await transaction.query(insert, [100]);
    counts.push(count());
    await transaction.query(insert, [101]);
  });
  expect(await Promise.all(counts)).toEqual([2]);
  const failed = shared.transaction(async (transaction) => {
    await transaction.query(insert, [102]);
    await transaction.query(insert, [100]);
  });
  await expect(failed).rejects.toMatchObject({ code: '23505' });
  expect(await count()).toBe(2);
});

test('a table that has changed is read as it is', async () => {
  await pglite.exec('create table changing (id int); insert into changing values (1)');
  const all = 'select c.* from changing c where id = $1';
  for (const _time of [1, 2, 3]) expect(await run(all, 1)).toEqual([{ id: 1 }]);
  await pglite.exec('alter table changing add column name text');
  expect(await run(all, 1)).toEqual([{ id: 1, name: null }]);
});

test('no more are prepared than it can bear, and those that still come are among them', async () => {
  for (let index = 0; index < 300; index += 1) {
    const text = `${statement} -- ${index}`;
    expect(await Promise.all([run(text, 1), run(text, 2)])).toMatchObject([[{ next: 2 }], [{ next: 3 }]]);
    if (index % 10 === 0) await run(statement, index);
  }
  await run(statement, 1);
  const { rows } = await pglite.query<{ count: number }>(
    'select count(*)::int as count from pg_prepared_statements',
  );
  expect(rows[0]?.count).toBeLessThanOrEqual(200);
  expect(await prepared()).toBe(1);
});
