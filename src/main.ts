import 'reflect-metadata';
import { describeSettings, readConfig } from './config/config.js';
import { VERSION } from './config/version.js';
import { DomainError } from './kernel/errors.js';
import { createLoggers } from './kernel/logger.js';
import type { App } from './app.js';

const USAGE = `Isthmus ${VERSION}: one GraphQL graph over every platform, and the REST APIs that older clients speak.

Usage: npm start [-- --help | --version]
`;

/** Given to what must end after the last request, such as jobs, in milliseconds. */
const LAST_MOMENTS = 5000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

function banner({ url, administrator }: App): string {
  const lines = [
    `Isthmus ${VERSION} serves at ${url}`,
    `  GraphQL     ${url}/graphql`,
    `  Playground  ${url}/playground`,
    `  REST        ${url}/docs`,
  ];
  if (administrator) {
    const { name, password } = administrator;
    lines.push(`  Log in as ${name} with the password ${password} (made now and not shown again)`);
  }
  return lines.join('\n');
}

/** What an operator can do something about comes without a stack: our own complaints, the system's and the database's. */
function reasonOf(error: unknown): string {
  const { code, message, stack } = error as { code?: string; message?: string; stack?: string };
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  if (error instanceof DomainError || code !== undefined) return message ?? String(code);
  return stack ?? String(error);
}

async function run(): Promise<void> {
  const config = readConfig();
  const { flush, ...loggers } = createLoggers(config.LOG_LEVEL);
  const { logger } = loggers;
  // Loaded late: --help and a wrong setting answer without waiting for everything else.
  const { startApp } = await import('./app.js');
  const app = await startApp(config, loggers);

  const exit = (code: number, message: string): never => {
    logger.info(message);
    flush();
    process.exit(code);
  };
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) exit(1, 'stopped at once: asked a second time');
    stopping = true;
    logger.info({ signal }, 'stopping: no new connections, requests in flight may finish');
    const late = () => exit(1, 'stopped late: the database or a cluster does not answer');
    setTimeout(late, config.SHUTDOWN_TIMEOUT + LAST_MOMENTS);
    await app.stop();
    exit(0, 'stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  // Last: whoever reads it may send a signal at once.
  print(banner(app));
}

if (process.argv.includes('--help')) print(`${USAGE}\n${describeSettings()}`);
else if (process.argv.includes('--version')) print(VERSION);
else {
  run().catch((error: unknown) => {
    process.stderr.write(`Isthmus cannot start: ${reasonOf(error)}\n`);
    process.exit(1);
  });
}
