export { chartOf } from './chart.js';
export type { Placement } from './placement.js';
export { workloadOf } from './workload.js';
