import type { PgBoss } from 'pg-boss';
import { Tally } from '../../kernel/figures.js';
import { traced } from '../../kernel/tracing.js';
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

/** What this replica has done, by kind and whether it was `done` or has `failed`. */
export class JobCounts {
  readonly runs = new Tally<'kind' | 'result'>();
  readonly seconds = new Tally<'kind' | 'result'>();
}

/** Those who do the jobs of one kind in this replica, one job at a time each. */
export class Workers {
  readonly #workers: Worker[] = [];

  private constructor(
    private readonly boss: PgBoss,
    private readonly kind: JobKind,
    private readonly counts: JobCounts,
    private readonly stopping: AbortSignal,
  ) {}

  static async start(
    boss: PgBoss,
    kind: JobKind,
    counts: JobCounts,
    stopping: AbortSignal,
  ): Promise<Workers> {
    const workers = new Workers(boss, kind, counts, stopping);
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
        const startedAt = performance.now();
        let result = 'failed';
        try {
          const { name } = this.kind;
          const subject = String(job.data.subject);
          await traced(
            `job ${name}`,
            'consumer',
            { 'isthmus.subject': subject },
            async () => this.kind.run(subject, AbortSignal.any([job.signal, this.stopping])),
            'anew',
          );
          result = 'done';
        } finally {
          const labels = { kind: this.kind.name, result };
          this.counts.runs.add(labels);
          this.counts.seconds.add(labels, (performance.now() - startedAt) / 1000);
          worker.isBusy = false;
          this.boss.notifyWorker(worker.id);
        }
      },
    );
  }
}
