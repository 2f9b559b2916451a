import { z } from 'zod';
import { ItemSplitter } from '../../net/jsonItems.js';
import { type Named, protocolFailure } from '../../net/httpFailures.js';
import { pace } from '../../kernel/turns.js';
import { parsed } from './connection.js';

/** Bytes of one item: a server's user data alone may have 64 KiB, and its metadata as much. */
const MOST_ITEM_BYTES = 1024 * 1024;

/** Items that are given on before more are read. */
const STEP = 25;

/** Besides its items. */
const listSchema = z.looseObject({ truncated: z.boolean().optional() });
const linkSchema = z.array(z.object({ rel: z.string(), href: z.string() }));
const nextOfLinks = linkSchema.transform((links) => links.find(({ rel }) => rel === 'next')?.href ?? null);
const nextOfKeystone = z.object({ next: z.string().nullish() }).transform(({ next }) => next ?? null);

/** Each service has its own place for the next page's link: `servers_links`, Heat's and Keystone's `links`, Glance's `next`. */
function nextLink(list: Record<string, unknown>): string | null {
  for (const [key, value] of Object.entries(list)) {
    if (key === 'next' && typeof value === 'string') return value;
    if (key !== 'links' && !key.endsWith('_links')) continue;
    const next = nextOfLinks.safeParse(value).data ?? nextOfKeystone.safeParse(value).data;
    if (next !== undefined && next !== null) return next;
  }
  return null;
}

/** Of the link the marker alone: its host may be another one, which must not get the token. */
function markerIn(whom: Named, link: string, what: string): string {
  const marker = new URLSearchParams(link.slice(link.indexOf('?') + 1)).get('marker');
  if (marker) return marker;
  throw protocolFailure(whom, `names a next page of ${what} and not where it begins`);
}

/**
 * One page of a list, of which each item is read and shortened before the next one comes, and given on before many have
 * come. Returns behind which item the next page begins; null after the last.
 */
export async function readPage<T extends z.ZodType>(
  whom: Named,
  body: AsyncIterable<Buffer>,
  { key, item, what }: { key: string; item: T; what: string },
  take: (items: z.output<T>[]) => Promise<void>,
): Promise<string | null> {
  const splitter = new ItemSplitter(key, MOST_ITEM_BYTES);
  let items: z.output<T>[] = [];
  const give = async () => {
    const given = items;
    items = [];
    await take(given);
  };
  try {
    for await (const chunk of body)
      for (const found of pace.part(() => splitter.push(chunk))) {
        if (typeof found !== 'string')
          throw protocolFailure(whom, `has an item of ${found.complaint} among ${what}`);
        items.push(pace.part(() => parsed(whom, found, what, item)));
        if (items.length === STEP) await give();
        await pace.rest();
      }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw protocolFailure(whom, `answered with no list for ${what}: ${error.message}`, error);
  }
  const list = parsed(whom, splitter.list, what, listSchema);
  if (!Array.isArray(list[key]))
    throw protocolFailure(whom, `does not answer as OpenStack does for ${what}: ${key} is no list`);
  if (list.truncated === true) throw protocolFailure(whom, `leaves out a part of ${what}`);
  if (items.length > 0) await give();
  const next = nextLink(list);
  return next === null ? null : markerIn(whom, next, what);
}
