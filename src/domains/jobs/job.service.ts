import { page } from '../../database/page.js';
import type { RequestContext } from '../../kernel/context.js';
import { type Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import { Job } from './job.entity.js';
import type { JobArgs } from './job.inputs.js';

const NEWEST_FIRST = { property: 'createdAt', direction: SortDirection.DESC };

/** The jobs of all replicas. */
export class JobService {
  /** `isInstalled` resolves when the queue's tables exist. */
  constructor(private readonly isInstalled: () => Promise<void>) {}

  /** The newest first unless ordered otherwise. */
  async list(ctx: RequestContext, args: JobArgs, selection: Selection): Promise<Page<Job>> {
    await this.isInstalled();
    return page(ctx.reader, Job, { args, selection, order: NEWEST_FIRST });
  }
}
