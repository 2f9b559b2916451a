import { PGlite, type Transaction } from '@electric-sql/pglite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { explained, isServerError } from './failures.js';

/** A PGlite whose errors tell when the database cannot work, and which lets others run between statements. */
export class SharedPglite extends PGlite {
  /** Told of every statement that fails. */
  onFailure: (error: unknown) => void = () => undefined;

  override async query<T>(...statement: Parameters<PGlite['query']>) {
    return this.#inTurn(super.query<T>(...statement));
  }

  override async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return super.transaction(async (transaction) => {
      const query = transaction.query.bind(transaction);
      const inTurn: Transaction['query'] = async <R>(...statement: Parameters<Transaction['query']>) =>
        this.#inTurn(query<R>(...statement));
      return work(Object.assign(transaction, { query: inTurn }));
    });
  }

  /** It answers without leaving this turn of the event loop: several statements of one request would hold up all others. */
  async #inTurn<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.onFailure(error);
      throw isServerError(error) ? explained(error) : error;
    } finally {
      await nextTurn();
    }
  }
}
