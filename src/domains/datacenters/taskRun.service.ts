import { numberedWindow } from '../../database/numberedPage.js';
import { pagesOf } from '../../database/pagesOf.js';
import { rowPerKey } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { notFound } from '../../kernel/errors.js';
import { parseHexId } from '../../kernel/hexIds.js';
import { type Page, SortDirection, type Window } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import type { DataCenterService } from './dataCenter.service.js';
import type { TaskKind } from './task.entity.js';
import type { TaskRunArgs } from './task.inputs.js';
import { TaskRun, TaskRunStatus } from './taskRun.entity.js';

export interface RunSearch extends Window {
  kind?: TaskKind | undefined;
}

const LATEST_FIRST = { property: 'startedAt', direction: SortDirection.DESC };
const ENDED = { in: [TaskRunStatus.SUCCESS, TaskRunStatus.FAILED] };

/** What tasks did. */
export class TaskRunService {
  constructor(private readonly dataCenters: DataCenterService) {}

  /** Null for a foreign run as for none; system administrators see those of data centers that are gone too. */
  async find(ctx: RequestContext, id: string): Promise<TaskRun | null> {
    const run = await this.#row(ctx, id);
    if (!run || requirePrincipal(ctx).role === 4) return run;
    return (await this.dataCenters.find(ctx, run.dataCenterId)) && run;
  }

  /** Of one whose end the caller may be told, which may be that of its data center. */
  async ended(ctx: RequestContext, id: string): Promise<TaskRun> {
    const found = await this.#row(ctx, id);
    if (!found) throw notFound('run of a task', id);
    return found;
  }

  async listOf(
    ctx: RequestContext,
    dataCenterId: string,
    args: TaskRunArgs,
    selection: Selection,
  ): Promise<Page<TaskRun>> {
    const listing = { args, selection, order: LATEST_FIRST, needs: { dataCenter: ['dataCenterId'] } };
    const loader = ctx.loaders.of<string, Page<TaskRun>>(selection, async (ids) =>
      pagesOf(ctx.reader, TaskRun, listing, 'dataCenterId', ids),
    );
    return loader.load(dataCenterId);
  }

  /**
   * Runs that have ended, the latest first. NOT_FOUND for a foreign data center as for none; of one that is gone, system
   * administrators see what is kept.
   */
  async search(
    ctx: RequestContext,
    dataCenterId: string,
    { kind, offset, limit }: RunSearch,
  ): Promise<[TaskRun[], number]> {
    const key = parseHexId(dataCenterId) ?? '';
    const center = await this.dataCenters.find(ctx, key);
    const isAdministrator = requirePrincipal(ctx).role === 4;
    if (!center && !isAdministrator) throw notFound('data center', dataCenterId);
    const scope = { dataCenterId: { eq: key }, kind: { eq: kind }, status: ENDED };
    const found = await numberedWindow(ctx.reader, TaskRun, { scope, order: LATEST_FIRST, offset, limit });
    if (!center && found[1] === 0 && kind === undefined) throw notFound('data center', dataCenterId);
    return found;
  }

  async #row(ctx: RequestContext, id: string): Promise<TaskRun | null> {
    const key = parseHexId(id);
    if (key === null) return null;
    const loader = ctx.loaders.of<string, TaskRun | null>(TaskRun, async (ids) =>
      rowPerKey(ctx.reader, TaskRun, 'id', ids),
    );
    return loader.load(key);
  }
}
