import type { z } from 'zod';
import { DomainError } from '../../kernel/errors.js';
import { handedOver } from '../../kernel/handedOver.js';
import type { CloudConnection } from './connection.js';
import { isStatus } from './failures.js';
import { readPage } from './page.js';
import type { Resource } from './resource.js';
import type { Room } from './room.js';

/** Of one list. */
const MOST_PAGES = 10_000;
const MOST_ITEMS = 200_000;
/** How often a list is read from its beginning again. */
const MOST_RESTARTS = 2;
/** What services answer when the item behind which a page begins has gone. */
const MARKER_GONE = [400, 404];

type Listed = z.ZodType<{ id: string }>;

function queryOf({ query = {}, limit }: Resource<Listed>, marker: string | null): URLSearchParams {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) for (const one of [value].flat()) search.append(key, one);
  if (limit !== undefined) search.set('limit', String(limit));
  if (marker !== null) search.set('marker', marker);
  return search;
}

/** The way through a list, which need not have an end. */
class Way {
  marker: string | null = null;
  readonly #seen = new Set<string>();
  #markers = new Set<string>();
  #restarts = 0;
  #pages = 0;

  constructor(
    private readonly what: string,
    private readonly room: Room,
  ) {}

  /** Of these items the new ones. */
  unseen<T extends { id: string }>(items: readonly T[]): T[] {
    const unseen = items.filter(({ id }) => !this.#seen.has(id) && this.#seen.add(this.room.take(id)));
    if (this.#seen.size > MOST_ITEMS) throw this.#failure('has no end in sight');
    return unseen;
  }

  /** Whether the list goes on. */
  follow(marker: string | null): boolean {
    this.marker = marker;
    this.#pages += 1;
    if (this.#pages > MOST_PAGES) throw this.#failure('has no end in sight');
    if (marker === null) return false;
    if (this.#markers.has(marker)) throw this.#failure('leads back to a page before');
    this.#markers.add(marker);
    return true;
  }

  /** Back to the beginning, where that may help. */
  restart(error: unknown): void {
    if (this.marker === null || this.#restarts === MOST_RESTARTS || !isStatus(error, ...MARKER_GONE))
      throw error;
    this.#restarts += 1;
    this.#markers = new Set();
    this.marker = null;
  }

  #failure(what: string): DomainError {
    return new DomainError('UPSTREAM_PROTOCOL', `the cloud's list of ${this.what} ${what}`);
  }
}

/** A list to its end, in small parts as they come, each item once. Throws DomainError. */
export async function* pagesOf<T extends Listed>(
  connection: CloudConnection,
  resource: Resource<T>,
): AsyncGenerator<z.output<T>[]> {
  const { service, path, right, key, item } = resource;
  const way = new Way(path, connection.room);
  yield* handedOver<z.output<T>[]>(async (put) => {
    const ask = (): Promise<string | null> =>
      connection.read({ service, path, query: queryOf(resource, way.marker), right }, (whom, body) =>
        // What came before it had to be asked for again does not come again.
        readPage(whom, body, { key, item, what: path }, async (items) => {
          const unseen = way.unseen(items);
          if (unseen.length > 0) await put(unseen);
        }),
      );
    let goesOn = true;
    while (goesOn) {
      try {
        goesOn = way.follow(await ask());
      } catch (error) {
        way.restart(error);
      }
    }
  });
}

/** All of a list that is short enough. Throws DomainError. */
export async function allOf<T extends Listed>(
  connection: CloudConnection,
  resource: Resource<T>,
): Promise<z.output<T>[]> {
  const all: z.output<T>[] = [];
  for await (const page of pagesOf(connection, resource))
    all.push(...page.map((item) => connection.room.take(item)));
  return all;
}
