import type { QueryResult } from 'pg';
import { SESSION, SessionClient } from './sessionClient.js';
import { StatementNames } from './statementNames.js';

/** Milliseconds; before pg itself gives up, which would leave the statement to the server, beside those of the next connection. */
const STATEMENT_TIMEOUT = 55_000;

/** Of all connections. */
const names = new StatementNames();

/** What pg keeps of the statements that a connection has prepared, without a way to forget one. */
interface Preparations {
  connection: { parsedStatements: Record<string, string> };
}

/** Prepares statements that come again, so that PostgreSQL reads and plans them once for each connection. */
export class PreparingClient extends SessionClient {
  protected override readonly beginning = `${SESSION}; set statement_timeout = ${STATEMENT_TIMEOUT}`;

  #generation = names.generation;

  override query(...given: unknown[]): Promise<QueryResult> {
    const [text, values, ...callback] = given;
    const name = typeof text === 'string' && Array.isArray(values) ? names.nameOf(text) : undefined;
    if (name !== undefined && this.#generation !== names.generation) this.#forget();
    const statement =
      name === undefined ? given : [{ name, text: text as string, values: values as unknown[] }, ...callback];
    return super.query(...statement);
  }

  /** Takes its turn before the query that finds it necessary, and after all that use what it removes. */
  #forget(): void {
    this.#generation = names.generation;
    void super.query('deallocate all', () => {
      (this as unknown as Preparations).connection.parsedStatements = {};
    });
  }
}
