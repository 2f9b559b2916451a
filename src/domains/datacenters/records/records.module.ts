import type { Database } from '../../../database/database.js';
import { Threads } from '../../../kernel/threads.js';
import type { Logger } from '../../../log/logger.js';
import type { AuditService } from '../../identity/index.js';
import type { DataCenterService } from '../dataCenter.service.js';
import type { HostService } from '../inventory/host.service.js';
import type { InfrastructureService } from '../inventory/infrastructure.service.js';
import { VirtualMachineService } from '../inventory/virtualMachine.service.js';
import { Record } from './record.entity.js';
import { DataCenterRecordsResolver, RecordResolver } from './record.resolver.js';
import { RecordService } from './record.service.js';
import { RecordChunk } from './recordChunk.entity.js';
import { RecordContentService } from './recordContent.service.js';
import { RecordLeaseService } from './recordLease.service.js';
import { RecordMakingService } from './recordMaking.service.js';
import { MOST_MADE } from './records.job.js';
import { ReportService } from './report/report.service.js';
import type * as sheetPart from './workbook/sheetPart.js';

export const RECORD_ENTITIES = [Record, RecordChunk];

interface Needs {
  database: Database;
  dataCenters: DataCenterService;
  hosts: HostService;
  infrastructures: InfrastructureService;
  logger: Logger;
  trail: AuditService;
}

interface Limits {
  /** Milliseconds for which a record is its replica's unless renewed. */
  lease: number;
  /** Records of one tenant that are kept. */
  most: number;
}

/** One thread, at which each record that is made has one batch of rows at most. */
const THREADS = {
  what: 'rows of a report',
  memory: 128,
  time: 60_000,
  atOnce: 1,
  waiting: 8,
  ofOne: MOST_MADE,
};

export function createRecords(
  { database, dataCenters, hosts, infrastructures, logger, trail }: Needs,
  { lease, most }: Limits,
) {
  const contents = new RecordContentService(database);
  const leases = new RecordLeaseService(database, lease, most);
  const virtualMachines = new VirtualMachineService();
  const reports = new ReportService(database.reader, { hosts, infrastructures, virtualMachines });
  const threads = new Threads<typeof sheetPart>(new URL('workbook/sheetPart', import.meta.url), THREADS);
  return {
    records: new RecordService({ contents, database, dataCenters, leases, trail }),
    recordMaking: new RecordMakingService({
      contents,
      leases,
      logger,
      pack: async (owner, part, signal) => threads.run(owner, 'packPart', part, { signal }),
      reports,
    }),
  };
}

export function recordResolvers(records: RecordService, dataCenters: DataCenterService): object[] {
  return [new RecordResolver(records, dataCenters), new DataCenterRecordsResolver(records)];
}
