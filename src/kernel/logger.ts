import { type Logger, destination, pino } from 'pino';

export type { Logger };

/** Names under which a secret could reach a log record, at the root or one level down. */
const SECRET_NAMES = [
  'password',
  'oldPassword',
  'token',
  'accessToken',
  'refreshToken',
  'refresh_token',
  'secret',
  'secretKey',
  'credentials',
  'kubeconfig',
  'authorization',
  'cookie',
  '["set-cookie"]',
  '["x-access-token"]',
  'databaseUrl',
];

const path = (prefix: string, name: string) =>
  name.startsWith('[') ? `${prefix}${name}` : `${prefix}.${name}`;

/** Milliseconds after which buffered records are written although the buffer is not full. */
const FLUSH_INTERVAL = 250;
const BUFFER_BYTES = 8192;

/** Structured logs on standard output, secrets redacted. `flush` writes what is buffered, for the process's end. */
export function createLogger(level: string): { logger: Logger; flush: () => void } {
  const output = destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_INTERVAL,
  });
  const paths = SECRET_NAMES.flatMap((name) => [path('', name).replace(/^\./, ''), path('*', name)]);
  const logger = pino({ level, base: null, redact: { paths, censor: '[redacted]' } }, output);
  return { logger, flush: () => output.flushSync() };
}
