import { type Task, TaskKind } from './task.entity.js';

/** As the document has them (003, chapter 3, scheduler/task). */
const METHODS: Record<TaskKind, string> = {
  [TaskKind.STATIC]: 'refresh_static_task',
  [TaskKind.DYNAMIC]: 'dynamic_data_refresh',
};

/** What Optimus calls a task. */
export const jobIdOf = ({ dataCenterId, kind }: Pick<Task, 'dataCenterId' | 'kind'>): string =>
  `${dataCenterId}:taskModel:method_view:${METHODS[kind]}`;
