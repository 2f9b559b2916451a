import type { PGlite, QueryOptions, Results, Transaction } from '@electric-sql/pglite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EmbeddedStatements } from './embeddedStatements.js';
import { explained, isServerError } from './failures.js';
import { tracedStatement } from './tracedStatement.js';

type Statement = [text: string, values?: readonly unknown[], options?: QueryOptions];

/** A PGlite whose errors tell when the database cannot work, and which lets others run between statements. */
export class SharedPglite {
  /** Told of every statement that fails. */
  onFailure: (error: unknown) => void = () => undefined;

  readonly #statements: EmbeddedStatements;

  constructor(private readonly pglite: PGlite) {
    this.#statements = new EmbeddedStatements(pglite);
  }

  get ready(): boolean {
    return this.pglite.ready;
  }

  get closed(): boolean {
    return this.pglite.closed;
  }

  get waitReady(): Promise<void> {
    return this.pglite.waitReady;
  }

  async query<T>(...statement: Statement): Promise<Results<T>> {
    return tracedStatement(statement[0], async () =>
      this.#inTurn(this.pglite._runExclusiveTransaction(async () => this.#statements.run<T>(...statement))),
    );
  }

  /** Several statements without parameters. */
  async exec(text: string): Promise<Results[]> {
    return this.pglite.exec(text);
  }

  async transaction<T>(work: (transaction: Pick<Transaction, 'query'>) => Promise<T>): Promise<T> {
    return this.pglite._runExclusiveTransaction(async () => {
      await this.#statements.run('begin');
      try {
        const answer = await work({
          query: async <R>(...statement: Statement) =>
            tracedStatement(statement[0], async () => this.#inTurn(this.#statements.run<R>(...statement))),
        });
        await this.#statements.run('commit');
        return answer;
      } catch (error) {
        await this.#statements.run('rollback');
        throw error;
      }
    });
  }

  /** Returns how to stop. */
  async listen(channel: string, heard: (text: string) => void): Promise<() => Promise<void>> {
    return this.pglite.listen(channel, heard);
  }

  /** All that it holds, as a new one can start from. */
  async dump(): Promise<Blob> {
    return this.pglite.dumpDataDir('none');
  }

  async close(): Promise<void> {
    return this.pglite.close();
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
