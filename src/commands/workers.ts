import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import { ExponentialBackoff } from 'cockatiel';
import type { Config } from '../config/settings.js';
import type { Logger } from '../log/logger.js';
import { LAST_MOMENTS, bannerOf } from './banner.js';
import type { Run } from './command.js';
import { WorkerLink } from './workerLink.js';
import { WorkerMetrics } from './workerMetrics.js';

/** Milliseconds between the end of a process and the start of the next in its place, which grow while none gets to serve. */
const RESTART = { initialDelay: 500, maxDelay: 30_000 };

interface End {
  code: number;
  signal: NodeJS.Signals | null;
}

/** One of the processes that serve. */
interface Place {
  /** Whether it does what one process alone shall do. */
  background: boolean;
  worker: Worker;
  link: WorkerLink;
  /** The address at which it serves, once it does. */
  serving: Promise<string>;
  isServing: boolean;
  /** The exit code, and the signal that ended it, if one did. */
  ended: Promise<End>;
}

/** Keeps as many processes serving on one port as it was told to. */
class Supervisor {
  readonly #places = new Map<number, Place>();
  readonly #metrics = new WorkerMetrics();
  readonly #stopping = new AbortController();

  constructor(
    private readonly config: Config,
    private readonly logger: Logger,
  ) {}

  /** The address, when all of them serve; or the exit code of one that did not get so far. */
  async start(): Promise<string | number> {
    // The first one brings the database up to date.
    const first = this.#fork(true);
    const url = await this.#begun(first);
    if (typeof url === 'number') return url;
    if (this.#stopping.signal.aborted) return (await first.ended).code;
    const others = Array.from({ length: this.config.WORKERS - 1 }, () => this.#fork(false));
    const begun = await Promise.all(others.map((place) => this.#begun(place)));
    const failed = begun.find((each) => typeof each === 'number');
    if (failed !== undefined) {
      await this.stop('SIGTERM');
      return failed;
    }
    for (const place of this.#places.values()) void this.#keep(place);
    return url;
  }

  /** Hands the signal on; resolves with the worst exit code when all have ended. */
  async stop(signal: NodeJS.Signals): Promise<number> {
    this.#stopping.abort();
    const places = [...this.#places.values()];
    for (const { worker } of places) worker.process.kill(signal);
    const ends = await Promise.all(places.map(({ ended }) => ended));
    return Math.max(0, ...ends.map(({ code }) => code));
  }

  /** Ends those that do not end by themselves. */
  kill(): void {
    for (const { worker } of this.#places.values()) worker.process.kill('SIGKILL');
  }

  #fork(background: boolean): Place {
    const worker = cluster.fork();
    const serving = Promise.withResolvers<string>();
    const ended = Promise.withResolvers<End>();
    const link = new WorkerLink(worker, {
      role: () => ({ background }),
      serving: (url) => {
        place.isServing = true;
        serving.resolve(String(url));
      },
      metrics: async () => this.#gather(),
    });
    const place: Place = {
      background,
      worker,
      link,
      serving: serving.promise,
      isServing: false,
      ended: ended.promise,
    };
    this.#places.set(worker.id, place);
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
      this.#places.delete(worker.id);
      void this.#metrics.end(worker.id);
      ended.resolve({ code: code ?? 1, signal });
    });
    return place;
  }

  /** The address, or the exit code. */
  async #begun({ serving, ended }: Place): Promise<string | number> {
    return Promise.race([serving, ended.then(({ code }) => code)]);
  }

  /** Puts another process in the place of one that ends, for as long as this one lives. */
  async #keep(first: Place): Promise<void> {
    const { signal } = this.#stopping;
    let place = first;
    let pause = new ExponentialBackoff(RESTART).next();
    while (!signal.aborted) {
      const { background, worker } = place;
      const end = await place.ended;
      if (signal.aborted) return;
      this.logger.error({ pid: worker.process.pid, ...end }, 'a worker ended; another takes its place');
      await delay(pause.duration, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      place = this.#fork(background);
      const hasBegun = typeof (await this.#begun(place)) === 'string';
      pause = hasBegun ? new ExponentialBackoff(RESTART).next() : pause.next(undefined);
    }
  }

  async #gather(): Promise<string> {
    // Others have none yet.
    const serving = [...this.#places].filter(([, { isServing }]) => isServing);
    const asked = new Map(serving.map(([id, { link }]) => [id, async () => link.ask('ownMetrics')]));
    return this.#metrics.gather(asked);
  }
}

/** Serves with several processes on one port. */
export const run: Run = async (config, { logger }, print) => {
  // Its end would be that of all of them.
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
  const supervisor = new Supervisor(config, logger);
  const ended = Promise.withResolvers<number>();
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    setTimeout(() => supervisor.kill(), config.SHUTDOWN_TIMEOUT + 2 * LAST_MOMENTS).unref();
    ended.resolve(await supervisor.stop(signal));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  const begun = await supervisor.start();
  if (typeof begun === 'number') return begun;
  print(bannerOf(begun + config.BASE_PATH));
  return ended.promise;
};
