/** Questions that are asked together; more would only wait, and all begin in one turn. */
const BATCH = 16;

/** Answers in the order of the items. */
export async function* inBatches<T, R>(
  items: readonly T[],
  ask: (item: T) => Promise<R>,
): AsyncGenerator<R[]> {
  for (let start = 0; start < items.length; start += BATCH)
    yield await Promise.all(items.slice(start, start + BATCH).map(ask));
}
