import type { TableOf } from '../../database/columns.js';
import type { DataCenter } from './dataCenter.entity.js';
import type { Task } from './task.entity.js';
import type { TaskRun } from './taskRun.entity.js';

/** For `getKysely`. */
export interface DataCenterTables {
  data_centers: TableOf<DataCenter>;
  data_center_tasks: TableOf<Task>;
  task_runs: TableOf<TaskRun>;
}
