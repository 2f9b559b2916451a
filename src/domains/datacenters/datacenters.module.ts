import type { Base, Module } from '../module.js';
import type { CloudConnector } from './cloud.port.js';
import { DataCenter } from './dataCenter.entity.js';
import { DATA_CENTER_SECRETS } from './dataCenter.secrets.js';
import { DataCenterService } from './dataCenter.service.js';
import { Task } from './task.entity.js';
import { TaskRun } from './taskRun.entity.js';

/** Ways to foreign systems, each loaded when it is first asked for. */
export interface CloudConnectors {
  cloud: () => Promise<CloudConnector>;
}

export function createDataCenters(_base: Base, _connectors: CloudConnectors) {
  return { dataCenters: new DataCenterService() };
}

export type DataCenters = ReturnType<typeof createDataCenters>;

/** OpenStack clouds, and what is in them. */
export const datacenters: Module<DataCenters> = {
  entities: [DataCenter, Task, TaskRun],
  sealed: [DATA_CENTER_SECRETS],
  resolvers: () => [],
};
