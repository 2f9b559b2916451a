import { Client, type QueryResult } from 'pg';

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

/** The statement's name from its second use on; undefined for one that is not prepared. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MAX_PREPARED || text.length > LONGEST_PREPARED || text.includes(ALL_COLUMNS))
    return undefined;
  if (seen.delete(text)) {
    const name = `isthmus_${names.size}`;
    names.set(text, name);
    return name;
  }
  if (seen.size >= MAX_SEEN) seen.clear();
  seen.add(text);
  return undefined;
}

/** Prepares statements that come again, so that PostgreSQL reads and plans them once for each connection. */
export class PreparingClient extends Client {
  // pg's own signatures are seven overloads; its pool passes a callback, Kysely awaits.
  override query(...given: unknown[]): Promise<QueryResult> {
    const [text, values, ...callback] = given;
    const name = typeof text === 'string' && Array.isArray(values) ? nameOf(text) : undefined;
    const statement = name === undefined ? given : [{ name, text, values }, ...callback];
    return super.query(...(statement as [string]));
  }
}
