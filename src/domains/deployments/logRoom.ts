import type { Principal } from '../../kernel/context.js';
import { FairRoom } from '../../kernel/fairRoom.js';
import { tenantKeyOf } from '../../kernel/tenantKey.js';
import type { Room } from '../edge/index.js';

/** What logs may take. A cluster that is followed takes a connection by which its pods are listed, and each container one. */
export interface LogLimits {
  /** Of one subscription. */
  clusters: number;
  containers: number;
  /** Connections of all subscriptions of this replica: half of them for one business, and half of these for one caller. */
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
    private readonly whole: Room,
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

/** Places of all subscriptions, of which neither a business nor one of its callers takes all. */
export class LogRooms {
  readonly #businesses: FairRoom;
  /** By business. */
  readonly #callers = new Map<string, FairRoom>();

  constructor(private readonly most: number) {
    this.#businesses = new FairRoom(most);
  }

  roomOf(principal: Principal): Room {
    const business = tenantKeyOf(principal);
    const caller = String(principal.userId);
    return { take: () => this.#take(business, caller) };
  }

  #take(business: string, caller: string): (() => void) | null {
    const callers = this.#callers.get(business) ?? new FairRoom(this.most / 2);
    if (!callers.take(caller, 1)) return null;
    if (!this.#businesses.take(business, 1)) {
      callers.give(caller, 1);
      return null;
    }
    this.#callers.set(business, callers);
    return () => {
      callers.give(caller, 1);
      this.#businesses.give(business, 1);
      if (callers.isEmpty) this.#callers.delete(business);
    };
  }
}
