import { type DestinationStream, type Logger, levels, pino } from 'pino';
import { errorRecord } from './errorRecord.js';
import { LogLines } from './logLines.js';

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

/** For one line a request. */
export interface RequestLog {
  /** Of `accessMembers` and what follows them, which is named one by one and holds no secret. */
  info: (members: string, message: string) => void;
}

export interface Loggers {
  logger: Logger;
  requests: RequestLog;
}

/** In the form of the other lines; without redaction, which costs a forwarded request a fifth of its time. */
function requestLog(lines: DestinationStream): RequestLog {
  const level = levels.values['info'];
  return {
    info: (members, message) =>
      lines.write(`{"level":${level},"time":${Date.now()},${members},"msg":"${message}"}\n`),
  };
}

/** Lines of JSON, secrets redacted; of errors only what they are and where. */
export function createLogger(level: string, lines: DestinationStream): Logger {
  const paths = SECRET_NAMES.flatMap((name) => [path('', name).replace(/^\./, ''), path('*', name)]);
  const redact = { paths, censor: '[redacted]' };
  const err = (error: unknown) => errorRecord(error);
  return pino({ level, base: null, redact, serializers: { err } }, lines);
}

export function loggersTo(lines: DestinationStream, level: string): Loggers {
  const logger = createLogger(level, lines);
  return {
    logger,
    requests: logger.isLevelEnabled('info') ? requestLog(lines) : { info: () => undefined },
  };
}

/** Structured logs on standard output, secrets redacted. `flush` writes what is buffered, for the process's end. */
export function createLoggers(level: string): Loggers & { flush: () => void } {
  const lines = new LogLines();
  return { ...loggersTo(lines, level), flush: () => lines.flush() };
}
