import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinkService, type LinkedOperations, type Target, idsAt } from '../../src/domains/modelarts/links.js';
import { PageReader } from '../../src/domains/modelarts/pageReader.js';
import type { Paging } from '../../src/domains/modelarts/paging.js';
import type { Platform } from '../../src/domains/platforms/index.js';
import { Loaders, type RequestContext } from '../../src/kernel/context.js';
import { DomainError } from '../../src/kernel/errors.js';

const PLATFORM = { id: 'p' } as Platform;
const PAGED: Paging = { by: 'offset', items: ['items'], total: 'total', max: 50 };
const TARGETS: Record<string, Target> = {
  paged: {
    type: 'Thing',
    show: 'showThing',
    argument: 'thing_id',
    list: 'listThings',
    key: ['metadata', 'id'],
  },
  whole: {
    type: 'Thing',
    show: 'showThing',
    argument: 'thing_id',
    list: 'listAll',
    items: ['items'],
    key: ['metadata', 'id'],
  },
  listed: { type: 'Thing', list: 'listThings', key: ['metadata', 'id'] },
};

const thing = (id: string) => ({ metadata: { id } });
const contextOf = () => ({ loaders: new Loaders() }) as RequestContext;
const failure = (status: number) =>
  new DomainError('UPSTREAM_ERROR', `answered ${status}`, {
    upstream: { platform: 'p', status, body: null },
  });

interface Options {
  /** Things of the platform, in the order of its list. */
  ids: readonly string[];
  /** Things that can be shown and are on no list. */
  hidden?: readonly string[];
  fail?: (operation: string, args: Readonly<Record<string, unknown>>) => Error | undefined;
}

function linksOf({ ids, hidden = [], fail = () => undefined }: Options) {
  const calls: string[] = [];
  const callNamed: LinkedOperations['callNamed'] = async (_ctx, _platform, operation, args) => {
    const { offset, limit } = args;
    const id = typeof args['thing_id'] === 'string' ? args['thing_id'] : undefined;
    calls.push(id === undefined ? operation : `${operation} ${id}`);
    const error = fail(operation, args);
    if (error) throw error;
    if (operation === 'showThing') {
      if (id !== undefined && [...ids, ...hidden].includes(id)) return thing(id);
      throw failure(404);
    }
    const page = ids.slice(Number(offset ?? 0), Number(offset ?? 0) + Number(limit ?? ids.length));
    return { items: page.map(thing), total: ids.length };
  };
  const callPage: LinkedOperations['callPage'] = async (ctx, platform, operation, page) =>
    callNamed(ctx, platform, operation, page);
  const operations = {
    callNamed,
    callPage,
    pagingOf: (operation: string) => (operation === 'listThings' ? PAGED : undefined),
  };
  return { links: new LinkService(TARGETS, operations, new PageReader()), calls };
}

const numbered = (count: number) => Array.from({ length: count }, (_none, index) => `t${index}`);

/** As one link of several does that lead to objects of one kind. */
async function findOne(
  { links }: Pick<ReturnType<typeof linksOf>, 'links'>,
  ctx: RequestContext,
  target: string,
  id: string,
): Promise<unknown> {
  const found = await links.findAll(ctx, PLATFORM, target, new Set([id]));
  const object = found.get(id);
  if (object instanceof Error) throw object;
  return object;
}

async function findAll(given: ReturnType<typeof linksOf>, target: string, ids: readonly string[]) {
  const ctx = contextOf();
  return Promise.all(ids.map(async (id) => findOne(given, ctx, target, id)));
}

describe('links', () => {
  test.each(['paged', 'whole'])('lead to what is there, and to null (%s)', async (target) => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(120),
        fc.array(fc.nat(150), { maxLength: 60 }),
        fc.array(fc.nat(150), { maxLength: 5 }),
        async (count, asked, others) => {
          const ids = numbered(count);
          const hidden = others.map((number) => `t${number}`);
          const given = linksOf({ ids, hidden });
          const wanted = asked.map((number) => `t${number}`);
          const found = await findAll(given, target, wanted);
          const there = new Set([...ids, ...hidden]);
          expect(found).toEqual(wanted.map((id) => (there.has(id) ? thing(id) : null)));
        },
      ),
    );
  });

  test.each(['paged', 'whole'])('of a hundred objects to some others are one call (%s)', async (target) => {
    const given = linksOf({ ids: numbered(90) });
    const wanted = Array.from({ length: 100 }, (_none, index) => `t${index % 90}`);
    await findAll(given, target, wanted);
    expect(given.calls).toHaveLength(1);
  });

  test('to one object ask for it alone, once in a request', async () => {
    const given = linksOf({ ids: numbered(90) });
    const ctx = contextOf();
    const find = async () => findOne(given, ctx, 'paged', 't7');
    const found = [...(await Promise.all([find(), find()])), await find()];
    expect(found).toEqual([thing('t7'), thing('t7'), thing('t7')]);
    expect(given.calls).toEqual(['showThing t7']);
  });

  test('far down a long list are asked for one by one', async () => {
    const given = linksOf({ ids: numbered(10_000) });
    const found = await findAll(given, 'paged', ['t9000', 't9001', 't1']);
    expect(found).toEqual([thing('t9000'), thing('t9001'), thing('t1')]);
    expect(given.calls).toEqual(['listThings', 'showThing t9000', 'showThing t9001']);
  });

  test('are asked for one by one where the platform refuses to list', async () => {
    const fail = (operation: string) => (operation === 'listThings' ? failure(403) : undefined);
    const given = linksOf({ ids: numbered(3), fail });
    expect(await findAll(given, 'paged', ['t0', 't2'])).toEqual([thing('t0'), thing('t2')]);
  });

  test('that fail leave the others', async () => {
    const fail = (_operation: string, { thing_id: id }: Readonly<Record<string, unknown>>) =>
      id === 't1' ? failure(500) : undefined;
    const given = linksOf({ ids: ['t0'], hidden: ['t1', 't2'], fail });
    const ctx = contextOf();
    const asked = ['t0', 't1', 't2'].map(async (id) => findOne(given, ctx, 'paged', id));
    const [first, second, third] = await Promise.allSettled(asked);
    expect(first).toMatchObject({ value: thing('t0') });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'UPSTREAM_ERROR' } });
    expect(third).toMatchObject({ value: thing('t2') });
  });

  test('to what can only be listed are found on the list', async () => {
    const given = linksOf({ ids: numbered(700) });
    expect(await findAll(given, 'listed', ['t650'])).toEqual([thing('t650')]);
    expect(await findAll(given, 'listed', ['t1', 'none'])).toEqual([thing('t1'), null]);
    expect(given.calls).not.toContainEqual(expect.stringContaining('show'));
  });

  test('are not asked for all at the same time', async () => {
    let now = 0;
    let most = 0;
    const callNamed = async (_ctx: unknown, _platform: unknown, operation: string) => {
      if (operation === 'listThings') return { items: [] };
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return thing('x');
    };
    const links = new LinkService(
      TARGETS,
      { callNamed, callPage: callNamed, pagingOf: () => PAGED },
      new PageReader(),
    );
    const ctx = contextOf();
    await Promise.all(numbered(100).map(async (id) => findOne({ links }, ctx, 'paged', id)));
    expect(most).toBeLessThanOrEqual(8);
  });
});

test('ids stand at paths, also below lists and names with dots', () => {
  const value = {
    a: { 'b.c/d': 'x' },
    list: [{ id: '1' }, { id: null }, 'no', { id: '' }, { id: '2' }],
    n: 5,
  };
  expect(idsAt(value, ['a', 'b.c/d'])).toEqual(['x']);
  expect(idsAt(value, ['list', '*', 'id'])).toEqual(['1', '2']);
  expect(idsAt(value, ['n'])).toEqual([]);
  expect(idsAt(value, ['a', 'constructor', 'name'])).toEqual([]);
  expect(idsAt(null, ['a'])).toEqual([]);
});
