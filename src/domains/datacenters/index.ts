export type { CloudConnector } from './cloud.port.js';
export { type DataCenters, createDataCenters, datacenters } from './datacenters.module.js';
