import { statusOf } from '../failures.js';

const MOST_ATTEMPTS = 3;
const CONFLICT = 409;

/** Does it again, from looking on, where an object was replaced by another of its name meanwhile. */
export async function againWhereReplaced<T>(work: (isFirst: boolean) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt === 1);
    } catch (error) {
      if (statusOf(error) !== CONFLICT || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
