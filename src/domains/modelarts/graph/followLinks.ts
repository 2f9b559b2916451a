import type { RequestContext } from '../../../kernel/context.js';
import type { Repeats } from '../../platforms/index.js';
import { type LinkService, idsAt } from '../links.js';
import type { Link, PendingLink, Reading } from './answered.js';

interface Services {
  links: LinkService;
  repeats: Repeats;
}

/** Fills in what links lead to from the objects of an answer, and from what is found there. TOO_LARGE for too much. */
export async function followLinks(
  ctx: RequestContext,
  services: Services,
  { platform, pending }: Pick<Reading, 'platform' | 'pending'>,
): Promise<void> {
  if (pending.length === 0) return;
  const follow = async ([link, sources]: [Link, PendingLink[]]): Promise<void> => {
    const named = sources.map(({ answered }) => idsAt(answered, link.from));
    const times = timesOf(sources, named);
    const found = await services.links.findAll(ctx, platform, link.to, new Set(times.keys()));
    const next: PendingLink[] = [];
    // Each is read once, wherever it is shown.
    const objects = new Map<string, unknown>();
    for (const [id, count] of times) {
      const object = found.get(id) ?? undefined;
      const isFound = object !== undefined && !(object instanceof Error);
      const shown = isFound
        ? link.read(object, link.name, { platform, pending: next, times: count })
        : object;
      services.repeats.require(ctx, shown, count - 1);
      objects.set(id, shown);
    }
    for (const [index, { shown }] of sources.entries())
      shown[link.name] = shownOf(
        link,
        (named[index] ?? []).map((id) => objects.get(id)),
      );
    await followLinks(ctx, services, { platform, pending: next });
  };
  await Promise.all(
    Array.from(
      Map.groupBy(pending, ({ link }) => link),
      follow,
    ),
  );
}

/** How many times each object is shown. */
function timesOf(
  sources: readonly PendingLink[],
  named: readonly (readonly string[])[],
): Map<string, number> {
  const times = new Map<string, number>();
  for (const [index, source] of sources.entries())
    for (const id of named[index] ?? []) times.set(id, (times.get(id) ?? 0) + source.times);
  return times;
}

/** Of objects of which some are gone. */
function shownOf({ isList }: Link, objects: readonly unknown[]): unknown {
  const present = objects.filter((object) => object !== undefined);
  const failure = present.find((object) => object instanceof Error);
  if (failure) return failure;
  if (!isList) return present[0] ?? null;
  return present.includes(null) ? null : present;
}
