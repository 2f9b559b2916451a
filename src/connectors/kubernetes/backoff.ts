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

  /** `atLeast` in milliseconds is honoured up to the cap. Resolves when aborted. */
  async wait(signal: AbortSignal, atLeast = 0): Promise<void> {
    const most = Math.min(this.cap, this.base * 2 ** this.#tries);
    this.#tries += 1;
    // Between half and all of it, so that clusters which failed together do not come back together.
    const delay = Math.max(most * (0.5 + Math.random() / 2), Math.min(atLeast, this.cap));
    await setTimeout(delay, undefined, { signal }).catch(() => undefined);
  }
}
