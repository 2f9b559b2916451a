import type { RequestContext } from '../../../kernel/context.js';
import { type LinkService, idsAt } from '../links.js';
import { type Link, type PendingLink, type Reading, readList } from './answered.js';

/** Fills in what links lead to from the objects of an answer, and from what is found there. */
export async function followLinks(
  ctx: RequestContext,
  service: LinkService,
  { platform, pending }: Reading,
): Promise<void> {
  if (pending.length === 0) return;
  const follow = async ([link, sources]: [Link, PendingLink[]]): Promise<void> => {
    const named = sources.map(({ answered }) => idsAt(answered, link.from));
    const found = await service.findAll(ctx, platform, link.to, new Set(named.flat()));
    const reading: Reading = { platform, pending: [] };
    for (const [index, { shown }] of sources.entries()) {
      const objects = (named[index] ?? []).map((id) => found.get(id)).filter((object) => object != null);
      shown[link.name] = shownOf(link, objects, reading);
    }
    await followLinks(ctx, service, reading);
  };
  await Promise.all(
    Array.from(
      Map.groupBy(pending, ({ link }) => link),
      follow,
    ),
  );
}

function shownOf({ name, isList, read }: Link, objects: readonly unknown[], reading: Reading): unknown {
  const failure = objects.find((object) => object instanceof Error);
  if (failure) return failure;
  return isList ? readList(read)(objects, name, reading) : read(objects[0], name, reading);
}
