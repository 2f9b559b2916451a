import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameOf } from '../../../src/connectors/kubernetes/oversized.js';
import { ItemSplitter } from '../../../src/net/jsonItems.js';
import { Oversized } from '../../../src/net/oversized.js';
import { cut } from './cut.js';

const object = fc.oneof(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), fc.jsonValue());
const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

function split(text: string, pieces: readonly number[] = [1_000]): { items: unknown[]; list: string } {
  const splitter = new ItemSplitter('items', 30_000);
  const items = cut(Buffer.from(text), pieces).flatMap((piece) => splitter.push(piece));
  const read = (item: string | Oversized): unknown => (item instanceof Oversized ? item : JSON.parse(item));
  return { items: items.map(read), list: splitter.list };
}

test('items come out whole, wherever the bytes are cut, whatever surrounds them', () => {
  fc.assert(
    fc.property(
      fc.array(object),
      fc.array(fc.tuple(fc.string(), fc.jsonValue())),
      fc.array(fc.tuple(fc.string(), fc.jsonValue())),
      fc.integer({ min: 0, max: 2 }),
      lengths,
      (items, before, after, space, pieces) => {
        const other = (entries: [string, unknown][]) => entries.map(([key, value]) => [`_${key}`, value]);
        const list: unknown = Object.fromEntries([...other(before), ['items', items], ...other(after)]);
        const found = split(JSON.stringify(list, null, space), pieces);
        expect(found.items).toEqual(JSON.parse(JSON.stringify(items)));
        expect(JSON.parse(found.list)).toEqual(
          JSON.parse(JSON.stringify({ ...(list as object), items: [] })),
        );
      },
    ),
  );
});

test.each([
  ['{"items":null}', '{"items":null}'],
  ['{"items":[]}', '{"items":[]}'],
  ['{"metadata":{"items":[{"a":1}]}}', '{"metadata":{"items":[{"a":1}]}}'],
  ['{"kind":"\\"items\\":[","items":[]}', '{"kind":"\\"items\\":[","items":[]}'],
  ['[{"a":1}]', '[{"a":1}]'],
  ['{"items_links":[{"a":1}]}', '{"items_links":[{"a":1}]}'],
  ['{"items":', '{"items":'],
])('%s holds none', (text, list) => {
  expect(split(text)).toEqual({ items: [], list });
});

test('what is left may not be large', () => {
  expect(() => split(`{"metadata":"${'x'.repeat(20_000)}`)).toThrow(RangeError);
  expect(split(`{"items":[{"a":"${'x'.repeat(20_000)}"}]}`).items).toHaveLength(1);
  const item = `{"a":"${'x'.repeat(20_000)}"}`;
  expect(split(`{"items":[${item},${item}]}`).items).toHaveLength(2);
});

test.each([[[1_000]], [[7]]])(
  'an item that is too large is known by its beginning, cut into %j',
  (pieces) => {
    const large = {
      kind: 'Node',
      apiVersion: 'v1',
      metadata: { name: 'large', labels: { a: 'x'.repeat(30_000) } },
    };
    const { items } = split(JSON.stringify({ items: [{ a: 1 }, large, null, { b: 2 }] }), pieces);
    expect(items).toEqual([{ a: 1 }, expect.any(Oversized), null, { b: 2 }]);
    expect(items[1]).toMatchObject({ complaint: 'more than 30000 bytes' });
    expect(nameOf(items[1] as Oversized)).toBe('large');
  },
);
