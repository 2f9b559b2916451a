import { z } from 'zod';
import {
  type DataCenters,
  INTERVAL,
  type Task,
  TaskKind,
  type TaskRun,
  TaskRunStatus,
  jobIdOf,
} from '../../domains/datacenters/index.js';
import type { Permission } from '../../domains/identity/index.js';
import { type Endpoint, endpoint } from '../kit/endpoint.js';
import { Created, Id, Status, Success, oneOf, secondsOf, windowOf } from './common.wire.js';

const tag = 'Scheduler';

const DEFAULT_LIMIT = 50;
const KINDS = { dynamic: TaskKind.DYNAMIC, static: TaskKind.STATIC } as const;

const Cid = Id.meta({ description: 'The data center' });
const Which = oneOf(['dynamic', 'static']).meta({ description: 'Which of its jobs', example: 'dynamic' });
const Instant = z.int().meta({ description: 'Seconds since 1970; 0 before the first run' });

const TaskRow = z.object({
  job_id: z.string(),
  next_run_time: z.string().nullable().meta({
    description: 'As in HTTP, such as `Wed, 16 Dec 2020 07:59:26 GMT`; null while it is paused',
  }),
  interval: z.int().meta({ description: 'Seconds' }),
  start: Instant,
  end: Instant,
  status: z.boolean().meta({ description: 'Whether it is scheduled; false while it is paused' }),
});
const TasksRow = z.object({ cid: z.string(), dynamic_task: TaskRow, static_task: TaskRow });

const RunRow = z.object({
  id: z.string(),
  task_name: oneOf(['static', 'dynamic']),
  dc_id: z.string(),
  dc_name: z.string(),
  status: z.boolean().meta({ description: 'Whether it went well' }),
  error_info: z.string().nullable().meta({ description: 'Why it did not; null where it did' }),
  timestamp: z.int().meta({ description: 'When it ended, in seconds since 1970' }),
});

const taskToWire = (task: Task): z.input<typeof TaskRow> => ({
  job_id: jobIdOf(task),
  next_run_time: task.nextRunAt?.toUTCString() ?? null,
  interval: task.interval,
  start: secondsOf(task.startedAt),
  end: secondsOf(task.endedAt),
  status: task.nextRunAt !== null,
});

const runToWire = (run: TaskRun): z.input<typeof RunRow> => ({
  id: run.id,
  task_name: run.kind === TaskKind.STATIC ? 'static' : 'dynamic',
  dc_id: run.dataCenterId,
  dc_name: run.dataCenterName,
  status: run.status === TaskRunStatus.SUCCESS,
  error_info: run.errorInfo,
  timestamp: secondsOf(run.endedAt),
});

/** 003, chapter 3: scheduler/task and its history. */
export function taskEndpoints({ runs, tasks }: DataCenters): Endpoint<Permission>[] {
  return [
    endpoint({
      id: 'getTaskHistory',
      route: 'GET /scheduler/task/history',
      tag,
      summary: 'API scheduler/task/history',
      description:
        'Runs that have ended, the latest first; the last 2,000 of a data center are kept, for a year where it is gone. Of one that is gone system administrators alone see them. `total` is `total_num` once more.',
      access: 'datacenter:read',
      query: z.object({
        cid: Cid,
        filter: oneOf(['static', 'dynamic']).optional().meta({
          description: 'Only runs of this job',
          example: 'dynamic',
        }),
        ...windowOf(DEFAULT_LIMIT),
      }),
      reply: z.object({
        code: Success,
        data: z.array(RunRow),
        total_num: z.int(),
        status: Status,
        total: z.int(),
      }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { cid, filter, offset, limit } }, ctx) => {
        const kind = filter && KINDS[filter];
        const [found, total] = await runs.search(ctx, cid, { kind, offset, limit });
        return { data: found.map(runToWire), total_num: total, total };
      },
    }),
    endpoint({
      id: 'getTasks',
      route: 'GET /scheduler/task',
      tag,
      summary: 'API scheduler/task, get',
      description: 'The two jobs of a data center; none where it is offline.',
      access: 'datacenter:read',
      query: z.object({ cid: Cid }),
      reply: z.object({ code: Success, data: z.array(TasksRow), status: Status }),
      errors: ['NOT_FOUND'],
      handle: async ({ query: { cid } }, ctx) => {
        const found = await tasks.of(ctx, cid);
        const [dynamic, fixed] = [TaskKind.DYNAMIC, TaskKind.STATIC].map((kind) =>
          found.find((task) => task.kind === kind),
        );
        if (!dynamic || !fixed) return { data: [] };
        const row = { dynamic_task: taskToWire(dynamic), static_task: taskToWire(fixed) };
        return { data: [{ cid: dynamic.dataCenterId, ...row }] };
      },
    }),
    endpoint({
      id: 'controlTask',
      route: 'POST /scheduler/task',
      tag,
      summary: 'API scheduler/task, post',
      description:
        'Pauses a job, or lets it run again: an interval after its last run began, at once where that is past. 409 for a data center that is offline.',
      access: 'datacenter:write',
      status: 201,
      body: z.object({
        cid: Cid,
        action: oneOf(['resume', 'pause']).meta({ description: 'What becomes of it', example: 'resume' }),
        task: Which,
      }),
      reply: z.object({ code: Created, status: Status }),
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body: { cid, action, task } }, ctx) => {
        await tasks[action](ctx, cid, KINDS[task]);
        return { code: 201 as const };
      },
    }),
    endpoint({
      id: 'setTaskInterval',
      route: 'PUT /scheduler/task',
      tag,
      summary: 'API scheduler/task, put',
      description:
        'How often a job runs, counted from the start of its last run. 409 for a data center that is offline.',
      access: 'datacenter:write',
      body: z.object({ cid: Cid, interval: INTERVAL, task: Which }),
      reply: z.object({ code: Success, status: Status }),
      errors: ['NOT_FOUND', 'CONFLICT'],
      handle: async ({ body: { cid, interval, task } }, ctx) => {
        await tasks.setInterval(ctx, cid, KINDS[task], interval);
        return {};
      },
    }),
  ];
}
