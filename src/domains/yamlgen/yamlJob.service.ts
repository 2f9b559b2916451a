import type { EntityManager } from '@mikro-orm/postgresql';
import type { Database } from '../../database/database.js';
import { numberedWindow } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { rowPerKey, rowsBy } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { badInput, notFound } from '../../kernel/errors.js';
import { newHexId, parseHexId } from '../../kernel/hexIds.js';
import { type Page, SortDirection, type Window } from '../../kernel/pages.js';
import { type Selection, selectionOfFields } from '../../kernel/selection.js';
import {
  type AuditService,
  type Audited,
  type BusinessService,
  type Owned,
  ownedBy,
} from '../identity/index.js';
import { YamlJob, YamlJobStatus } from './yamlJob.entity.js';
import type { YamlJobArgs } from './yamlJob.inputs.js';
import { YAML_JOB_UPDATED } from './yamlgen.topics.js';
import { YamlResult } from './yamlResult.entity.js';

interface Parts {
  businesses: BusinessService;
  database: Database;
  trail: AuditService;
}

/** What is kept of a business's jobs, or of a user's own: the latest of them, and bytes of their files. */
const MOST_KEPT = 500;
const MOST_BYTES = 268_435_456;
/** Of one call: jobs that are deleted, and bytes of results that are read. */
const MOST_DELETED = 500;
const MOST_READ = 33_554_432;

const LATEST_FIRST = { property: 'createdAt', direction: SortDirection.DESC };
const BY_ID = { property: 'id', direction: SortDirection.ASC };
const NEEDS = { business: ['businessId'], content: ['id'] };
const SIZES = selectionOfFields(['id', 'size']);

export type NewYamlJob = Pick<YamlJob, 'site' | 'ceeVersion' | 'projectName' | 'fileNames'>;

const audited = (job: YamlJob): Audited => {
  const { id, businessId, site, ceeVersion, projectName, fileNames } = job;
  return { type: 'YamlJob', id, businessId, values: { site, ceeVersion, projectName, fileNames } };
};

/** What was generated, as the caller may see it. */
export class YamlJobService {
  constructor(private readonly parts: Parts) {}

  /** NOT_FOUND for a foreign job as for none. */
  async get(ctx: RequestContext, id: string): Promise<YamlJob> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('job', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<YamlJob | null> {
    const key = parseHexId(id);
    if (key === null) return null;
    const scope = ownedBy(requirePrincipal(ctx));
    const loader = ctx.loaders.of<string, YamlJob | null>(YamlJob, async (ids) =>
      rowPerKey(ctx.reader, YamlJob, 'id', ids, { scope }),
    );
    return loader.load(key);
  }

  /** The latest first unless ordered otherwise. */
  async list(ctx: RequestContext, args: YamlJobArgs, selection: Selection): Promise<Page<YamlJob>> {
    const scope = ownedBy(requirePrincipal(ctx));
    return page(ctx.reader, YamlJob, { args, scope, order: LATEST_FIRST, needs: NEEDS, selection });
  }

  /** The latest first. */
  async search(ctx: RequestContext, window: Window): Promise<[YamlJob[], number]> {
    const scope = ownedBy(requirePrincipal(ctx));
    return numberedWindow(ctx.reader, YamlJob, { scope, order: LATEST_FIRST, ...window });
  }

  /** The zip with the files of a job that the caller sees. BAD_INPUT for more at once than an answer may hold. */
  async contentOf(ctx: RequestContext, id: string): Promise<Buffer> {
    const loader = ctx.loaders.of<string, Buffer | null>(YamlResult, async (ids) => {
      const sizes = await rowsBy(ctx.reader, YamlJob, 'id', [...ids], { selection: SIZES });
      if (sizes.reduce((sum, { size }) => sum + size, 0) > MOST_READ)
        throw badInput([
          { path: 'content', message: `the results have more than ${MOST_READ} bytes in all` },
        ]);
      const found = await ctx.em.find(YamlResult, { job: { $in: [...ids] } });
      const byId = new Map(found.map(({ job, content }) => [job.id, content]));
      return ids.map((each) => byId.get(each) ?? null);
    });
    const content = await loader.load(id);
    if (!content) throw notFound('job', id);
    return content;
  }

  /** Keeps what was generated; the oldest go where there is too much. */
  async create(ctx: RequestContext, draft: NewYamlJob, content: Buffer): Promise<YamlJob> {
    return ctx.em.transactional(async (em) => {
      const owner = await this.parts.businesses.ownerOf(em, ctx);
      const job = em.create(YamlJob, {
        ...draft,
        ...owner,
        id: newHexId(),
        status: YamlJobStatus.SUCCESS,
        size: content.length,
      });
      em.persist([job, em.create(YamlResult, { job, content })]);
      this.parts.trail.record(em, ctx, 'yamlJob.create', null, audited(job));
      await em.flush();
      await this.#forgetOldest(em, owner);
      await this.parts.database.notifications.publish(em, YAML_JOB_UPDATED, { id: job.id, ...owner });
      ctx.loaders.clear();
      return job;
    });
  }

  /** All or none: NOT_FOUND when one is unknown. Returns them as they were. */
  async remove(ctx: RequestContext, ids: readonly string[], field: string): Promise<YamlJob[]> {
    const wanted = [...new Set(ids.map((id) => parseHexId(id) ?? id))];
    if (wanted.length === 0 || wanted.length > MOST_DELETED)
      throw badInput([{ path: field, message: `must name 1 to ${MOST_DELETED}` }]);
    const scope = ownedBy(requirePrincipal(ctx));
    return ctx.em.transactional(async (em) => {
      const keys = wanted.flatMap((id) => parseHexId(id) ?? []);
      const found = await rowsBy(em, YamlJob, 'id', keys, { scope, order: [BY_ID], lock: 'update' });
      const byId = new Map(found.map((job) => [job.id, job]));
      const jobs = wanted.map((id) => {
        const job = byId.get(id);
        if (!job) throw notFound('job', id);
        return job;
      });
      await em.nativeDelete(YamlJob, { id: { $in: keys } });
      for (const job of jobs) this.parts.trail.record(em, ctx, 'yamlJob.delete', audited(job), null);
      ctx.loaders.clear();
      return jobs;
    });
  }

  /** What is the user's alone is the business's that it gets. */
  async move(em: EntityManager, ownerId: number, businessId: number): Promise<void> {
    await em.nativeUpdate(YamlJob, { ownerId, businessId: null }, { businessId });
  }

  async #forgetOldest(em: EntityManager, { businessId, ownerId }: Owned): Promise<void> {
    const of = businessId === null ? { businessId, ownerId } : { businessId };
    const jobs = await em.find(YamlJob, of, {
      fields: ['id', 'size'],
      orderBy: [{ createdAt: SortDirection.DESC }, { id: SortDirection.DESC }],
      limit: MOST_KEPT * 2,
    });
    let bytes = 0;
    const old = jobs.filter(({ size }, index) => {
      bytes += size;
      return index > 0 && (index >= MOST_KEPT || bytes > MOST_BYTES);
    });
    if (old.length > 0) await em.nativeDelete(YamlJob, { id: { $in: old.map(({ id }) => id) } });
  }
}
