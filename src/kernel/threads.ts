import { extname } from 'node:path';
import type { Transferable } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { DomainError } from './errors.js';
import { OwnerTurns } from './ownerTurns.js';
import type { ThreadResult, ThreadTask } from './threadTask.js';

export interface ThreadLimits {
  /** What is worked on, in the words of errors: `the files`. */
  what: string;
  /** MiB of a thread's heap; what it holds in buffers is not counted. */
  memory: number;
  /** Milliseconds that a task may take, once it has a thread; then the thread is ended. */
  time: number;
  /** Tasks at once, each in a thread of its own. */
  atOnce: number;
  /** Tasks that may wait; owners take turns. */
  waiting: number;
  /** Of both together, one owner's: the others are left to everybody else. */
  ofOne: number;
}

export interface ThreadOptions {
  /** Given away with the input: ports, and buffers that need no copy. */
  transfer?: Transferable[];
  /** Ends the thread, or the wait for one. */
  signal?: AbortSignal;
}

type Work = Record<string, (input: never) => unknown>;

/** Milliseconds until a thread without work ends. */
const LONGEST_IDLE = 10_000;
/** Seconds after which another try makes sense. */
const RETRY_AFTER = 2;
/** Less than everything else here has. */
const NICENESS = 5;
/** MiB of a thread for what has just been made; two of them are in use at once. */
const YOUNG = 16;

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/**
 * Runs the exported functions of one file in threads, so that long work holds up no requests, and neither endless work
 * nor greedy work ends the process. Inputs and results are copied. Its DomainErrors come as they are; input that needs
 * more time or memory than there is gets BAD_INPUT, and what finds no place RATE_LIMITED.
 */
export class Threads<W extends Work> {
  readonly #turns;
  readonly #underWay = new Map<string, number>();
  #pool: Promise<Piscina<ThreadTask, ThreadResult>> | undefined;

  /** `file` is a module beside the caller's, without its ending: `new URL('./writing', import.meta.url)`. */
  constructor(
    private readonly file: URL,
    private readonly limits: ThreadLimits,
  ) {
    this.#turns = new OwnerTurns(limits.atOnce, limits.waiting);
  }

  /** `owner` is whose task it is; an owner's share is bounded. */
  async run<N extends keyof W & string>(
    owner: string,
    name: N,
    input: Parameters<W[N]>[0],
    options: ThreadOptions = {},
  ): Promise<Awaited<ReturnType<W[N]>>> {
    const work = async () => this.#perform(name, input, options);
    const result = await this.#inTurn(owner, options.signal, work);
    if ('failure' in result) {
      const { code, message, details } = result.failure;
      throw new DomainError(code, message, details);
    }
    return result.value as Awaited<ReturnType<W[N]>>;
  }

  async #inTurn<T>(owner: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const own = this.#underWay.get(owner) ?? 0;
    if (own >= this.limits.ofOne) throw this.#busy();
    const turn = this.#turns.enter(owner, signal);
    if (!turn) throw this.#busy();
    this.#underWay.set(owner, own + 1);
    try {
      await turn;
      return await work().finally(() => this.#turns.leave());
    } finally {
      const left = (this.#underWay.get(owner) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(owner);
      else this.#underWay.set(owner, left);
    }
  }

  async #perform(name: string, input: unknown, options: ThreadOptions): Promise<ThreadResult> {
    const { memory, time, what } = this.limits;
    const { transfer, signal } = options;
    const deadline = AbortSignal.timeout(time);
    const pool = await (this.#pool ??= this.#open());
    try {
      return await pool.run(
        { file: `${this.file.href}${extname(import.meta.url)}`, name, input },
        {
          signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
          ...(transfer && { transferList: transfer }),
        },
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (isOutOfMemory(error))
        throw new DomainError(
          'BAD_INPUT',
          `${what} need more than ${memory} MiB of memory`,
          {},
          { cause: error },
        );
      if (deadline.aborted)
        throw new DomainError('BAD_INPUT', `${what} take longer than ${time / 1000} s`, {}, { cause: error });
      throw error;
    }
  }

  async #open(): Promise<Piscina<ThreadTask, ThreadResult>> {
    const { threadPool } = await import('./threadPool.js');
    const ending = extname(import.meta.url);
    return threadPool({
      filename: new URL(`./threadTask${ending}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: this.limits.atOnce,
      idleTimeout: LONGEST_IDLE,
      niceIncrement: NICENESS,
      resourceLimits: { maxOldGenerationSizeMb: this.limits.memory, maxYoungGenerationSizeMb: YOUNG },
    });
  }

  #busy(): DomainError {
    return new DomainError('RATE_LIMITED', `too much is under way for ${this.limits.what}; try again`, {
      retryAfter: RETRY_AFTER,
    });
  }
}
