export type { CloudConnector } from './cloud.port.js';
export { DataCenter } from './dataCenter.entity.js';
export { DATA_CENTER_FIELDS } from './dataCenter.inputs.js';
export { type DataCenters, createDataCenters, datacenters } from './datacenters.module.js';
export type { RefreshPace } from './refresh/refresh.service.js';
export { type Task, TaskKind } from './task.entity.js';
export { INTERVAL } from './task.inputs.js';
export { jobIdOf } from './task.names.js';
export { type TaskRun, TaskRunStatus } from './taskRun.entity.js';
