import { TransformStream } from 'node:stream/web';

/** Waits until what it is given is taken. Rejects when nobody takes anything any more. */
export type Put<T> = (item: T) => Promise<void>;

/** What `give` puts, one after the other, as it is taken: what comes in the middle of other work, for whom goes through it. */
export async function* handedOver<T>(give: (put: Put<T>) => Promise<void>): AsyncGenerator<T> {
  const { readable, writable } = new TransformStream<T, T>();
  const writer = writable.getWriter();
  const giving = give(async (item) => writer.write(item)).then(
    async () => writer.close(),
    async (error: unknown) => writer.abort(error),
  );
  // Whoever left does not ask how it ended.
  giving.catch(() => undefined);
  yield* readable;
}
