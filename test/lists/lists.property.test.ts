import type { EntityMetadata } from '@mikro-orm/core';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installQueue } from '../../src/domains/jobs/index.js';
import { type TestServer, query, startServer } from '../support/server.js';
import { type Filtered, type List, filteredBy, registeredLists } from './lists.js';
import { type Filter, type Order, type Row, holds, ordered } from './model.js';
import { Seed, TEXTS, tableOf } from './seed.js';

const RUNS = 60;

const lists = await registeredLists();

let server: TestServer;
let token: string;
const rows = new Map<string, Row[]>();

beforeAll(async () => {
  server = await startServer({ GRAPHQL_MAX_COST: '100000' });
  token = await server.adminToken();
  await installQueue(server.database.native, pino({ level: 'silent' }));
  for (const name of TEXTS)
    await server.database.query(`select jobs.create_queue($1, '{"policy":"standard"}')`, [name]);
  const seed = new Seed(server.database);
  for (const { node } of lists) await seed.fill(metadataOf(node.name));
  for (const list of lists) rows.set(list.name, await rowsOf(list));
});
afterAll(() => server.stop());

/** The class has the name of the type. */
function metadataOf(type: string): EntityMetadata {
  const all: EntityMetadata[] = [...server.database.fork().getMetadata().getAll().values()];
  const found = all.find(({ className }) => className === type);
  if (!found) throw new Error(`no stored class is named ${type}`);
  return found;
}

interface Answer {
  nodes: Record<string, unknown>[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  totalCount: number;
}

async function ask({ name, filter }: List, fields: readonly string[], variables: object): Promise<Answer> {
  const order = filter.name.replace(/Filter$/, 'Order');
  const { data, errors } = await query<Record<string, Answer>>(
    server.url,
    `query ($filter: ${filter.name}, $orderBy: [${order}!], $first: Int, $after: String, $last: Int, $before: String) {
      ${name}(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        nodes { id ${fields.join(' ')} } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    { token, variables },
  );
  expect(errors).toEqual([]);
  if (!data?.[name]) throw new Error('no data');
  return data[name];
}

/** Under its own name, or, where a row has several, under their common one. */
function fieldFor({ node }: List, property: string): string | undefined {
  return [property, `${property}s`].find((name) => name in node.getFields());
}

/** What stands in the columns of the table, and of what is in none, what the whole list tells. */
async function rowsOf(list: List): Promise<Row[]> {
  const meta = metadataOf(list.node.name);
  const filtered = filteredBy(list);
  const names = [...new Set([...filtered.keys(), ...list.orders.map(({ property }) => property), 'id'])];
  const columnOf = (name: string) => {
    const property = meta.properties[name];
    return property && !property.formula && property.columnTypes ? property.fieldNames[0] : undefined;
  };
  const told = names.filter((name) => columnOf(name) === undefined);
  const fields = told.map((name) => {
    const field = fieldFor(list, name);
    if (field === undefined) throw new Error(`no ${list.name} tells its ${name}`);
    return field;
  });
  const { nodes } = await ask(list, fields, { first: 500 });
  const answers = new Map(nodes.map((node) => [String(node['id']), node]));
  const stored = await server.database.query(`select to_jsonb(t)::text as row from ${tableOf(meta)} t`);
  expect(stored.rows.length).toBeGreaterThan(10);
  expect(answers.size).toBe(stored.rows.length);
  return stored.rows.map(({ row }) => {
    const values = JSON.parse(String(row)) as Record<string, unknown>;
    const answer = answers.get(String(values['id'])) ?? {};
    const value = (name: string): unknown => {
      const column = columnOf(name);
      if (column !== undefined) return values[column];
      const given = answer[fieldFor(list, name) ?? ''];
      return filtered.get(name)?.names?.get(String(given)) ?? given;
    };
    return new Map(names.map((name) => [name, value(name)]));
  });
}

/** Values that a filter's type takes and its column may not, by the type. */
const MISFITS: Readonly<Record<string, readonly string[]>> = {
  ID: ['', ' 1', '0x1', '1.5', '\0', '9'.repeat(12), '9'.repeat(30), 'not-a-uuid'],
  BigInt: [String(2n ** 63n - 1n), String(-(2n ** 63n))],
  DateTime: ['-200000-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
  String: ['\0'],
};

const NUMBERS = ['Int', 'Float', 'BigInt'];

/** A value for a field of the filter, as a variable and as rows have it; mostly one that a row has. */
function operands(list: List, name: string, { type, names }: Filtered): fc.Arbitrary<unknown> {
  if (names) return fc.constantFrom(...names.keys());
  const known = (rows.get(list.name) ?? []).flatMap((row) => row.get(name)).filter((value) => value !== null);
  const strange = {
    String: ['', 'B', 'x%', '_'],
    ID: known.slice(0, 1),
    Boolean: [true, false],
    DateTime: ['2050-01-01T00:00:00.000Z'],
  }[type] ?? [1, 3];
  const values = [...new Set([...known, ...strange])];
  const spelt = NUMBERS.includes(type)
    ? values
    : values.map((value) => (type === 'ID' ? String(value as number | string) : value));
  return fc.constantFrom(...spelt);
}

function comparisons(list: List, name: string, filtered: Filtered): fc.Arbitrary<object> {
  const operand = operands(list, name, filtered);
  const of = (operator: string): fc.Arbitrary<unknown> => {
    if (operator === 'in') return fc.array(operand, { maxLength: 3 });
    return operator === 'eq' ? fc.oneof({ weight: 5, arbitrary: operand }, fc.constant(null)) : operand;
  };
  return fc
    .subarray(filtered.operators, { maxLength: Math.min(2, filtered.operators.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((operator) => [operator, of(operator)]))));
}

function filters(list: List, depth: number): fc.Arbitrary<Filter> {
  const all = [...filteredBy(list)];
  const fields = fc
    .subarray(all, { maxLength: 2 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(chosen.map(([name, filtered]) => [name, comparisons(list, name, filtered)])),
      ),
    );
  if (depth === 0) return fields;
  const inner = filters(list, depth - 1);
  const combined = fc.record(
    { and: fc.array(inner, { maxLength: 2 }), or: fc.array(inner, { maxLength: 3 }), not: inner },
    { requiredKeys: [] },
  );
  return fc.tuple(fields, combined).map(([own, others]) => ({ ...own, ...others }));
}

/** As rows have them, whose enums hold what stands for a name. */
function inWordsOfRows(filter: Filter, filtered: ReadonlyMap<string, Filtered>): Filter {
  const inner = (each: Filter) => inWordsOfRows(each, filtered);
  const { and, or, not, ...fields } = filter;
  const translated = Object.entries(fields).map(([name, given]) => {
    const names = filtered.get(name)?.names;
    const one = (value: unknown): unknown => names?.get(String(value)) ?? value;
    const all = Object.entries(given as object).map(
      ([operator, operand]: [string, unknown]): [string, unknown] => [
        operator,
        Array.isArray(operand) ? operand.map(one) : one(operand),
      ],
    );
    return [name, Object.fromEntries<unknown>(all)] as const;
  });
  return {
    ...Object.fromEntries<unknown>(translated),
    ...(and && { and: and.map(inner) }),
    ...(or && { or: or.map(inner) }),
    ...(not && { not: inner(not) }),
  };
}

interface Wanted {
  filter: Filter;
  order: (Order & { name: string })[];
  size: number;
  isBackward: boolean;
}

const wanted = (list: List): fc.Arbitrary<Wanted> =>
  fc.record({
    filter: filters(list, 2),
    order: fc
      .uniqueArray(
        fc.record({
          chosen: fc.constantFrom(...list.orders),
          direction: fc.constantFrom('ASC', 'DESC'),
        }),
        { maxLength: 3, selector: ({ chosen }) => chosen.property },
      )
      .map((all) => all.map(({ chosen, direction }) => ({ ...chosen, direction }))),
    size: fc.integer({ min: 3, max: 40 }),
    isBackward: fc.boolean(),
  });

/** The keys of all pages. */
async function walk(list: List, { filter, order, size, isBackward }: Wanted): Promise<[string[], number]> {
  const orderBy = order.map(({ name, direction }) => ({ field: name, direction }));
  const keys: string[] = [];
  let cursor: string | null = null;
  for (;;) {
    const place = isBackward ? { last: size, before: cursor } : { first: size, after: cursor };
    const { nodes, pageInfo, totalCount }: Answer = await ask(list, [], { filter, orderBy, ...place });
    const found = nodes.map(({ id }) => String(id));
    if (isBackward) keys.unshift(...found);
    else keys.push(...found);
    if (!(isBackward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return [keys, totalCount];
    cursor = isBackward ? pageInfo.startCursor : pageInfo.endCursor;
  }
}

test('lists are registered', () => {
  expect(lists.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'users',
      'businesses',
      'auditEvents',
      'platforms',
      'clusters',
      'clusterNodes',
      'apps',
      'dataCenters',
      'externalRepositories',
      'jobs',
      'yamlJobs',
    ]),
  );
});

describe.each(lists.map((list) => [list.name, list] as const))('%s', (name, list) => {
  test('is what its filter, order and pages say', async () => {
    const filtered = filteredBy(list);
    await fc.assert(
      fc.asyncProperty(wanted(list), async (given) => {
        const filter = inWordsOfRows(given.filter, filtered);
        const matching = (rows.get(name) ?? []).filter((row) => holds(row, filter));
        const keys = ordered(matching, given.order).map((row) => String(row.get('id')));
        expect(await walk(list, given)).toEqual([keys, keys.length]);
      }),
      { numRuns: RUNS },
    );
  });

  test('names the field whose value it refuses', async () => {
    const text = `query ($filter: ${list.filter.name}) { ${name}(filter: $filter) { totalCount } }`;
    for (const [field, { type, operators }] of filteredBy(list)) {
      for (const operator of operators) {
        for (const value of MISFITS[type] ?? []) {
          const operand = operator === 'in' ? [value] : value;
          const filter = { not: { or: [{ [field]: { [operator]: operand } }] } };
          const { errors } = await query(server.url, text, { token, variables: { filter } });
          const path = `filter.not.or.0.${field}.${operator}`;
          const refusal = {
            message: expect.stringContaining(path) as string,
            extensions: {
              code: 'BAD_USER_INPUT',
              fields: [{ path: expect.stringContaining(path) as string }],
            },
          };
          expect(errors, JSON.stringify(filter)).toMatchObject(errors.length === 0 ? [] : [refusal]);
        }
      }
    }
  });

  test('keeps what is null where something else is not wanted', async () => {
    const filtered = filteredBy(list);
    for (const [field, { names }] of filtered) {
      const all = rows.get(name) ?? [];
      const isNull = (row: Row) => row.get(field) === null;
      const value = all.map((row) => row.get(field)).find((each) => each !== null && !Array.isArray(each));
      if (!all.some(isNull) || value === undefined || names) continue;
      const { nodes } = await ask(list, [], { first: 500, filter: { not: { [field]: { eq: value } } } });
      const keys = new Set(nodes.map(({ id }) => String(id)));
      expect(
        all.filter(isNull).every((row) => keys.has(String(row.get('id')))),
        field,
      ).toBe(true);
    }
  });
});
