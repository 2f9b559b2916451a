import { dirname, join } from 'node:path';
import { unusable } from '../config/dataFolder.js';
import type { Config } from '../config/settings.js';
import { DomainError, isUnavailable } from '../kernel/errors.js';
import { isServerError } from './failures.js';
import { refusalBehind } from './room.js';

/** What to do about each failure of a connection, by the system's, TLS' or PostgreSQL's code. */
const ADVICE: readonly [codes: string, advice: string][] = [
  [
    'ECONNREFUSED ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOENT',
    'start PostgreSQL there, or correct host and port',
  ],
  ['ENOTFOUND EAI_AGAIN', 'correct the name of the host'],
  ['28P01 28000', 'correct user and password; @ : / ? # % in them are written %40 %3A %2F %3F %23 %25'],
  ['3D000', 'create it, or name another'],
  ['42501', 'make the user the owner of the database, or grant it CREATE there and on its schema public'],
  ['53300', 'raise its max_connections, or lower DATABASE_POOL'],
  ['53100', 'make room on its disk'],
  ['25006', 'name the primary server, or end its read-only mode'],
  ['57P03', 'wait until it has started'],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY ERR_TLS_CERT_ALTNAME_INVALID CERT_HAS_EXPIRED',
    'add sslrootcert=FILE with the authority of its certificate, or sslmode=no-verify',
  ],
];
const ADVICE_FOR = new Map(
  ADVICE.flatMap(([codes, advice]) => codes.split(' ').map((code) => [code, advice])),
);

/** Failures that have no code of their own, by what is said. */
const BY_MESSAGE: readonly [RegExp, string][] = [
  [
    /no encryption$/,
    'the server wants TLS: add sslmode=verify-full, and sslrootcert=FILE for an authority of your own',
  ],
  [/does not support SSL/, 'let it speak TLS, or take sslmode from DATABASE_URL'],
  [/no server that is named takes them$/, 'name the primary server too, or promote one'],
  [/timeout|terminated/i, 'see whether PostgreSQL answers at that host and port'],
];

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** The failure beneath what the ORM makes of it, which repeats the statement; of several addresses, the last one's. */
function causeOf(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError) return causeOf(error.errors.at(-1));
  const { previous } = error as { previous?: Error };
  return (previous ?? error) as Error;
}

/** A failure to open PostgreSQL as one line that names the setting and what to do; a defect stays as it is. */
export function explainPostgres(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const { code = '', message, syscall } = causeOf(error);
  const advice =
    syscall === 'open'
      ? 'correct the file that it names'
      : (BY_MESSAGE.find(([text]) => text.test(message))?.[1] ?? ADVICE_FOR.get(code));
  if (code === '' && advice === undefined) return error;
  const text = [`DATABASE_URL: ${firstLine(message)}`, ...(advice === undefined ? [] : [advice])].join('; ');
  return new DomainError('NOT_CONFIGURED', text, {}, { cause: error });
}

/** The same for the embedded database, whose failures say little, and less of what to do. */
export function explainEmbedded(error: unknown, folder: string): unknown {
  if (error instanceof DomainError) return error;
  const refusal = refusalBehind(causeOf(error), folder);
  if (refusal !== undefined) return unusable(dirname(folder), refusal);
  const text = error instanceof Error ? firstLine(error.message) : 'the file system refuses it';
  return new DomainError(
    'NOT_CONFIGURED',
    `DATA_DIR: the embedded database in ${folder} cannot be opened (${text}); restore it from a backup, or set another DATA_DIR`,
    {},
    { cause: error },
  );
}

/** What a database that was opened fails at then, in the same words; anything else stays as it is. */
export function explainUse(
  error: unknown,
  { DATABASE_URL, DATA_DIR }: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
): unknown {
  const isOfDatabase = isUnavailable(error) || isServerError(error);
  if (error instanceof DomainError || !isOfDatabase) return error;
  if (DATABASE_URL) return explainPostgres(error);
  const refusal = refusalBehind(causeOf(error), join(DATA_DIR, 'database'));
  return refusal === undefined ? error : unusable(DATA_DIR, refusal);
}
