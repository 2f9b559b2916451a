import { once } from 'node:events';

/** What has come: an item, a source of items, or the end of either. */
type Arrival<T> =
  | { item: T; from: AsyncIterator<T> }
  | { source: AsyncIterator<T> }
  | { error: unknown }
  | 'end';

/**
 * The items of many sources as they come, also of sources that come later; each is asked for its next item when its last one
 * was taken. A failure of one ends all.
 */
export async function* merge<T>(sources: AsyncIterator<AsyncIterator<T>>): AsyncGenerator<T> {
  const arrivals: Arrival<T>[] = [];
  const bell = new EventTarget();
  const asked = new Set<AsyncIterator<unknown>>();
  // Not by Promise.race, which would keep something of each item in memory for every source that is silent.
  const ask = <I>(from: AsyncIterator<I>, told: (value: I) => Arrival<T>) => {
    asked.add(from);
    const arrived = (arrival: Arrival<T>) => {
      asked.delete(from);
      arrivals.push(arrival);
      bell.dispatchEvent(new Event('arrival'));
    };
    from.next().then(
      (result) => arrived(result.done ? 'end' : told(result.value)),
      (error: unknown) => arrived({ error }),
    );
  };
  const askForSource = () => ask(sources, (source) => ({ source }));
  const askForItem = (from: AsyncIterator<T>) => ask(from, (item) => ({ item, from }));
  askForSource();
  while (arrivals.length > 0 || asked.size > 0) {
    const arrival = arrivals.shift();
    if (arrival === undefined) {
      await once(bell, 'arrival');
    } else if (arrival !== 'end') {
      if ('error' in arrival) throw arrival.error;
      if ('source' in arrival) {
        askForItem(arrival.source);
        askForSource();
      } else {
        yield arrival.item;
        askForItem(arrival.from);
      }
    }
  }
}
