import { Piscina } from 'piscina';

type PoolOptions = ConstructorParameters<typeof Piscina>[0];

/**
 * A pool of threads. One that fails when nobody waits for it any more, such as one whose task was given up a moment before
 * its memory was used up, ends itself alone: an `error` that nobody listens to would end the process.
 */
export function threadPool<T, R>(options: PoolOptions): Piscina<T, R> {
  return new Piscina<T, R>(options).on('error', () => undefined);
}
