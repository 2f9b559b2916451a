import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, PageReader } from '../../src/domains/modelarts/pageReader.js';
import type { PageArguments, Paging } from '../../src/domains/modelarts/paging.js';
import { DomainError } from '../../src/kernel/errors.js';

interface Upstream {
  ask: Ask;
  asked: Readonly<Record<string, string | number>>[];
}

interface Behaviour {
  /** Larger pages are refused with 400. */
  refusesAbove?: number;
  /** Pages are cut to this many records. */
  cutsAt?: number;
}

const recordsOf = (count: number) => Array.from({ length: count }, (_none, index) => ({ id: index }));

const refused = () =>
  new DomainError('UPSTREAM_ERROR', 'refused', { upstream: { platform: 'p', status: 400, body: null } });

/** An upstream that answers as its API reference says. */
function upstreamOf(paging: Paging, count: number, { refusesAbove, cutsAt }: Behaviour = {}): Upstream {
  const records = recordsOf(count);
  const asked: Upstream['asked'] = [];
  const ask: Ask = async (args) => {
    asked.push(args);
    const limit = Number(args['limit']);
    if (limit < 1 || (refusesAbove !== undefined && limit > refusesAbove)) throw refused();
    const size = Math.min(limit, cutsAt ?? limit);
    const from = args['offset'] === undefined ? Number(args['continue'] ?? 0) : Number(args['offset']);
    const start = paging.unit === 'pages' ? from * size : from;
    const items = records.slice(start, start + size);
    const end = start + items.length;
    if (paging.by === 'offset') return { items, ...(paging.total ? { [paging.total]: count } : {}) };
    const metadata = end < count ? { continue: String(end), remainingItemCount: count - end } : {};
    return { items, metadata };
  };
  return { ask, asked };
}

const RECORDS: Paging = { by: 'offset', items: ['items'], total: 'total', max: 50 };
const UNCOUNTED: Paging = { by: 'offset', items: ['items'], max: 50 };
const PAGES: Paging = { by: 'offset', unit: 'pages', in: 'body', items: ['items'], total: 'total', max: 50 };
const MARKED: Paging = { by: 'marker', items: ['items'], max: 50 };
const KINDS = { RECORDS, UNCOUNTED, PAGES, MARKED };

const listOf = (paging: Paging) => ({ platformId: 'p', operation: 'listThings', paging });

const read = async (paging: Paging, upstream: Upstream, args: PageArguments) =>
  new PageReader().read(listOf(paging), args, upstream.ask);

const idsOf = (nodes: readonly unknown[]) => nodes.map((node) => (node as { id: number }).id);

/** Follows a list to its end, from any item of a page on or from its last. */
async function follow(paging: Paging, upstream: Upstream, first: number, pick: (length: number) => number) {
  const reader = new PageReader();
  const ids: number[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await reader.read(listOf(paging), { first, after }, upstream.ask);
    const taken = page.pageInfo.hasNextPage ? pick(page.edges.length) : page.edges.length;
    ids.push(...idsOf(page.nodes).slice(0, taken));
    if (!page.pageInfo.hasNextPage || taken === 0) return ids;
    after = page.edges[taken - 1]?.cursor ?? null;
  }
}

describe.each(Object.entries(KINDS))('a list by %s', (_name, paging) => {
  test('comes whole, whatever its pages, wherever they go on', async () => {
    const behaviours = fc.constantFrom<Behaviour>({}, { refusesAbove: 50 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(130),
        fc.integer({ min: 1, max: 120 }),
        behaviours,
        fc.infiniteStream(fc.nat(1000)),
        async (count, first, behaviour, picks) => {
          const upstream = upstreamOf(paging, count, behaviour);
          const pick = (length: number) => 1 + (Number(picks.next().value) % length);
          const ids = await follow(paging, upstream, first, pick);
          expect(ids).toEqual(idsOf(recordsOf(count)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a hundred records are one call where the platform allows that', async () => {
    const upstream = upstreamOf({ ...paging, max: 500 }, 300);
    const { nodes, pageInfo } = await read({ ...paging, max: 500 }, upstream, { first: 100 });
    expect(nodes).toHaveLength(100);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(upstream.asked).toHaveLength(1);
  });

  test('no record is asked for no more than it takes to count', async () => {
    const upstream = upstreamOf(paging, 3);
    const page = await read(paging, upstream, { first: 0 });
    expect(page.nodes).toEqual([]);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, startCursor: null, endCursor: null });
    expect(upstream.asked).toEqual([expect.objectContaining({ limit: 1 })]);
  });

  test('what is no page is told', async () => {
    const reader = new PageReader();
    for (const answer of ['text', [], 7, { items: 'none' }, { items: { id: 1 } }]) {
      const reading = reader.read(listOf(paging), {}, async () => answer);
      await expect(reading).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
    }
    for (const answer of [null, {}, { items: null }]) {
      const page = await reader.read(listOf(paging), {}, async () => answer);
      expect(page).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } });
    }
  });

  test.each([
    [{ first: -1 }, 'first'],
    [{ first: 501 }, 'first'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: 'x'.repeat(100_000) }, 'after'],
    [{ after: cursor(['listThings', -1, null, 0]) }, 'after'],
    [{ after: cursor(['modelArts:listOthers', 1, null, 0]) }, 'after'],
    [{ after: cursor(['modelArts:listThings', 1.5, null, 0]) }, 'after'],
    [{ after: cursor(['modelArts:listThings', 1e300, null, 0]) }, 'after'],
    [{ after: cursor(['modelArts:listThings', 1, null, 501]) }, 'after'],
  ])('%o is refused before any call', async (args, path) => {
    const upstream = upstreamOf(paging, 3);
    await expect(read(paging, upstream, args)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { fields: [{ path }] },
    });
    expect(upstream.asked).toEqual([]);
  });
});

function cursor(values: unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

describe('a platform that keeps to the documented size', () => {
  test('is asked for pages of that size, and at once the next time', async () => {
    const upstream = upstreamOf(PAGES, 120, { refusesAbove: 50 });
    const reader = new PageReader();
    const { nodes, totalCount } = await reader.read(listOf(PAGES), { first: 100 }, upstream.ask);
    expect(idsOf(nodes)).toEqual(idsOf(recordsOf(100)));
    expect(totalCount).toBe(120);
    expect(upstream.asked).toEqual([
      { offset: 0, limit: 100 },
      { offset: 0, limit: 50 },
      { offset: 1, limit: 50 },
    ]);
    await reader.read(listOf(PAGES), { first: 100 }, upstream.ask);
    expect(upstream.asked.slice(3)).toEqual([
      { offset: 0, limit: 50 },
      { offset: 1, limit: 50 },
    ]);
  });

  test('any other refusal is told', async () => {
    const ask: Ask = async () => Promise.reject(refused());
    await expect(new PageReader().read(listOf(PAGES), { first: 50 }, ask)).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
    });
  });

  test('that cuts pages is asked on', async () => {
    for (const paging of [RECORDS, PAGES, UNCOUNTED]) {
      const upstream = upstreamOf(paging, 120, { cutsAt: 50 });
      const { nodes } = await read(paging, upstream, { first: 100 });
      expect(idsOf(nodes)).toEqual(idsOf(recordsOf(100)));
    }
  });
});

test('an upstream that never comes to an end is left', async () => {
  let calls = 0;
  const endless = { items: [{ id: 1 }], total: 2_000, metadata: { continue: 'same' } };
  const ask: Ask = async () => {
    calls += 1;
    return { ...endless, metadata: { continue: `m${calls}` } };
  };
  for (const paging of [RECORDS, MARKED]) {
    calls = 0;
    const { pageInfo } = await new PageReader().read(listOf(paging), { first: 500 }, ask);
    expect(pageInfo.hasNextPage).toBe(true);
    expect(calls).toBe(10);
  }
  calls = 0;
  await new PageReader().read(listOf(MARKED), { first: 500 }, async () => {
    calls += 1;
    return endless;
  });
  expect(calls).toBe(2);
});

test('markers count what remains', async () => {
  const upstream = upstreamOf(MARKED, 45);
  const first = await read(MARKED, upstream, { first: 10 });
  expect(first.totalCount).toBe(45);
  const second = await read(MARKED, upstream, { first: 10, after: first.pageInfo.endCursor });
  expect(second.totalCount).toBe(45);
  expect(second.pageInfo.hasPreviousPage).toBe(true);
});
