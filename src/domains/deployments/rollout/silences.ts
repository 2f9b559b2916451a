import { DomainError } from '../../../kernel/errors.js';

const isTimeout = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'UPSTREAM_TIMEOUT';

/** Clusters that did not answer in time: of all who wait for such a one, one at a time tries whether it does again. */
export class Silences {
  /** By cluster, whether it is being tried. */
  readonly #silent = new Map<number, boolean>();

  /** UPSTREAM_UNREACHABLE, at once, while somebody else tries. */
  async heed<T>(clusterId: number, work: () => Promise<T>): Promise<T> {
    if (this.#silent.get(clusterId))
      throw new DomainError('UPSTREAM_UNREACHABLE', 'the cluster does not answer in time');
    if (this.#silent.has(clusterId)) this.#silent.set(clusterId, true);
    try {
      const result = await work();
      this.#silent.delete(clusterId);
      return result;
    } catch (error) {
      if (isTimeout(error)) this.#silent.set(clusterId, false);
      else this.#silent.delete(clusterId);
      throw error;
    }
  }
}
