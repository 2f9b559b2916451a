import { DomainError } from '../../kernel/errors.js';

/** What anything takes besides its texts, in characters. */
const OVERHEAD = 64;

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return OVERHEAD + value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + sizeOf(each), OVERHEAD);
}

/** Where things of one cloud are kept while it is read; whatever a cloud says, the memory is everybody's. */
export class Room {
  #left: number;

  /** `most`: characters. */
  constructor(most: number) {
    this.#left = most;
  }

  /** Throws DomainError when it is full. */
  take<T>(item: T): T {
    this.#left -= sizeOf(item);
    if (this.#left < 0)
      throw new DomainError('UPSTREAM_PROTOCOL', 'the cloud has more than is kept of one while it is read');
    return item;
  }
}
