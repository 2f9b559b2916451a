import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, startServer } from '../support/server.js';
import { dataOf, execute } from './client.js';
import type { PlatformFilter } from './generated/graphql.js';
import { Platforms, RegisterPlatform } from './operations.js';

const NAMES = [
  'alpha',
  'Alpha',
  'ALPHABET',
  '100%',
  '100x',
  'a_b',
  'aXb',
  String.raw`c:\d`,
  'c:d',
  '🚀 Rakete',
  "o'hara",
  ' ',
];

let server: TestServer;
let token: string;

interface Row {
  id: string;
  name: string;
  kind: string;
  protocol: string;
  host: string;
  description: string;
  tlsVerify: boolean;
  createdAt: string;
}

const rows: Row[] = [];

beforeAll(async () => {
  server = await startServer();
  token = await server.adminToken();
  for (const [index, name] of NAMES.entries()) {
    const input = {
      name,
      kind: index % 3 === 0 ? 'MODELARTS' : 'GENERIC',
      protocol: index % 2 === 0 ? 'HTTP' : 'HTTPS',
      host: `host${index % 4}.example.org`,
      description: index % 5 === 0 ? '' : `about ${name}`,
      tlsVerify: index % 4 !== 0,
    } as const;
    const { registerPlatform } = await dataOf(server.url, RegisterPlatform, { input }, token);
    rows.push(registerPlatform.platform);
  }
});
afterAll(() => server.stop());

async function namesBy(filter: PlatformFilter): Promise<string[]> {
  const { platforms } = await dataOf(server.url, Platforms, { filter, first: 100 }, token);
  return platforms.nodes.map(({ name }) => name).toSorted();
}

describe('texts', () => {
  test.each<[string, PlatformFilter, string[]]>([
    ['eq tells upper from lower case', { name: { eq: 'alpha' } }, ['alpha']],
    ['in', { name: { in: ['alpha', 'a_b', 'nothing'] } }, ['a_b', 'alpha']],
    ['in nothing', { name: { in: [] } }, []],
    ['contains, without case', { name: { contains: 'LPH' } }, ['ALPHABET', 'Alpha', 'alpha']],
    ['startsWith, without case', { name: { startsWith: 'alphab' } }, ['ALPHABET']],
    ['a percent sign is one', { name: { contains: '0%' } }, ['100%']],
    ['an underscore is one', { name: { contains: 'a_b' } }, ['a_b']],
    ['a backslash is one', { name: { contains: ':\\' } }, [String.raw`c:\d`]],
    ['a backslash at the end', { name: { startsWith: 'c:\\' } }, [String.raw`c:\d`]],
    ['a quote is one', { name: { contains: "'" } }, ["o'hara"]],
    ['characters of four bytes', { name: { contains: '🚀' } }, ['🚀 Rakete']],
    ['an empty text is in all', { name: { contains: '' } }, NAMES.toSorted()],
    [
      'several operators hold together',
      { name: { contains: 'alpha', startsWith: 'al', eq: 'Alpha' } },
      ['Alpha'],
    ],
    ['several fields hold together', { name: { contains: 'alpha' }, kind: { eq: 'MODELARTS' } }, ['alpha']],
  ])('%s', async (_name, filter, expected) => {
    expect(await namesBy(filter)).toEqual(expected.toSorted());
  });
});

describe('what is null or empty', () => {
  test.each<[string, PlatformFilter, string[]]>([
    ['an empty filter takes all', {}, NAMES],
    ['a field without operators takes all', { name: {} }, NAMES],
    ['a null field is none', { name: null, and: null, or: null, not: null }, NAMES],
    ['an operator that is null is none', { name: { in: null, contains: null } }, NAMES],
    ['eq null: nothing has no name', { name: { eq: null } }, []],
    ['all of none', { and: [] }, NAMES],
    ['one of none', { or: [] }, []],
    ['not everything', { not: {} }, []],
  ])('%s', async (_name, filter, expected) => {
    expect(await namesBy(filter)).toEqual(expected.toSorted());
  });
});

describe('keys and times', () => {
  test('keys, in any case', async () => {
    const [first, second] = rows;
    expect(await namesBy({ id: { eq: first?.id ?? '' } })).toEqual(['alpha']);
    expect(await namesBy({ id: { in: [first?.id ?? '', (second?.id ?? '').toUpperCase()] } })).toEqual([
      'Alpha',
      'alpha',
    ]);
  });

  test('the range operators of times', async () => {
    const times = [...new Set(rows.map(({ createdAt }) => createdAt))].toSorted();
    const middle = times[Math.floor(times.length / 2)] ?? '';
    const expected = (holds: (time: string) => boolean) =>
      rows
        .filter(({ createdAt }) => holds(createdAt))
        .map(({ name }) => name)
        .toSorted();
    expect(await namesBy({ createdAt: { eq: middle } })).toEqual(expected((time) => time === middle));
    expect(await namesBy({ createdAt: { in: [middle] } })).toEqual(expected((time) => time === middle));
    expect(await namesBy({ createdAt: { gt: middle } })).toEqual(expected((time) => time > middle));
    expect(await namesBy({ createdAt: { gte: middle } })).toEqual(expected((time) => time >= middle));
    expect(await namesBy({ createdAt: { lt: middle } })).toEqual(expected((time) => time < middle));
    expect(await namesBy({ createdAt: { lte: middle } })).toEqual(expected((time) => time <= middle));
  });

  test.each<[string, PlatformFilter, string]>([
    ['a key that is none', { id: { eq: 'not-a-uuid' } }, 'filter.id.eq: must be a UUID'],
    ['a list with a key that is none', { id: { in: [' '] } }, 'filter.id.in.0: must be a UUID'],
    [
      'the NUL character in eq',
      { name: { eq: 'a\0b' } },
      'filter.name.eq: must not contain the NUL character',
    ],
    [
      'the NUL character in contains',
      { host: { contains: '\0' } },
      'filter.host.contains: must not contain the NUL character',
    ],
    [
      'the NUL character in a list',
      { description: { in: ['\0'] } },
      'filter.description.in.0: must not contain the NUL character',
    ],
    [
      'a long pattern',
      { name: { contains: 'x'.repeat(1001) } },
      'filter.name.contains: must have at most 1000 characters',
    ],
    ['the NUL character in a key', { id: { eq: '\0' } }, 'filter.id.eq: must be a UUID'],
    [
      'a time before PostgreSQL’s',
      { createdAt: { lt: '-200000-01-01T00:00:00Z' } },
      'filter.createdAt.lt: DateTime cannot represent an invalid date-time-string -200000-01-01T00:00:00Z.',
    ],
  ])('refused: %s', async (_name, filter, message) => {
    const { errors } = await execute(server.url, Platforms, { filter }, token);
    expect(errors).toMatchObject([
      { message, extensions: { code: 'BAD_USER_INPUT', fields: [{ path: message.split(':')[0] }] } },
    ]);
    expect(server.log().includes('operation failed')).toBe(false);
  });
});

/** What the operators mean, in a few lines; PostgreSQL must agree. */
const TEXT = {
  eq: (value: string, operand: string) => value === operand,
  in: (value: string, operand: string[]) => operand.includes(value),
  contains: (value: string, operand: string) => value.toLowerCase().includes(operand.toLowerCase()),
  startsWith: (value: string, operand: string) => value.toLowerCase().startsWith(operand.toLowerCase()),
};

function holds(row: Row, filter: PlatformFilter): boolean {
  const { and, or, not, ...fields } = filter;
  if (and && !and.every((each) => holds(row, each))) return false;
  if (or && !or.some((each) => holds(row, each))) return false;
  if (not && holds(row, not)) return false;
  return Object.entries(fields).every(([field, given]) =>
    Object.entries(given ?? {}).every(([operator, operand]) =>
      TEXT[operator as keyof typeof TEXT](row[field as keyof Row] as never, operand as never),
    ),
  );
}

const text = fc.oneof(
  fc.constantFrom(...NAMES, 'host1', '.org', 'about', ''),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'L', 'p', '%', '_', '\\', '1', '0', '🚀', "'", ' '),
    maxLength: 3,
  }),
);
const textFilter = fc.record(
  { eq: text, in: fc.array(text, { maxLength: 3 }), contains: text, startsWith: text },
  { requiredKeys: [] },
);
const operators = {
  name: textFilter,
  host: textFilter,
  description: textFilter,
  kind: fc.record({ eq: fc.constantFrom('GENERIC', 'MODELARTS') }, { requiredKeys: [] }),
  protocol: fc.record({ in: fc.uniqueArray(fc.constantFrom('HTTP', 'HTTPS')) }, { requiredKeys: [] }),
  tlsVerify: fc.record({ eq: fc.boolean() }, { requiredKeys: [] }),
};

function filters(depth: number): fc.Arbitrary<PlatformFilter> {
  const few = <T>(each: fc.Arbitrary<T>) => fc.option(each, { freq: 1, nil: undefined });
  const fields = fc.record(
    Object.fromEntries(
      Object.entries(operators).map(([name, each]) => [name, few(each as fc.Arbitrary<object>)]),
    ),
  );
  if (depth === 0) return fields;
  const inner = filters(depth - 1);
  const combined = fc.record(
    { and: fc.array(inner, { maxLength: 2 }), or: fc.array(inner, { maxLength: 3 }), not: inner },
    { requiredKeys: [] },
  );
  return fc.tuple(fields, combined).map(([own, others]) => ({ ...own, ...others }));
}

test('any combination means what it says', async () => {
  await fc.assert(
    fc.asyncProperty(filters(2), async (filter) => {
      const expected = rows.filter((row) => holds(row, filter)).map(({ name }) => name);
      expect(await namesBy(filter)).toEqual(expected.toSorted());
    }),
    { numRuns: 100 },
  );
});
