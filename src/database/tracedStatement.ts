import { currentTracer, traced } from '../kernel/tracing.js';

const TABLE = /\b(?:from|into|update) "(\w{1,63})"/i;
/** Characters in which the kind of a statement and its table are looked for. */
const MOST_READ = 1000;
/** Of a word such as `savepoint`. */
const LONGEST_WORD = 12;

/** What a statement does, without its text, which may be long and name what is nobody's business. */
function summaryOf(text: string): { operation: string; table: string } {
  const beginning = text.slice(0, MOST_READ).trimStart();
  const [word = ''] = beginning.slice(0, LONGEST_WORD).split(' ');
  return { operation: word.toLowerCase(), table: TABLE.exec(beginning)?.[1] ?? '' };
}

/** A span of its own for a statement of what is recorded; what looks for work now and then makes none. */
export function tracedStatement<T>(text: string, run: () => Promise<T>): Promise<T> {
  if (currentTracer()?.current()?.isRecorded !== true) return run();
  const { operation, table } = summaryOf(text);
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table !== '' && { 'db.collection.name': table }),
  };
  return traced(`${operation} ${table}`.trimEnd(), 'client', attributes, run);
}
