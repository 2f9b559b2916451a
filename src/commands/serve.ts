import { type App, startApp } from '../app.js';
import { readHarbor } from '../config/harbor.js';
import { readTls } from '../config/tls.js';
import { readTrustedDocuments } from '../config/trustedDocuments.js';
import { VERSION } from '../config/version.js';
import { type Run, passwordLine } from './command.js';

/** Given to what must end after the last request, such as jobs, in milliseconds. */
const LAST_MOMENTS = 5000;
/** A terminal's Ctrl-C reaches the server itself and npm, which hands it on: the same signal within this time is one. */
const ECHO = 500;

const banner = ({ url }: App): string => `Isthmus ${VERSION} serves at ${url}
  GraphQL     ${url}/graphql
  Playground  ${url}/playground
  REST        ${url}/docs`;

/** Serves; resolves when it has stopped after a signal. */
export const run: Run = async (config, loggers, print) => {
  const { logger } = loggers;
  // Before a database is made or changed for a start that cannot succeed.
  readTls(config);
  readTrustedDocuments(config);
  readHarbor(config);
  const app = await startApp(config, loggers, { announce: (made) => print(passwordLine(made)) });
  const ended = Promise.withResolvers<number>();

  const end = (code: number, message: string): void => {
    logger.info(message);
    ended.resolve(code);
  };
  let first: { signal: string; at: number } | undefined;
  const stop = async (signal: string): Promise<void> => {
    const isEcho = first?.signal === signal && performance.now() - first.at < ECHO;
    if (isEcho) return;
    if (first) return end(1, 'stopped at once: asked a second time');
    first = { signal, at: performance.now() };
    // Somebody at a terminal is no balancer that has to turn away first.
    const delay = signal === 'SIGTERM' ? config.SHUTDOWN_DELAY : 0;
    logger.info({ signal, delay }, 'stopping: not ready any more, requests in flight may finish');
    const late = () => end(1, 'stopped late: the database or a cluster does not answer');
    setTimeout(late, config.SHUTDOWN_TIMEOUT + LAST_MOMENTS);
    await app.stop(delay);
    end(0, 'stopped');
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  // Last: whoever reads it may send a signal at once.
  print(banner(app));
  return ended.promise;
};
