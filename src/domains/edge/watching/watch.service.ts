import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../../database/database.js';
import { asDomainError, isUnavailable } from '../../../kernel/errors.js';
import type { Logger } from '../../../log/logger.js';
import type { NodeObserver } from '../clusters/cluster.port.js';
import type { ClusterAccess } from '../clusters/clusterAccess.service.js';
import { CLUSTER_CHANGED } from '../edge.topics.js';
import { latestOf } from './latestOf.js';
import type { Lease, LeaseService } from './lease.service.js';
import type { NodeIntake } from '../nodes/nodeIntake.service.js';

/** `lastSeenAt` is written at most this often while a cluster is well: milliseconds, and parts of the silence. */
const SEEN_INTERVAL = 10_000;
const SEEN_RECORDS = 6;

/** Milliseconds before what could not be recorded is tried again; less where a lease that has run out is renewed sooner. */
const RECORD_PAUSE = 2000;

/** Longest wait at the end for watches to stop, in milliseconds. */
const STOP_PATIENCE = 2000;

interface Watch {
  revision: number;
  stop: () => void;
  done: Promise<void>;
}

/** Milliseconds. */
export interface WatchPeriods {
  /** For how long a lease is held unless renewed. */
  lease: number;
  /** From one renewal to the next. */
  renewal: number;
  /** Without an answer, until a cluster counts as dead. */
  silence: number;
}

const isDefect = (error: unknown): boolean => asDomainError(error).code === 'INTERNAL';

/** What is shown of a failure, for which there is no request. */
function reasonOf(error: unknown): string {
  return isDefect(error) ? 'internal error of this server' : asDomainError(error).message;
}

/** Watches the nodes of the clusters whose leases this replica holds. No cluster's trouble reaches another. */
export class WatchService {
  readonly #watches = new Map<number, Watch>();
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake = new AbortController();

  constructor(
    private readonly parts: {
      database: Database;
      access: ClusterAccess;
      leases: LeaseService;
      intake: NodeIntake;
      logger: Logger;
    },
    private readonly periods: WatchPeriods,
  ) {}

  /** How many clusters are watched. */
  get count(): number {
    return this.#watches.size;
  }

  /** Returns at once; what is registered or deleted from now on is followed. */
  start(): void {
    const unsubscribe = this.parts.database.notifications.subscribe(CLUSTER_CHANGED, ({ change }) => {
      if (change !== 'UPDATED') this.#wake.abort();
    });
    this.#stopping.signal.addEventListener('abort', unsubscribe);
    this.#running = this.#run();
  }

  /** Ends every watch and gives the leases back. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const watches = [...this.#watches.values()];
    for (const { stop } of watches) stop();
    await Promise.race([
      Promise.all(watches.map(async ({ done }) => done)),
      delay(STOP_PATIENCE, undefined, { ref: false }),
    ]);
    await this.parts.leases.release().catch((error: unknown) => {
      this.parts.logger.warn({ err: error }, 'the leases of clusters could not be given back');
    });
  }

  async #run(): Promise<void> {
    let renewedAt = performance.now();
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      try {
        const startedAt = performance.now();
        this.#follow(await this.parts.leases.renew());
        renewedAt = startedAt;
        await this.parts.leases.announceDeaths();
      } catch (error) {
        this.parts.logger.warn(
          { err: error },
          'the leases of clusters could not be renewed; it is tried again',
        );
        // By now another replica may watch them.
        if (performance.now() - renewedAt > this.periods.lease) this.#follow([]);
      }
      const signal = AbortSignal.any([this.#wake.signal, this.#stopping.signal]);
      await delay(this.periods.renewal, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Starts and ends watches until they are those of the leases. */
  #follow(leases: readonly Lease[]): void {
    const wanted = new Map(leases.map((lease) => [lease.clusterId, lease]));
    for (const [clusterId, watch] of this.#watches) {
      if (wanted.get(clusterId)?.revision === watch.revision) wanted.delete(clusterId);
      else watch.stop();
    }
    for (const lease of wanted.values()) {
      // What is stopping goes first; the next renewal starts it anew.
      if (!this.#watches.has(lease.clusterId)) this.#begin(lease);
    }
  }

  #begin({ clusterId, revision }: Lease): void {
    const controller = new AbortController();
    const done = this.#watch(clusterId, controller.signal)
      .catch(async (error: unknown) => {
        this.parts.logger.warn({ err: error, clusterId }, 'a cluster cannot be watched; it is tried again');
        // That is no trouble of the cluster's.
        if (!isUnavailable(error)) await this.parts.leases.fail(clusterId, reasonOf(error));
      })
      .catch((error: unknown) => {
        this.parts.logger.warn({ err: error, clusterId }, "a cluster's failure could not be recorded");
      })
      .finally(() => this.#watches.delete(clusterId));
    this.#watches.set(clusterId, { revision, stop: () => controller.abort(), done });
  }

  async #watch(clusterId: number, signal: AbortSignal): Promise<void> {
    await this.parts.access.use(clusterId, async (client) =>
      client.watchNodes(this.#observer(clusterId, signal), signal),
    );
  }

  #observer(clusterId: number, signal: AbortSignal): NodeObserver {
    const { leases, intake, logger } = this.parts;
    const pause = Math.min(RECORD_PAUSE, this.periods.renewal);
    const interval = Math.min(SEEN_INTERVAL, this.periods.silence / SEEN_RECORDS);
    let recordedAt = -Infinity;
    /** One at a time, however long the database takes; of what comes meanwhile only the last counts. */
    const record = latestOf(signal, pause, (error) => {
      recordedAt = -Infinity;
      logger.warn({ err: error, clusterId }, 'what a cluster tells could not be recorded; it is tried again');
    });
    const fail = (reason: string): void => {
      recordedAt = -Infinity;
      record(async () => leases.fail(clusterId, reason));
    };
    const recordVersion = latestOf(signal, pause, (error) => {
      logger.warn({ err: error, clusterId }, "a cluster's version could not be recorded; it is tried again");
    });
    return {
      changed: async (change) => {
        if (signal.aborted) return;
        try {
          await intake.ingest(clusterId, change);
        } catch (error) {
          logger.warn(
            { err: error, clusterId },
            "a change of a cluster's nodes could not be recorded; the cluster is asked again",
          );
          fail('what it tells of its nodes could not be recorded');
          throw error;
        }
      },
      alive: (remaining) => {
        const now = performance.now();
        if (signal.aborted || now - recordedAt < interval) return;
        recordedAt = now;
        record(async () => leases.recordSeen(clusterId, remaining?.message));
      },
      version: (version) => {
        if (!signal.aborted) recordVersion(async () => leases.setVersion(clusterId, version));
      },
      failed: (error) => {
        if (signal.aborted) return;
        if (isDefect(error)) logger.error({ err: error, clusterId }, 'a cluster cannot be watched');
        fail(reasonOf(error));
      },
    };
  }
}
