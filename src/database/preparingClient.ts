import type { QueryResult } from 'pg';
import { SessionClient } from './sessionClient.js';

/** Statements that are prepared, at most: each connection keeps its own of each, and a caller chooses some of their forms. */
const MAX_PREPARED = 200;

/** Statements that are remembered until they come again. */
const MAX_SEEN = 1_000;

/** Characters; longer ones are those of large filters. */
const LONGEST_PREPARED = 10_000;

/** Such a statement would fail on this connection once a newer replica has added a column. */
const ALL_COLUMNS = '.*';

const seen = new Set<string>();
const names = new Map<string, string>();
/** Of names: when there are too many, all are given up, and those that still come again get new ones. */
let generation = 0;

/** The statement's name from its second use on; undefined for one that is not prepared. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (text.length > LONGEST_PREPARED || text.includes(ALL_COLUMNS)) return undefined;
  if (!seen.delete(text)) {
    if (seen.size >= MAX_SEEN) seen.clear();
    seen.add(text);
    return undefined;
  }
  if (names.size >= MAX_PREPARED) {
    names.clear();
    generation += 1;
  }
  const name = `isthmus_${generation}_${names.size}`;
  names.set(text, name);
  return name;
}

/** What pg keeps of the statements that a connection has prepared, without a way to forget one. */
interface Preparations {
  connection: { parsedStatements: Record<string, string> };
}

/** Prepares statements that come again, so that PostgreSQL reads and plans them once for each connection. */
export class PreparingClient extends SessionClient {
  #generation = generation;

  override query(...given: unknown[]): Promise<QueryResult> {
    const [text, values, ...callback] = given;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    if (name !== undefined && this.#generation !== generation) this.#forget();
    const statement =
      name === undefined ? given : [{ name, text: text as string, values: values as unknown[] }, ...callback];
    return super.query(...statement);
  }

  /** Takes its turn before the query that finds it necessary, and after all that use what it removes. */
  #forget(): void {
    this.#generation = generation;
    void super.query('deallocate all', () => {
      (this as unknown as Preparations).connection.parsedStatements = {};
    });
  }
}
