import type { Logger } from '../../../log/logger.js';
import { DomainError, asDomainError } from '../../../kernel/errors.js';
import { Tally } from '../../../kernel/figures.js';
import type { CloudConnector, CloudKind, CloudSession } from '../cloud.port.js';
import type { ConnectionService } from '../connection.service.js';
import { TaskKind } from '../task.entity.js';
import { errorInfoOf } from './errorInfo.js';
import type { InventoryIntake, RunIntake } from './intake.port.js';
import { type BegunRun, type LeaseService, RunLost } from './lease.service.js';
import { Patience, type RunLimits } from './patience.js';
import { RunTurns } from './runTurns.js';

export interface RefreshPace extends RunLimits {
  /** Milliseconds for which a run is its replica's unless renewed. */
  lease: number;
}

interface Parts {
  connections: ConnectionService;
  connector: () => Promise<CloudConnector>;
  intake: InventoryIntake;
  leases: LeaseService;
  logger: Logger;
}

/** What each task reads, in this order: what others refer to comes first. */
const KINDS: Record<TaskKind, readonly CloudKind[]> = {
  [TaskKind.STATIC]: ['tenants', 'hosts', 'aggregates', 'flavors', 'networks', 'volumeTypes', 'images'],
  [TaskKind.DYNAMIC]: ['tenants', 'hosts', 'stacks', 'servers', 'volumes', 'quotas'],
};

/** The run is to begin anew elsewhere, or later. */
const STOPPED = 'the server that ran it was stopped; it runs again';

/** Where a run is. */
interface Progress {
  reading: string;
  session?: CloudSession;
  intake?: RunIntake;
}

/** Reads clouds when it is time. */
export class RefreshService {
  /** By what was read, and the code of the failure, or OK. */
  readonly runs = new Tally<'kind' | 'code'>();
  readonly #turns = new RunTurns();

  constructor(
    private readonly parts: Parts,
    private readonly pace: RefreshPace,
  ) {}

  async pending(): Promise<string[]> {
    return this.parts.leases.pending();
  }

  /** Does all that is due for a data center, one after the other; what finds no place stays pending. */
  async run(dataCenterId: string, stopping: AbortSignal): Promise<void> {
    const { leases } = this.parts;
    const owner = await leases.ownerOf(dataCenterId);
    if (owner === undefined) return this.#remind(this.#turns.pass(dataCenterId));
    const leave = this.#turns.take(dataCenterId, owner);
    if (!leave) return;
    try {
      while (!stopping.aborted) {
        const run = await leases.begin(dataCenterId);
        if (!run) return;
        await this.#perform(run, stopping);
      }
    } finally {
      await this.#remind(leave());
    }
  }

  async #remind(next: string | undefined): Promise<void> {
    if (next !== undefined) await this.parts.leases.remind(next);
  }

  async #perform(run: BegunRun, stopping: AbortSignal): Promise<void> {
    const progress: Progress = { reading: 'the openrc file' };
    using patience = new Patience(stopping, this.pace);
    const heartbeat = this.#keep(run, patience);
    try {
      await this.#read(run, patience, progress);
      const { session, intake } = progress;
      if (!session || !intake) throw new Error('nothing was read');
      heartbeat.stop();
      progress.reading = 'the inventory that is stored';
      await this.parts.leases.succeed(run, session, async (em) => intake.swap(em));
      this.#turns.note(run.dataCenterId, true);
      this.runs.add({ kind: run.kind, code: 'OK' });
    } catch (error) {
      heartbeat.stop();
      await this.#fail(run, error, progress, stopping);
    } finally {
      await this.#leave(progress);
    }
  }

  async #read(run: BegunRun, patience: Patience, progress: Progress): Promise<void> {
    const { connections, connector, intake } = this.parts;
    progress.intake = await intake.begin(run.dataCenterId, run.id);
    const account = connections.accountOf({ ...run, id: run.dataCenterId });
    const session = await patience.wait((await connector()).open(account, patience.signal));
    progress.session = session;
    for (const kind of KINDS[run.kind]) {
      progress.reading = kind;
      await progress.intake.take(kind, patience.each(session.read(kind)));
    }
  }

  /** Renews the lease; once that is lost, nothing goes on. */
  #keep(run: BegunRun, patience: Patience): { stop: () => void } {
    let heldAt = performance.now();
    const beat = async () => {
      const askedAt = performance.now();
      try {
        await this.parts.leases.renew(run);
        heldAt = askedAt;
      } catch (error) {
        const isOver = performance.now() - heldAt > this.pace.lease;
        if (error instanceof RunLost || isOver) patience.end(new RunLost('the lease of the run is lost'));
      }
    };
    const timer = setInterval(() => void beat(), this.pace.lease / 3);
    return { stop: () => clearInterval(timer) };
  }

  async #fail(
    run: BegunRun,
    error: unknown,
    { reading, session }: Progress,
    stopping: AbortSignal,
  ): Promise<void> {
    const { connections, leases, logger } = this.parts;
    const record = { dataCenterId: run.dataCenterId, runId: run.id, reading };
    try {
      if (error instanceof RunLost) logger.info(record, 'a run was taken over, or its data center is gone');
      else if (stopping.aborted) await leases.giveUp(run, STOPPED);
      else {
        this.#turns.note(run.dataCenterId, false);
        this.runs.add({ kind: run.kind, code: asDomainError(error).code });
        if (error instanceof DomainError) logger.info({ ...record, error: error.code }, 'a run failed');
        else logger.error({ ...record, err: error }, 'a run failed');
        const { password } = connections.accountOf({ ...run, id: run.dataCenterId });
        await leases.fail(run, errorInfoOf(error, reading, [password]), session?.missing ?? []);
      }
    } catch (failure) {
      if (!(failure instanceof RunLost)) throw failure;
      logger.info(record, 'a run was taken over, or its data center is gone');
    }
  }

  /** Nobody waits for a cloud that does not take leave. */
  async #leave({ session, intake }: Progress): Promise<void> {
    const { logger } = this.parts;
    const note = (error: unknown) => logger.warn({ err: error }, 'a run did not end well');
    session?.close().catch(note);
    await intake?.discard().catch(note);
  }
}
