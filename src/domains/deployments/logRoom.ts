import type { Room } from '../edge/index.js';

/** What logs may take. A cluster that is followed takes a connection by which its pods are listed, and each container one. */
export interface LogLimits {
  /** Of one subscription. */
  clusters: number;
  containers: number;
  /** Connections of all subscriptions of this replica. */
  all: number;
  /** That one operation reads of logs that are not followed. */
  bytes: number;
}

export const LOG_LIMITS: LogLimits = { clusters: 50, containers: 100, all: 1000, bytes: 16_777_216 };

/** So many places, each also one of the room that this is a part of. */
export class LogRoom implements Room {
  #taken = 0;

  constructor(
    private readonly most: number,
    private readonly whole: Room = { take: () => () => undefined },
  ) {}

  take(): (() => void) | null {
    const leave = this.#taken < this.most ? this.whole.take() : null;
    if (!leave) return null;
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      leave();
    };
  }
}
