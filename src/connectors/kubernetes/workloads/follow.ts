import { setTimeout } from 'node:timers/promises';
import type { LogLine, Room } from '../../../domains/edge/clusters/workload.port.js';
import { MOST_FOLLOWED } from '../connection.js';
import { failureOf, isTransient } from '../failures.js';
import { DomainError } from '../../../kernel/errors.js';
import { type Container, hasNoLog, listContainers, logPathOf } from './containers.js';
import { LogLines } from './logLines.js';
import { MOST_LINES } from './logs.js';
import { merge } from './merge.js';
import type { Scope } from './scope.js';

/** As Go writes times, RFC 3339 with up to nine digits of fractions, before each line. */
const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z (.*)$/s;

/** Of the containers, in the time after which a cluster counts as silent. */
const LISTS = 5;
/** Of an owner in one cluster, that are looked at. */
const MOST_LISTED = 1000;

const ENOUGH: Room = { take: () => () => undefined };

interface Stamped {
  /** By which times are in order as texts. */
  time: string;
  line: string;
}

function unstamp(text: string): Stamped {
  const [, second = '', fraction = '', line = text] = STAMPED.exec(text) ?? [];
  return { time: second && `${second}.${fraction.padEnd(9, '0')}`, line };
}

/** Follows the containers of an owner's pods, also of those that come later. */
class Follower {
  /** By container: the time of its last line, after which it goes on. */
  readonly #seen = new Map<string, string>();
  /** Those that are followed, and how to give their places back. */
  readonly #followed = new Map<string, () => void>();
  /** Those whose logs have ended, for good when the container is over. */
  readonly #ended = new Set<string>();
  /** Lists that failed one after the other. */
  #failures = 0;
  /** Those for which there was no room. */
  #leftOut = 0;

  constructor(
    private readonly scope: Scope,
    private readonly lines: number,
    private readonly room: Room,
  ) {}

  /** Again and again those that are not followed, as they come and after their connections have ended. */
  async *found(): AsyncGenerator<AsyncGenerator<LogLine>> {
    const { connection, signal } = this.scope;
    while (!signal.aborted) {
      const containers = await this.#list();
      if (containers) this.#forgetAllBut(new Set(containers.map(({ key }) => key)));
      let leftOut = 0;
      for (const container of containers ?? []) {
        const { key, isOver } = container;
        const isDone = isOver && this.#ended.has(key);
        if (isDone || this.#followed.has(key)) continue;
        // By then all places have been given back.
        if (signal.aborted) return;
        const leave = this.#followed.size < MOST_FOLLOWED ? this.room.take() : null;
        if (leave) {
          this.#followed.set(key, leave);
          yield this.#linesOf(container);
        } else leftOut += 1;
      }
      if (containers && leftOut !== this.#leftOut) yield this.#telling(leftOut);
      await setTimeout(connection.pace.silence / LISTS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Gives all places back. */
  end(): void {
    for (const key of [...this.#followed.keys()]) this.#leave(key);
  }

  #leave(key: string): void {
    this.#followed.get(key)?.();
    this.#followed.delete(key);
  }

  async *#telling(leftOut: number): AsyncGenerator<LogLine> {
    this.#leftOut = leftOut;
    yield { pod: '', container: '', line: '', leftOut };
  }

  /** Undefined where the cluster does not tell, which is borne until it counts as silent. */
  async #list(): Promise<Container[] | undefined> {
    try {
      const containers = await listContainers(this.scope, MOST_LISTED);
      this.#failures = 0;
      return containers;
    } catch (error) {
      const failure = failureOf(error, this.scope.connection);
      this.#failures += 1;
      if (!isPassing(failure) || this.#failures === LISTS) throw failure;
      return undefined;
    }
  }

  #forgetAllBut(keys: ReadonlySet<string>): void {
    for (const key of this.#seen.keys()) if (!keys.has(key)) this.#seen.delete(key);
    for (const key of this.#ended) if (!keys.has(key)) this.#ended.delete(key);
  }

  async *#linesOf(container: Container): AsyncGenerator<LogLine> {
    const { pod, container: name, key } = container;
    const before = this.#seen.get(key) ?? '';
    // What was broken off in the middle of a second comes again from the second's beginning.
    const isNew = ({ time }: Stamped) => time === '' || time > before;
    const told = ({ time, line }: Stamped): LogLine => {
      if (time !== '') this.#seen.set(key, time);
      return { pod, container: name, line };
    };
    try {
      const stream = await this.#open(container);
      const splitter = new LogLines();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        for (const stamped of splitter.push(chunk).map(unstamp)) if (isNew(stamped)) yield told(stamped);
      }
      for (const stamped of splitter.rest().map(unstamp)) if (isNew(stamped)) yield told(stamped);
      this.#ended.add(key);
    } catch (error) {
      const failure = failureOf(error, this.scope.connection);
      if (!hasNoLog(failure) && !isPassing(failure)) throw failure;
    } finally {
      this.#leave(key);
    }
  }

  #open(container: Container) {
    const { connection, signal } = this.scope;
    const seen = this.#seen.get(container.key);
    return connection.follow({
      path: logPathOf(this.scope, container),
      query: {
        container: container.container,
        follow: 'true',
        timestamps: 'true',
        ...(seen ? { sinceTime: `${seen.slice(0, 19)}Z` } : { tailLines: String(this.lines) }),
      },
      form: 'text',
      signal,
    });
  }
}

const PASSING: readonly string[] = ['UPSTREAM_PROTOCOL', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNREACHABLE'];

/** That a connection breaks is expected; whether the cluster is there is learned by the next list. */
function isPassing(failure: unknown): boolean {
  return isTransient(failure) || (failure instanceof DomainError && PASSING.includes(failure.code));
}

/** The last lines of the owner's pods, then those that come, until aborted. Nothing is read while a line is being taken. */
export async function* followLogs(scope: Scope, lines: number, room = ENOUGH): AsyncGenerator<LogLine> {
  const { signal } = scope;
  const stop = new AbortController();
  const within = { ...scope, signal: AbortSignal.any([signal, stop.signal, scope.connection.closed]) };
  const follower = new Follower(within, Math.max(0, Math.min(lines, MOST_LINES)), room);
  try {
    yield* merge(follower.found());
  } catch (error) {
    if (!within.signal.aborted) throw error;
  } finally {
    stop.abort();
    follower.end();
  }
}
