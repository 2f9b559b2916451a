import { Connection, type ConnectionOwner } from './connection.js';
import type { Connector, Inbox } from './connector.js';
import type { Watch } from './watch.js';

export interface ConnectionUser {
  /** It is this user's turn. The connection is its own until it has been answered, or destroys it. */
  start: (connection: Connection) => void;
  /** It would have been, but there is no connection to be had. */
  refused: (error: Error) => void;
}

/** The connections to one platform. Users get one that is free, or a new one, or wait for their turn. */
export class Connections implements ConnectionOwner {
  /** Last in, first out, so that surplus connections stay unused and are closed. */
  readonly #free: Connection[] = [];
  readonly #waiting = new Set<ConnectionUser>();
  /** Open connections and those being opened. */
  #count = 0;
  #isClosed = false;

  constructor(
    private readonly connector: Connector,
    private readonly limit: number,
    readonly unused: Watch<Connection>,
  ) {}

  /** `isNew`: rather one that has not been used before; an unused one makes room for it. */
  acquire(user: ConnectionUser, { isNew = false }: { isNew?: boolean } = {}): void {
    const free = isNew ? undefined : this.#free.pop();
    if (free) user.start(free);
    else if (this.#count < this.limit) this.#open(user);
    else {
      this.#waiting.add(user);
      this.#free.at(0)?.destroy();
    }
  }

  /** The user does not want to wait any more. */
  cancel(user: ConnectionUser): void {
    this.#waiting.delete(user);
  }

  released(connection: Connection): void {
    const next = this.#next();
    if (next) next.start(connection);
    else if (this.#isClosed) connection.destroy();
    else this.#free.push(connection);
  }

  lost(connection: Connection): void {
    const index = this.#free.indexOf(connection);
    if (index !== -1) this.#free.splice(index, 1);
    this.#vacate();
  }

  /** Closes what is free now, and the rest as it is released. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#free.splice(0)) connection.destroy();
  }

  #open(user: ConnectionUser): void {
    this.#count += 1;
    const inbox: Inbox = { receive: () => true };
    this.connector.connect((error, socket) => {
      if (socket) return user.start(new Connection(socket, inbox, this));
      this.#vacate();
      user.refused(error);
    }, inbox);
  }

  /** There is room for one more. */
  #vacate(): void {
    this.#count -= 1;
    const next = this.#next();
    if (next) this.#open(next);
  }

  #next(): ConnectionUser | undefined {
    for (const user of this.#waiting) {
      this.#waiting.delete(user);
      return user;
    }
    return undefined;
  }
}
