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
/** Written at once when this much has come. Larger pieces cost more: a line of 250 bytes 3.6 µs with 8 KiB, 11 µs with 64. */
const BUFFER_BYTES = 8_192;

export interface Loggers {
  logger: Logger;
  /**
   * For one line a request, of fields that are named one by one and hold no secret: redaction costs a forwarded
   * request a fifth of its time.
   */
  requests: Logger;
}

/** Structured logs on standard output, secrets redacted. `flush` writes what is buffered, for the process's end. */
export function createLoggers(level: string): Loggers & { flush: () => void } {
  const output = destination({
    dest: 1,
    sync: false,
    minLength: BUFFER_BYTES,
    periodicFlush: FLUSH_INTERVAL,
  });
  const paths = SECRET_NAMES.flatMap((name) => [path('', name).replace(/^\./, ''), path('*', name)]);
  const options = { level, base: null };
  return {
    logger: pino({ ...options, redact: { paths, censor: '[redacted]' } }, output),
    requests: pino(options, output),
    flush: () => output.flushSync(),
  };
}
