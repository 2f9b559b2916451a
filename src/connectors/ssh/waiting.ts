import type { Readable } from 'node:stream';

/** How patient one step of a session is; in milliseconds. */
export interface Patience {
  /** Without a byte from the machine. */
  silence: number;
  /** In all. */
  within: number;
}

/** Expires once, when a stream was silent for too long, or when too much time went by in all. */
export class Watchdog {
  readonly #silence: NodeJS.Timeout;
  readonly #within: NodeJS.Timeout;
  readonly #onData = () => this.#silence.refresh();

  constructor(
    { silence, within }: Patience,
    private readonly heard: Readable,
    expire: (why: string) => void,
  ) {
    const expired = (milliseconds: number, why: string) =>
      setTimeout(() => {
        this.stop();
        expire(why);
      }, milliseconds);
    this.#silence = expired(silence, `said nothing for ${silence / 1000} s`);
    this.#within = expired(within, `took longer than ${within / 1000} s`);
    heard.on('data', this.#onData);
  }

  stop(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#within);
    this.heard.off('data', this.#onData);
  }
}

/** Settles as the work does, or fails with the signal's reason, whichever comes first. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** What a function gives to its callback. */
export function called<T>(
  start: (callback: (error: Error | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}
