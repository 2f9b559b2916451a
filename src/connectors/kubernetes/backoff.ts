import { setTimeout } from 'node:timers/promises';

/** Waits between tries: longer each time, up to a cap, and never at the same moment as others. */
export class Backoff {
  #tries = 0;

  constructor(
    private readonly base: number,
    private readonly cap: number,
  ) {}

  reset(): void {
    this.#tries = 0;
  }

  /** How long to wait now; `atLeast` is honoured up to the cap. All in milliseconds. */
  next(atLeast = 0): number {
    const most = Math.min(this.cap, this.base * 2 ** this.#tries);
    this.#tries += 1;
    // Between half and all of it, so that clusters which failed together do not come back together.
    return Math.max(most * (0.5 + Math.random() / 2), Math.min(atLeast, this.cap));
  }

  /** Resolves at once when aborted. */
  async wait(signal: AbortSignal, atLeast?: number): Promise<void> {
    await setTimeout(this.next(atLeast), undefined, { signal }).catch(() => undefined);
  }
}
