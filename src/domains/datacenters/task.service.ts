import type { EntityManager } from '@mikro-orm/postgresql';
import { pagesOf } from '../../database/pagesOf.js';
import { rowsBy } from '../../database/rowsBy.js';
import type { RequestContext } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { Page } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import { flawOf, parse } from '../../kernel/validation.js';
import type { AuditService, Audited } from '../identity/index.js';
import type { DataCenter } from './dataCenter.entity.js';
import type { DataCenterService } from './dataCenter.service.js';
import { type ScheduleService, taskId } from './schedule.service.js';
import { Task, TaskKind } from './task.entity.js';
import { Interval, type TaskArgs } from './task.inputs.js';

/** What fields that are no columns follow from. */
const NEEDS = { dataCenter: ['dataCenterId'], isPaused: ['nextRunAt'], jobId: ['dataCenterId', 'kind'] };

const audited = ({ businessId }: DataCenter, { id, kind, interval, nextRunAt }: Task): Audited => ({
  type: 'Task',
  id,
  businessId,
  values: { kind, interval, isPaused: nextRunAt === null },
});

type Change = (em: EntityManager, id: string) => Promise<void>;

/** Tasks of the data centers that the caller may see. */
export class TaskService {
  constructor(
    private readonly parts: {
      trail: AuditService;
      dataCenters: DataCenterService;
      schedule: ScheduleService;
    },
  ) {}

  /** Null for a foreign task as for none. */
  async find(ctx: RequestContext, id: string): Promise<Task | null> {
    if (flawOf(id) !== undefined) return null;
    const [dataCenterId = ''] = id.split(':');
    if (!(await this.parts.dataCenters.find(ctx, dataCenterId))) return null;
    const [found] = await rowsBy(ctx.reader, Task, 'id', [id]);
    return found ?? null;
  }

  /** Its tasks, of which one that is offline has none. NOT_FOUND for a foreign data center as for none. */
  async of(ctx: RequestContext, dataCenterId: string): Promise<Task[]> {
    const { id } = await this.parts.dataCenters.get(ctx, dataCenterId);
    return rowsBy(ctx.reader, Task, 'dataCenterId', [id]);
  }

  async listOf(
    ctx: RequestContext,
    dataCenterId: string,
    args: TaskArgs,
    selection: Selection,
  ): Promise<Page<Task>> {
    const listing = { args, selection, needs: NEEDS };
    const loader = ctx.loaders.of<string, Page<Task>>(selection, async (ids) =>
      pagesOf(ctx.reader, Task, listing, 'dataCenterId', ids),
    );
    return loader.load(dataCenterId);
  }

  /** CONFLICT for a data center that is offline. */
  async pause(ctx: RequestContext, dataCenterId: string, kind: TaskKind): Promise<Task> {
    const { schedule } = this.parts;
    return this.#change(ctx, dataCenterId, kind, 'pause', async (em, id) => schedule.pause(em, id));
  }

  async resume(ctx: RequestContext, dataCenterId: string, kind: TaskKind): Promise<Task> {
    const { schedule } = this.parts;
    return this.#change(ctx, dataCenterId, kind, 'resume', async (em, id) => schedule.resume(em, id));
  }

  /** `given`: seconds. */
  async setInterval(ctx: RequestContext, dataCenterId: string, kind: TaskKind, given: number): Promise<Task> {
    const { interval } = parse(Interval, { interval: given }, ['input']);
    return this.#change(ctx, dataCenterId, kind, 'setInterval', async (em, id) =>
      this.parts.schedule.setInterval(em, id, interval),
    );
  }

  /** Runs it once more, as soon as no other run of the data center is under way; both where none is named. */
  async refresh(ctx: RequestContext, dataCenterId: string, kind?: TaskKind | null): Promise<DataCenter> {
    const center = await this.#online(ctx, dataCenterId);
    const kinds = kind ? [kind] : Object.values(TaskKind);
    await ctx.em.transactional(async (em) => this.parts.schedule.ask(em, center.id, kinds));
    return center;
  }

  async #online(ctx: RequestContext, dataCenterId: string): Promise<DataCenter> {
    const center = await this.parts.dataCenters.get(ctx, dataCenterId);
    if (center.mode) return center;
    throw new DomainError('CONFLICT', 'the data center is offline, and has no tasks');
  }

  async #change(
    ctx: RequestContext,
    dataCenterId: string,
    kind: TaskKind,
    action: string,
    change: Change,
  ): Promise<Task> {
    const center = await this.#online(ctx, dataCenterId);
    const id = taskId(center.id, kind);
    return ctx.em.transactional(async (em) => {
      const [before] = await rowsBy(em, Task, 'id', [id], { lock: 'no key update' });
      if (!before) throw notFound('task', id);
      await change(em, id);
      const [task] = await rowsBy(em, Task, 'id', [id]);
      if (!task) throw notFound('task', id);
      this.parts.trail.record(em, ctx, `task.${action}`, audited(center, before), audited(center, task));
      return task;
    });
  }
}
