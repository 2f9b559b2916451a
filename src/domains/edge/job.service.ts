import { sql } from 'kysely';
import { whereOf } from '../../database/filter.js';
import { type RowSource, pageOfRows, rowOrder } from '../../database/rows.js';
import type { RequestContext } from '../../kernel/context.js';
import { type ListArgs, type Page, SortDirection } from '../../kernel/pages.js';
import { textOf, timeOf } from './cluster.rows.js';
import type { Job, JobFilter, JobOrderField, JobState } from './job.entity.js';

const timeOrNull = (value: unknown) => (value === null ? null : timeOf(value));

/** As pg-boss keeps them. Times are cut to what a cursor holds. */
const JOBS: RowSource<Job> = {
  select: sql`"j"."id", "j"."name", "j"."singleton_key", "j"."state"::text as "state", "j"."output" ->> 'message' as "last_error",
    case when "j"."started_on" is null then 0 else "j"."retry_count" + 1 end as "attempts",
    date_trunc('milliseconds', "j"."created_on") as "created_on", "j"."started_on", "j"."completed_on", "j"."start_after"`,
  from: sql`"jobs"."job" as "j"`,
  columns: {
    id: { sql: sql.ref('j.id'), kind: 'uuid' },
    name: { sql: sql.ref('j.name'), kind: 'string' },
    subject: { sql: sql.ref('j.singleton_key') },
    state: { sql: sql`"j"."state"::text` },
    createdAt: { sql: sql`date_trunc('milliseconds', "j"."created_on")`, kind: 'Date' },
  },
  read: (row) => ({
    id: String(row['id']),
    name: String(row['name']),
    subject: textOf(row['singleton_key']),
    state: String(row['state']) as JobState,
    attempts: Number(row['attempts']),
    lastError: textOf(row['last_error']),
    createdAt: timeOf(row['created_on']),
    startedAt: timeOrNull(row['started_on']),
    finishedAt: timeOrNull(row['completed_on']),
    notBefore: timeOf(row['start_after']),
  }),
};

/** The jobs of all replicas. */
export class JobService {
  /** `isInstalled` resolves when the queue's tables exist. */
  constructor(private readonly isInstalled: () => Promise<void>) {}

  /** The newest first unless ordered otherwise. */
  async list(
    ctx: RequestContext,
    { filter, orderBy, ...page }: ListArgs<JobFilter, JobOrderField>,
  ): Promise<Page<Job>> {
    await this.isInstalled();
    const order = rowOrder(orderBy, { property: 'createdAt', direction: SortDirection.DESC });
    return pageOfRows(ctx.em, JOBS, { args: page, where: whereOf(filter), order });
  }
}
