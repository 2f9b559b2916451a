import { DomainError } from '../../../kernel/errors.js';
import { unlessAborted } from '../../../kernel/unlessAborted.js';

export interface RunLimits {
  /** Milliseconds in which a whole run must end. */
  deadline: number;
  /** Milliseconds without anything new, after which a cloud is waited for no more. */
  silence: number;
}

function minutesOf(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 6000) / 10;
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** Ends what takes too long, whether or not it takes notice. */
export class Patience implements Disposable {
  readonly #done = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  readonly #silence: NodeJS.Timeout;

  constructor(stopping: AbortSignal, { deadline, silence }: RunLimits) {
    const late = (message: string) => () => this.end(new DomainError('UPSTREAM_TIMEOUT', message));
    this.#silence = setTimeout(late(`nothing came for ${minutesOf(silence)}`), silence);
    this.#timers = [this.#silence, setTimeout(late(`it took more than ${minutesOf(deadline)}`), deadline)];
    this.signal = AbortSignal.any([stopping, this.#done.signal]);
  }

  readonly signal: AbortSignal;

  /** Waits no longer. */
  end(reason: Error): void {
    this.#done.abort(reason);
  }

  /** Something came. */
  renew(): void {
    this.#silence.refresh();
  }

  async wait<T>(work: Promise<T>): Promise<T> {
    const result = await unlessAborted(work, this.signal);
    this.renew();
    return result;
  }

  /** The same as it comes; what it is waited for in vain is left to itself. */
  async *each<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    const iterator = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.wait(iterator.next());
        if (next.done === true) return;
        yield next.value;
        this.renew();
      }
    } finally {
      iterator.return?.().catch(() => undefined);
    }
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#done.abort();
  }
}
