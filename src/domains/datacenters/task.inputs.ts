import { Field, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { DateTimeFilter, IdFilter, IntFilter, StringFilter, enumFilter } from '../../kernel/filters.js';
import { inputOf, key } from '../../kernel/inputs.js';
import { type ArgsOf, listOf } from '../../kernel/lists.js';
import { Task, TaskKind } from './task.entity.js';
import { TaskRun, TaskRunStatus } from './taskRun.entity.js';

/** Seconds: a minute and a year. */
const SHORTEST = 60;
const LONGEST = 31_536_000;

const cid = key('The data center');
const task = z.enum(TaskKind).meta({ description: 'Which of its tasks' });

export const INTERVAL = z
  .int(`must be a whole number from ${SHORTEST} to ${LONGEST}`)
  .min(SHORTEST, `must be from ${SHORTEST} to ${LONGEST}`)
  .max(LONGEST, `must be from ${SHORTEST} to ${LONGEST}`)
  .meta({
    description: `Seconds from the start of a run to that of the next, ${SHORTEST} to ${LONGEST}`,
    example: 3600,
  });

export const TaskInput = inputOf('TaskInput', 'A task of a data center', z.object({ cid, task }), {
  task: TaskKind,
});
export type TaskInput = InstanceType<typeof TaskInput>;

export const Interval = z.object({ interval: INTERVAL });

export const SetTaskIntervalInput = inputOf(
  'SetTaskIntervalInput',
  'How often a task runs',
  z.object({ cid, task, interval: INTERVAL }),
  { task: TaskKind },
);
export type SetTaskIntervalInput = InstanceType<typeof SetTaskIntervalInput>;

export const RefreshDataCenterInput = inputOf(
  'RefreshDataCenterInput',
  'What is read anew',
  z.object({
    id: key('The data center'),
    task: task.optional().meta({ description: 'By which of its tasks; by both when left out' }),
  }),
  { task: TaskKind },
);
export type RefreshDataCenterInput = InstanceType<typeof RefreshDataCenterInput>;

@ObjectType({ simpleResolvers: true, description: 'The task as it is now' })
export class TaskPayload {
  @Field(() => Task, { description: 'The task' })
  task!: Task;
}

const TaskKindFilter = enumFilter(TaskKind, 'TaskKind');

export const TaskList = listOf(Task, {
  items: 'tasks',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    kind: { by: 'what it reads', filter: TaskKindFilter },
    interval: { by: 'seconds between two runs', filter: IntFilter, order: true },
    nextRunAt: { by: 'when it is due', filter: DateTimeFilter },
  },
});
export type TaskArgs = ArgsOf<typeof TaskList>;

export const TaskRunList = listOf(TaskRun, {
  items: 'runs',
  unordered: 'the latest first',
  fields: {
    id: { by: 'key', filter: IdFilter, order: true },
    kind: { by: 'what it read', filter: TaskKindFilter },
    status: { by: 'what became of it', filter: enumFilter(TaskRunStatus, 'TaskRunStatus'), order: true },
    errorInfo: { by: 'why it failed', filter: StringFilter },
    startedAt: { by: 'when it began', filter: DateTimeFilter, order: true },
    endedAt: { by: 'when it ended', filter: DateTimeFilter },
  },
});
export type TaskRunArgs = ArgsOf<typeof TaskRunList>;
