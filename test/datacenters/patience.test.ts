import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { Patience } from '../../src/domains/datacenters/refresh/patience.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('what came is not kept until the run is over', async () => {
  using patience = new Patience(new AbortController().signal, { deadline: 60_000, silence: 60_000 });
  const pages: WeakRef<object>[] = [];
  async function* source() {
    for (let index = 0; index < 20; index += 1) {
      const page = { index };
      pages.push(new WeakRef(page));
      yield page;
    }
  }
  for await (const page of patience.each(source())) expect(page.index).toBeLessThan(20);
  await new Promise(setImmediate);
  collect();
  expect(pages).toHaveLength(20);
  expect(pages.slice(0, -1).filter((page) => page.deref())).toEqual([]);
});
