/** Node's own limit. */
const MOST_DELAY = 2 ** 31 - 1;

/** Sets jobs of this replica off when they are due; what it forgets with its process is found by the look for what is pending. */
export class DueTimers {
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #enqueue: ((subject: string) => void) | undefined;

  /** A job kind's own way to be woken. */
  readonly wake = (_notifications: unknown, enqueue: (subject?: string) => void): void => {
    this.#enqueue = enqueue;
  };

  /** In so many milliseconds; what was set for the subject before is forgotten. */
  set(subject: string, delay: number): void {
    clearTimeout(this.#timers.get(subject));
    const timer = setTimeout(
      () => {
        this.#timers.delete(subject);
        this.#enqueue?.(subject);
      },
      Math.min(delay, MOST_DELAY),
    ).unref();
    this.#timers.set(subject, timer);
  }
}
