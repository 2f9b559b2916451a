import { JOBS_SCHEMA } from '../../database/options.js';
import { together, whereOf } from '../../database/filter.js';
import { pageOfRows, rowOrder } from '../../database/rowPage.js';
import { RowSource, timeOf } from '../../database/rows.js';
import type { RequestContext } from '../../kernel/context.js';
import { type ListArgs, type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import type { Job } from './job.entity.js';
import type { JobFilter, JobOrderField } from './job.inputs.js';

/** As pg-boss keeps them. Times are cut to what a cursor holds. */
const JOBS = new RowSource<Job>({
  from: `"${JOBS_SCHEMA}"."job" as "j"`,
  columns: {
    id: { sql: '"j"."id"', kind: 'uuid' },
    name: { sql: '"j"."name"', kind: 'string' },
    subject: { sql: '"j"."singleton_key"' },
    state: { sql: '"j"."state"::text' },
    attempts: { sql: 'case when "j"."started_on" is null then 0 else "j"."retry_count" + 1 end' },
    lastError: { sql: `coalesce("j"."output" ->> 'message', "j"."output" -> 'value' ->> 'message')` },
    createdAt: { sql: `date_trunc('milliseconds', "j"."created_on")`, kind: 'Date', read: timeOf },
    startedAt: { sql: '"j"."started_on"', read: timeOf },
    finishedAt: { sql: '"j"."completed_on"', read: timeOf },
    notBefore: { sql: '"j"."start_after"', read: timeOf },
  },
  always: ['id'],
});

/** The jobs of all replicas. */
export class JobService {
  /** `isInstalled` resolves when the queue's tables exist. */
  constructor(private readonly isInstalled: () => Promise<void>) {}

  /** The newest first unless ordered otherwise. */
  async list(
    ctx: RequestContext,
    { filter, orderBy, ...page }: ListArgs<JobFilter, JobOrderField>,
    selection: Selection,
  ): Promise<Page<Job>> {
    await this.isInstalled();
    const order = rowOrder(orderBy, { property: 'createdAt', direction: SortDirection.DESC });
    return pageOfRows(ctx.reader, JOBS, { args: page, where: whereOf(filter, together), order, selection });
  }
}
