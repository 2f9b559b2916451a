import cluster from 'node:cluster';
import { type AppParts, startApp } from '../app.js';
import { LAST_MOMENTS, bannerOf } from './banner.js';
import type { Folder } from '../database/folder.js';
import { type Run, passwordLine } from './command.js';
import { asWorker } from './worker.js';

/** A terminal's Ctrl-C reaches the server itself and npm, which hands it on: the same signal within this time is one. */
const ECHO = 500;

/** One of several processes, whose supervisor tells what it is for and is told where it serves. */
interface Part {
  parts: Pick<AppParts, 'background' | 'expose'>;
  serving: (url: string) => void;
}

/** Serves on the folder that was taken, if any; resolves when it has stopped after a signal. */
export const serve = async (
  [config, loggers, print]: Parameters<Run>,
  folder: Folder | undefined,
): Promise<number> => {
  const { logger } = loggers;
  const alone: Part = { parts: {}, serving: (url) => print(bannerOf(url + config.BASE_PATH)) };
  const { parts, serving } = cluster.isWorker ? await asWorker() : alone;
  const app = await startApp(config, loggers, {
    ...parts,
    folder,
    announce: (made) => print(passwordLine(made)),
  });
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
  serving(app.url);
  return ended.promise;
};
