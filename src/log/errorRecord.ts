import { unavailability } from '../kernel/errors.js';

/** Causes within causes, and errors within one, that are told. */
const MOST_DEPTH = 4;
const MOST_ERRORS = 5;
/** Characters of a message. */
const MOST_MESSAGE = 1000;

/** What Node quotes of a text that is no JSON, and MikroORM of a statement, hold what somebody sent. */
function messageOf({ name, message }: Error): string {
  const told = message.slice(0, MOST_MESSAGE);
  if (name === 'SyntaxError') return told.replace(/, ".*/su, '');
  if (!name.endsWith('Exception')) return told;
  const [withoutHint = ''] = message.split('\n - hint: ', 1);
  return (withoutHint.split(' - ').at(-1) ?? '').slice(0, MOST_MESSAGE);
}

/** The stack begins with the message, however many lines that has. */
const framesOf = ({ stack = '' }: Error): string[] =>
  stack.split('\n').flatMap((line) => (line.startsWith('    at ') ? [line.trim()] : []));

/**
 * What a log may hold of an error: who it is and where it happened, named one by one. Libraries hang the request with its
 * headers on their errors, the bytes of a connection, the parameters of a statement.
 */
export function errorRecord(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const errors = error instanceof AggregateError ? error.errors.slice(0, MOST_ERRORS) : [];
  const what = {
    type: error.name,
    message: messageOf(error),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
  };
  const expected = unavailability(error);
  // What passes by itself is no defect that anybody looks for in the code.
  if (expected) return { ...what, meaning: expected.message };
  const isDeep = depth === MOST_DEPTH;
  return {
    ...what,
    stack: framesOf(error),
    ...(cause !== undefined && !isDeep && { cause: errorRecord(cause, depth + 1) }),
    ...(errors.length > 0 && !isDeep && { errors: errors.map((each) => errorRecord(each, depth + 1)) }),
  };
}
