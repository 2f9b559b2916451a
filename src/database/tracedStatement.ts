import { currentTracer, traced } from '../kernel/tracing.js';

/** What stands before the name of a table. */
const BEFORE_TABLE = ['from "', 'into "', 'update "'];
/** Characters in which the kind of a statement and its table are looked for. */
const MOST_READ = 1000;
/** Of a word such as `savepoint`. */
const LONGEST_WORD = 12;

/** The first that a statement names; empty for none. */
function tableOf(text: string): string {
  const starts = BEFORE_TABLE.map((words) => {
    const index = text.indexOf(words);
    return index === -1 ? Infinity : index + words.length;
  });
  const start = Math.min(...starts);
  return start === Infinity ? '' : (text.slice(start).split('"', 1)[0] ?? '');
}

/** What a statement does, without its text, which may be long and name what is nobody's business. */
function summaryOf(text: string): { operation: string; table: string } {
  const beginning = text.slice(0, MOST_READ).trimStart();
  const [word = ''] = beginning.slice(0, LONGEST_WORD).split(' ');
  return { operation: word.toLowerCase(), table: tableOf(beginning) };
}

/** Whether what goes on is recorded. */
export const isTraced = (): boolean => currentTracer()?.current()?.isRecorded === true;

/** A span of its own for a statement of what is recorded; what looks for work now and then makes none. */
export function tracedStatement<T>(text: string, run: () => Promise<T>): Promise<T> {
  if (!isTraced()) return run();
  const { operation, table } = summaryOf(text);
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table !== '' && { 'db.collection.name': table }),
  };
  return traced(`${operation} ${table}`.trimEnd(), 'client', attributes, run);
}
