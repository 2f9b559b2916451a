export type { CloudConnector } from './cloud.port.js';
export { DataCenter } from './dataCenter.entity.js';
export { DATA_CENTER_FIELDS } from './dataCenter.inputs.js';
export { type DataCenters, createDataCenters, datacenters } from './datacenters.module.js';
export type { DetailPace } from './hostDetail/hostDetail.service.js';
export type { HostCpuLayout } from './hostDetail/cpuLayout.entity.js';
export type { InterfaceDriver } from './hostDetail/interfaceDriver.entity.js';
export type { NetworkPort } from './hostDetail/networkPort.entity.js';
export { type Record, RecordStatus } from './records/record.entity.js';
export { RECORD_NAME } from './records/record.inputs.js';
export type { RefreshPace } from './refresh/refresh.service.js';
export { type Task, TaskKind } from './task.entity.js';
export { INTERVAL } from './task.inputs.js';
export { jobIdOf } from './task.names.js';
export { type TaskRun, TaskRunStatus } from './taskRun.entity.js';
export type { Host } from './inventory/host.entity.js';
export type { HostSearch } from './inventory/host.service.js';
export type { QuotaFigure } from './inventory/tenant.entity.js';
export type { VirtualMachine } from './inventory/virtualMachine.entity.js';
export {
  addressesText,
  powerStateText,
  statusText,
  tenantText,
  volumesText,
} from './inventory/virtualMachine.text.js';
export type { VirtualMachineSearch } from './inventory/virtualMachineList.service.js';
