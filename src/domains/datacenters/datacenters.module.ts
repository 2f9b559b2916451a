import { countsBy } from '../../database/countsBy.js';
import type { Config } from '../../config/settings.js';
import type { Identity } from '../identity/index.js';
import type { Base, Module } from '../module.js';
import type { CloudConnector } from './cloud.port.js';
import { ConnectionService } from './connection.service.js';
import { DataCenter } from './dataCenter.entity.js';
import { dataCenterReference } from './dataCenter.reference.js';
import { DataCenterResolver } from './dataCenter.resolver.js';
import { DATA_CENTER_SECRETS, DataCenterSecrets } from './dataCenter.secrets.js';
import { DataCenterService } from './dataCenter.service.js';
import { createHostDetail, hostDetailResolvers } from './hostDetail/hostDetail.module.js';
import type { DetailPace } from './hostDetail/hostDetail.service.js';
import { HostKey } from './hostDetail/hostKey.entity.js';
import { HostKeyService } from './hostDetail/hostKey.service.js';
import { INVENTORY_ENTITIES } from './inventory/inventory.entities.js';
import { createInventory, inventoryReferences, inventoryResolvers } from './inventory/inventory.module.js';
import { recordJob } from './records/records.job.js';
import { RECORD_ENTITIES, createRecords, recordResolvers } from './records/records.module.js';
import { LeaseService } from './refresh/lease.service.js';
import { refreshJob } from './refresh/refresh.job.js';
import { type RefreshPace, RefreshService } from './refresh/refresh.service.js';
import { ScheduleService } from './schedule.service.js';
import { Task } from './task.entity.js';
import { DataCenterTasksResolver, TaskResolver, TaskRunResolver } from './task.resolver.js';
import { TaskService } from './task.service.js';
import { TaskRun } from './taskRun.entity.js';
import { TaskRunService } from './taskRun.service.js';

/** Ways to foreign systems, each loaded when it is first asked for. */
export interface CloudConnectors {
  cloud: () => Promise<CloudConnector>;
}

/** Milliseconds: less than the queue gives a job, and than anybody waits for a cloud that says nothing. */
const DEADLINE = 840_000;
const SILENCE = 180_000;

const paceOf = ({ CLUSTER_LEASE: lease }: Pick<Config, 'CLUSTER_LEASE'>): RefreshPace => ({
  lease,
  deadline: DEADLINE,
  silence: SILENCE,
});

export function createDataCenters(
  { config, database, logger, secrets: box }: Base,
  { businesses, trail }: Identity,
  { cloud: connector }: CloudConnectors,
  pace = paceOf(config),
  detailPace?: DetailPace,
) {
  const secrets = new DataCenterSecrets(box, config.OPTIMUS_REVEAL_SECRETS);
  const connections = new ConnectionService(secrets, connector);
  const leases = new LeaseService(database, pace.lease);
  const schedule = new ScheduleService(database, config);
  const hostKeys = new HostKeyService();
  const dataCenters = new DataCenterService({
    businesses,
    database,
    trail,
    secrets,
    connections,
    hostKeys,
    leases,
    schedule,
  });
  businesses.moveWith(async (em, userId, businessId) => dataCenters.move(em, userId, businessId));
  const inventory = createInventory(database, dataCenters);
  const { hosts, infrastructures, intake } = inventory;
  const records = createRecords(
    { database, dataCenters, hosts, infrastructures, logger, trail },
    { lease: pace.lease, most: config.RECORDS_KEPT },
  );
  return {
    ...inventory,
    ...records,
    businesses,
    connections,
    dataCenters,
    ...createHostDetail({ database, connections, connector, dataCenters, hostKeys, trail }, detailPace),
    refreshes: new RefreshService({ connections, connector, intake, leases, logger }, pace),
    runs: new TaskRunService(dataCenters),
    secrets,
    tasks: new TaskService({ trail, dataCenters, schedule }),
  };
}

export type DataCenters = ReturnType<typeof createDataCenters>;

/** OpenStack clouds, and what is in them. */
export const datacenters: Module<DataCenters> = {
  entities: [DataCenter, HostKey, Task, TaskRun, ...INVENTORY_ENTITIES, ...RECORD_ENTITIES],
  sealed: [DATA_CENTER_SECRETS],
  resolvers: ({ businesses, connections, dataCenters, records, runs, tasks, ...read }) => [
    new DataCenterResolver({ businesses, connections, dataCenters }),
    new DataCenterTasksResolver(tasks, runs),
    new TaskResolver(tasks, dataCenters),
    new TaskRunResolver(runs, dataCenters),
    ...inventoryResolvers({ ...read, dataCenters }),
    ...hostDetailResolvers(read),
    ...recordResolvers(records, dataCenters),
  ],
  references: ({ dataCenters, records, runs, tasks }) => ({
    ...inventoryReferences(),
    DataCenter: dataCenterReference({ find: async (ctx, id) => dataCenters.find(ctx, id) }),
    Record: dataCenterReference({ find: async (ctx, id) => records.find(ctx, id) }),
    Task: dataCenterReference({ find: async (ctx, id) => tasks.find(ctx, id) }),
    TaskRun: dataCenterReference({ find: async (ctx, id) => runs.find(ctx, id) }),
  }),
  figures: ({ refreshes }, reader) => [
    {
      kind: 'gauge',
      name: 'isthmus_data_centers',
      help: 'Data centers, online or offline; the same at every replica',
      labels: ['mode'],
      isShared: true,
      read: async () =>
        countsBy(reader, DataCenter, 'mode', (mode) => ({ mode: mode === 'true' ? 'online' : 'offline' })),
    },
    {
      kind: 'counter',
      name: 'isthmus_data_center_runs_total',
      help: 'Readings of data centers by this replica, by what was read and the code of the failure, or OK',
      labels: ['kind', 'code'],
      read: () => refreshes.runs.values(),
    },
  ],
  jobs: ({ recordMaking, refreshes }) => [refreshJob(refreshes), recordJob(recordMaking)],
};
