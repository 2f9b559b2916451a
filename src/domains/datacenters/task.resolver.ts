import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import type { RequestContext } from '../../kernel/context.js';
import { parseHexId } from '../../kernel/hexIds.js';
import type { Page } from '../../kernel/pages.js';
import { itemSelectionOf } from '../../kernel/selection.js';
import { type Permission, isOwnedBy } from '../identity/index.js';
import { DataCenter } from './dataCenter.entity.js';
import { DataCenterPayload } from './dataCenter.inputs.js';
import type { DataCenterService } from './dataCenter.service.js';
import { type RunEnd, TASK_RUN_FINISHED } from './datacenters.topics.js';
import { Task } from './task.entity.js';
import {
  RefreshDataCenterInput,
  SetTaskIntervalInput,
  type TaskArgs,
  TaskInput,
  TaskList,
  TaskPayload,
  type TaskRunArgs,
  TaskRunList,
} from './task.inputs.js';
import { jobIdOf } from './task.names.js';
import type { TaskService } from './task.service.js';
import { TaskRun } from './taskRun.entity.js';
import type { TaskRunService } from './taskRun.service.js';

@Resolver(() => Task)
export class TaskResolver {
  constructor(
    private readonly service: TaskService,
    private readonly dataCenters: DataCenterService,
  ) {}

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => TaskPayload, {
    description:
      'Pauses a task; a run that is under way goes on. CONFLICT for a data center that is offline, which has no tasks',
  })
  async pauseTask(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => TaskInput, { description: 'Which task' }) { cid, task }: TaskInput,
  ): Promise<TaskPayload> {
    return { task: await this.service.pause(ctx, cid, task) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => TaskPayload, {
    description:
      'Lets a task run again, an interval after its last run began; at once where that is past. CONFLICT for a data center that is offline',
  })
  async resumeTask(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => TaskInput, { description: 'Which task' }) { cid, task }: TaskInput,
  ): Promise<TaskPayload> {
    return { task: await this.service.resume(ctx, cid, task) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => TaskPayload, {
    description:
      'Says how often a task runs, counted from the start of its last run. CONFLICT for a data center that is offline',
  })
  async setTaskInterval(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => SetTaskIntervalInput, { description: 'Which task, and how often' })
    { cid, task, interval }: SetTaskIntervalInput,
  ): Promise<TaskPayload> {
    return { task: await this.service.setInterval(ctx, cid, task, interval) };
  }

  @Authorized<Permission>('datacenter:write')
  @Mutation(() => DataCenterPayload, {
    description:
      'Reads the cloud of a data center once more, as soon as no other run of it is under way; paused tasks stay paused. CONFLICT for a data center that is offline',
  })
  async refreshDataCenter(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => RefreshDataCenterInput, { description: 'Which data center' })
    { id, task }: RefreshDataCenterInput,
  ): Promise<DataCenterPayload> {
    return { dataCenter: await this.service.refresh(ctx, id, task) };
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is paused, so that it runs when asked to alone' })
  isPaused(@Root() { nextRunAt }: Pick<Task, 'nextRunAt'>): boolean {
    return nextRunAt === null;
  }

  @FieldResolver(() => String, { description: 'What Optimus calls it' })
  jobId(@Root() task: Pick<Task, 'dataCenterId' | 'kind'>): string {
    return jobIdOf(task);
  }

  @FieldResolver(() => DataCenter, { nullable: true, description: 'Whose cloud it reads' })
  async dataCenter(
    @Root() { dataCenterId }: Pick<Task, 'dataCenterId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<DataCenter | null> {
    return this.dataCenters.find(ctx, dataCenterId);
  }
}

@Resolver(() => TaskRun)
export class TaskRunResolver {
  constructor(
    private readonly service: TaskRunService,
    private readonly dataCenters: DataCenterService,
  ) {}

  @Authorized<Permission>('datacenter:read')
  @Subscription(() => TaskRun, {
    topics: TASK_RUN_FINISHED.name,
    filter: ({
      payload,
      args: { dataCenterId },
      context: { principal },
    }: {
      payload: RunEnd;
      args: { dataCenterId?: string | null };
      context: RequestContext;
    }) =>
      (dataCenterId == null || parseHexId(dataCenterId) === payload.dataCenterId) &&
      principal !== null &&
      isOwnedBy(principal, payload),
    description: 'Tells of a run that has ended, well or not, on whichever replica',
  })
  async taskRunFinished(
    @Root() { id }: RunEnd,
    @Ctx() ctx: RequestContext,
    @Arg('dataCenterId', () => ID, { nullable: true, description: 'Only of this data center' })
    _dataCenterId?: string,
  ): Promise<TaskRun> {
    return this.service.ended(ctx, id);
  }

  @FieldResolver(() => DataCenter, {
    nullable: true,
    description: 'Whose cloud it read; null when that is gone',
  })
  async dataCenter(
    @Root() { dataCenterId }: Pick<TaskRun, 'dataCenterId'>,
    @Ctx() ctx: RequestContext,
  ): Promise<DataCenter | null> {
    return this.dataCenters.find(ctx, dataCenterId);
  }
}

/** No class, into whose instance type-graphql would copy every row. */
type DataCenterKey = Pick<DataCenter, 'id'>;

@Resolver(() => DataCenter)
export class DataCenterTasksResolver {
  constructor(
    private readonly taskService: TaskService,
    private readonly runService: TaskRunService,
  ) {}

  @FieldResolver(() => TaskList.Connection, {
    description: 'What reads its cloud every so often; none where it is offline',
  })
  async tasks(
    @Root() { id }: DataCenterKey,
    @Ctx() ctx: RequestContext,
    @Args(() => TaskList.Args) args: TaskArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<Task>> {
    return this.taskService.listOf(ctx, id, args, itemSelectionOf(info));
  }

  @FieldResolver(() => TaskRunList.Connection, { description: 'What its tasks did' })
  async taskRuns(
    @Root() { id }: DataCenterKey,
    @Ctx() ctx: RequestContext,
    @Args(() => TaskRunList.Args) args: TaskRunArgs,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Page<TaskRun>> {
    return this.runService.listOf(ctx, id, args, itemSelectionOf(info));
  }
}
