import type { Reader } from '../../../../kernel/context.js';
import { countRows } from '../../../../database/rowsAt.js';
import type { InfrastructureService } from '../../inventory/infrastructure.service.js';
import { Tenant } from '../../inventory/tenant.entity.js';
import type { Volume } from '../../inventory/volume.entity.js';
import type { CountedFacet } from '../../inventory/virtualMachine.entity.js';
import type { RecordTables } from '../records.tables.js';
import type { RowBatch, SheetLook, WorkbookWriter } from '../workbook/workbook.js';
import { batchesOf } from './batches.js';
import { namesOf } from './names.js';
import { CHANGE_COLUMNS, ChangeCounts, changeRows } from './sheets/changes.js';
import { cellsOf, titlesOf } from './sheets/columns.js';
import { HOSTS } from './sheets/hosts.js';
import type { ItemSheet, SheetServices } from './sheets/itemSheet.js';
import { SERVERS } from './sheets/servers.js';
import { QUOTAS, TENANTS } from './sheets/tenants.js';
import { VOLUMES } from './sheets/volumes.js';
import { type Snapshot, generationOf, snapshotOf } from './snapshot.service.js';
import { SUMMARY_WIDTHS, type Subject, summaryRows } from './summary.js';

interface Services extends SheetServices {
  infrastructures: InfrastructureService;
}

/** What is told while a report is written. */
export interface ReportProgress {
  /** What is being read. */
  begin: (sheet: string) => void;
  /** So much of all is done, from 0 to 1. */
  advance: (share: number) => Promise<void>;
}

export interface ReportSubject extends Subject {
  id: string;
  dataCenterId: string;
}

/** The sheets, in the order in which a workbook shows them. */
export const SHEETS = ['Summary', 'Hosts', 'Servers', 'Tenants', 'Quotas', 'Volumes', 'Changes'] as const;

const ITEM_SHEETS = { Hosts: HOSTS, Servers: SERVERS, Tenants: TENANTS, Quotas: QUOTAS, Volumes: VOLUMES };
type ItemSheetName = keyof typeof ITEM_SHEETS;

/** Of no type. */
const UNTYPED = '(none)';
/** Whose tenant is gone. */
const UNKNOWN = '(unknown)';

const lookOf = (columns: readonly { width: number }[]): SheetLook => ({
  widths: columns.map(({ width }) => width),
  isFirstRowFixed: true,
});

async function* withHead(
  columns: readonly { title: string }[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<RowBatch> {
  yield { rows: [titlesOf(columns)], bold: [0] };
  yield* batches;
}

/** One report of one data center while it is written. */
class Writing {
  readonly #volumes = new Map<string, { count: number; gigabytes: number }>();
  readonly #changes = new ChangeCounts();
  #total = 1;
  #done = 0;

  constructor(
    private readonly reader: Reader,
    private readonly subject: ReportSubject,
    private readonly services: Services,
    private readonly to: { writer: WorkbookWriter; progress: ReportProgress },
  ) {}

  /** What was shown; null where the inventory was changed meanwhile. */
  async write(): Promise<Snapshot | null> {
    const { progress, writer } = this.to;
    const snapshot = await snapshotOf(this.reader, this.subject);
    await this.#count();
    for (const name of Object.keys(ITEM_SHEETS) as ItemSheetName[]) {
      progress.begin(name.toLowerCase());
      const { columns } = ITEM_SHEETS[name];
      await writer.write(name, lookOf(columns), withHead(columns, this.#itemRows(name)));
      if (!(await this.#isUnchanged(snapshot))) return null;
    }
    progress.begin('changes');
    const look = lookOf(CHANGE_COLUMNS);
    await writer.write('Changes', look, withHead(CHANGE_COLUMNS, this.#changeRows(snapshot)));
    progress.begin('the summary');
    const summary = await this.#summary(snapshot);
    const rows = async function* () {
      yield summary;
    };
    await writer.write('Summary', { widths: SUMMARY_WIDTHS, isFirstRowFixed: false }, rows());
    return (await this.#isUnchanged(snapshot)) ? snapshot : null;
  }

  /** So much is done, from 0 to 1. */
  get #share(): number {
    return Math.min(1, this.#done / this.#total);
  }

  async #isUnchanged({ generation }: Snapshot): Promise<boolean> {
    return (await generationOf(this.reader, this.subject.dataCenterId)) === generation;
  }

  async #count(): Promise<void> {
    const scope = { dataCenterId: { eq: this.subject.dataCenterId } };
    for (const { entity } of Object.values(ITEM_SHEETS))
      this.#total += await countRows<object>(this.reader, entity, { scope });
  }

  async *#itemRows(name: ItemSheetName): AsyncGenerator<RowBatch> {
    const sheet = ITEM_SHEETS[name] as unknown as ItemSheet<object, object>;
    for await (const items of batchesOf(this.reader, sheet.entity, this.subject.dataCenterId)) {
      if (name === 'Volumes') this.#countVolumes(items as Volume[]);
      const rows = await sheet.rowsOf(items, this.reader, this.services);
      yield { rows: rows.map((row) => cellsOf(sheet.columns, row)) };
      this.#done += items.length;
      await this.to.progress.advance(this.#share);
    }
  }

  async *#changeRows({ generation, previous }: Snapshot): AsyncGenerator<RowBatch> {
    if (generation === null || !previous) return;
    const generations = { from: previous.generation, to: generation };
    for await (const batch of changeRows(
      this.reader,
      this.subject.dataCenterId,
      generations,
      this.#changes,
    )) {
      yield batch;
      await this.to.progress.advance(this.#share);
    }
  }

  #countVolumes(volumes: readonly Volume[]): void {
    for (const { volumeType, sizeGb } of volumes) {
      const { count, gigabytes } = this.#volumes.get(volumeType ?? UNTYPED) ?? { count: 0, gigabytes: 0 };
      this.#volumes.set(volumeType ?? UNTYPED, { count: count + 1, gigabytes: gigabytes + sizeGb });
    }
  }

  async #summary(snapshot: Snapshot): Promise<RowBatch> {
    const { dataCenterId } = this.subject;
    const [infrastructure] = await this.services.infrastructures.read(this.reader, [dataCenterId]);
    if (!infrastructure) throw new Error('each data center has one');
    const byTenant = await this.#counted('tenant');
    const tenants = await namesOf(
      this.reader,
      Tenant,
      byTenant.map(([id]) => id),
    );
    return summaryRows({
      subject: this.subject,
      snapshot,
      infrastructure,
      serversByStatus: await this.#counted('status'),
      serversByTenant: byTenant.map(([id, total]) => [tenants.get(id) ?? UNKNOWN, total] as const),
      volumesByType: [...this.#volumes]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([type, { count, gigabytes }]) => [type, count, gigabytes] as const),
      changes: this.#changes.all,
    });
  }

  /** The largest first. */
  async #counted(facet: CountedFacet): Promise<(readonly [value: string, total: number])[]> {
    const found = await this.reader
      .getKysely<RecordTables>()
      .selectFrom('virtual_machine_counts')
      .select(['value', 'total'])
      .where('data_center_id', '=', this.subject.dataCenterId)
      .where('facet', '=', facet)
      .orderBy('total', 'desc')
      .orderBy('value')
      .execute();
    return found.map(({ value, total }) => [value, total] as const);
  }
}

/** Writes what is stored of a data center's cloud into workbooks. */
export class ReportService {
  constructor(
    private readonly reader: Reader,
    private readonly services: Services,
  ) {}

  /** What was shown; null where the inventory was changed meanwhile, so that the sheets do not fit each other. */
  async write(
    subject: ReportSubject,
    writer: WorkbookWriter,
    progress: ReportProgress,
  ): Promise<Snapshot | null> {
    const snapshot = await new Writing(this.reader, subject, this.services, { writer, progress }).write();
    if (snapshot) await writer.end();
    return snapshot;
  }
}
