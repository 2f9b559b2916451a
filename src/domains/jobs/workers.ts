import type { PgBoss } from 'pg-boss';
import type { JobKind } from '../jobKind.js';

/** Seconds between looks of a worker that nobody wakes; as good as never. */
const UNWOKEN = 86_400;

/** Jobs of a kind that run at once in one replica, where it names no number. */
const CONCURRENCY = 4;

interface JobData {
  /** A number where release 0.1.0 sent it. */
  subject: string | number;
}

interface Worker {
  /** The library's; empty until it has told it. */
  id: string;
  isBusy: boolean;
}

/** Those who do the jobs of one kind in this replica, one job at a time each. */
export class Workers {
  readonly #workers: Worker[] = [];

  private constructor(
    private readonly boss: PgBoss,
    private readonly kind: JobKind,
    private readonly stopping: AbortSignal,
  ) {}

  static async start(boss: PgBoss, kind: JobKind, stopping: AbortSignal): Promise<Workers> {
    const workers = new Workers(boss, kind, stopping);
    const count = kind.concurrency ?? CONCURRENCY;
    while (workers.#workers.length < count) await workers.#add();
    return workers;
  }

  /** There is a job, or may be: one who waits looks for it. All of them would ask the database the same. */
  wake(): void {
    const idle = this.#workers.find(({ isBusy }) => !isBusy);
    if (idle) this.boss.notifyWorker(idle.id);
  }

  /** The library can wake one of several workers only where each was started by itself. */
  async #add(): Promise<void> {
    const worker: Worker = { id: '', isBusy: false };
    this.#workers.push(worker);
    worker.id = await this.boss.work<JobData>(
      this.kind.name,
      { pollingIntervalSeconds: UNWOKEN },
      async ([job]) => {
        if (!job) return;
        worker.isBusy = true;
        // Where there is one job there may be more.
        this.wake();
        try {
          await this.kind.run(String(job.data.subject), AbortSignal.any([job.signal, this.stopping]));
        } finally {
          worker.isBusy = false;
          this.boss.notifyWorker(worker.id);
        }
      },
    );
  }
}
