import { DomainError, isUnavailable } from '../../../kernel/errors.js';
import type { Logger } from '../../../log/logger.js';
import { errorInfoOf } from '../refresh/errorInfo.js';
import type { RecordContentService } from './recordContent.service.js';
import { type BegunRecord, type RecordLeaseService, RecordLost } from './recordLease.service.js';
import { type ReportProgress, type ReportService, SHEETS } from './report/report.service.js';
import type { Snapshot } from './report/snapshot.service.js';
import { WorkbookWriter } from './workbook/workbook.js';
import type { PackedPart, SheetPart } from './workbook/sheetPart.js';

interface Parts {
  contents: RecordContentService;
  leases: RecordLeaseService;
  logger: Logger;
  /** Writes rows, elsewhere; `owner` is whose share of the places it takes. */
  pack: (owner: string, part: SheetPart, signal: AbortSignal) => Promise<PackedPart>;
  reports: ReportService;
}

/** Milliseconds: less than the queue gives a job. */
const DEADLINE = 840_000;
/** Between two tellings of the progress. */
const TELLING = 500;
/** Times that a report is begun anew because the inventory was changed meanwhile. */
const MOST_TRIES = 5;

const latest = ({ readings }: Snapshot): Date | null =>
  readings.reduce<Date | null>((last, { readAt }) => (last && last > readAt ? last : readAt), null);

/** Tells how far a record is, and renews its lease, every so often. */
class Progress implements ReportProgress {
  reading = 'the inventory';
  #told = 0;
  #toldAt = performance.now();

  constructor(
    private readonly record: BegunRecord,
    private readonly leases: RecordLeaseService,
    private readonly signal: AbortSignal,
  ) {}

  begin(sheet: string): void {
    this.reading = sheet;
  }

  async advance(share: number): Promise<void> {
    this.signal.throwIfAborted();
    const percent = Math.max(this.#told, Math.floor(share * 99));
    const since = performance.now() - this.#toldAt;
    if (since < (percent > this.#told ? TELLING : this.leases.lease / 3)) return;
    this.#told = percent;
    this.#toldAt = performance.now();
    await this.leases.renew(this.record, percent);
  }
}

/** Makes records. */
export class RecordMakingService {
  constructor(private readonly parts: Parts) {}

  async pending(): Promise<string[]> {
    return this.parts.leases.pending();
  }

  async run(id: string, stopping: AbortSignal): Promise<void> {
    const record = await this.parts.leases.begin(id);
    if (!record) return;
    const late = AbortSignal.timeout(DEADLINE);
    const signal = AbortSignal.any([stopping, late]);
    const progress = new Progress(record, this.parts.leases, signal);
    try {
      await this.#make(record, progress, signal);
    } catch (error) {
      const reason = late.aborted
        ? new DomainError('UPSTREAM_TIMEOUT', `it took more than ${DEADLINE / 60_000} minutes`)
        : error;
      await this.#fail(record, reason, progress, stopping);
    }
  }

  async #make(record: BegunRecord, progress: Progress, signal: AbortSignal): Promise<void> {
    const { contents, leases, pack, reports } = this.parts;
    const chunks = contents.writerOf(record);
    for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
      await chunks.clear();
      const writer = new WorkbookWriter(SHEETS, {
        pack: async (part) => pack(record.dataCenterId, part, signal),
        write: (bytes) => chunks.push(bytes),
        pause: async () => chunks.flush(),
      });
      const shown = await reports.write(record, writer, progress);
      if (!shown) continue;
      await chunks.end();
      await leases.succeed(record, {
        size: chunks.size,
        generation: shown.generation,
        readAt: latest(shown),
      });
      return;
    }
    throw new DomainError(
      'CONFLICT',
      `the inventory was changed each of the ${MOST_TRIES} times that it was read`,
    );
  }

  async #fail(
    { id, dataCenterId, processId }: BegunRecord,
    error: unknown,
    { reading }: Progress,
    stopping: AbortSignal,
  ): Promise<void> {
    const { leases, logger } = this.parts;
    const line = { recordId: id, dataCenterId, reading };
    try {
      // Without its database it is begun anew once its lease is over.
      if (error instanceof RecordLost || isUnavailable(error)) throw error;
      if (stopping.aborted) {
        await leases.giveUp({ id, processId });
        return;
      }
      if (error instanceof DomainError) logger.info({ ...line, error: error.code }, 'a record failed');
      else logger.error({ ...line, err: error }, 'a record failed');
      await leases.fail({ id, processId }, errorInfoOf(error, reading, []));
    } catch (failure) {
      if (!(failure instanceof RecordLost)) throw failure;
      logger.info(line, 'a record was taken over, or is gone');
    }
  }
}
