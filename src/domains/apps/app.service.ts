import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isStillReferredTo } from '../../database/failures.js';
import type { Listing } from '../../database/listing.js';
import { numberedPage } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { pagesOf } from '../../database/pagesOf.js';
import { rowPerKey, rowsBy } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, badInput, notFound } from '../../kernel/errors.js';
import { type NumberedPage, type Page, SortDirection } from '../../kernel/pages.js';
import { EVERYTHING, type Selection } from '../../kernel/selection.js';
import { parse, parseId } from '../../kernel/validation.js';
import { type AuditService, type Audited, tenantOf } from '../identity/index.js';
import type { Images } from '../images/index.js';
import { App } from './app.entity.js';
import type { AppArgs } from './app.inputs.js';
import type { ChartFile } from './chartFile.entity.js';
import type { ChartFileService } from './chartFile.service.js';
import { refusalOfHostPath } from './hostPaths.js';
import { NewApp, podsOf } from './newApp.js';

/** How an application's name is compared with the one that is looked for. */
export const NAME_MODES = { strict: 'eq', partial: 'contains', prefix: 'startsWith' } as const;
export type NameMode = keyof typeof NAME_MODES;

export interface AppSearch extends NumberedPage {
  name?: string | undefined;
  nameMode: NameMode;
  version?: string | undefined;
}

const MOST_DELETED = 1000;
const BY_ID = { property: 'id', direction: SortDirection.ASC };

/** What fields of an application that are no columns follow from. */
const NEEDS = { business: ['businessId'], projectName: ['image'], imageTag: ['image'] };

const listing = (args: AppArgs, selection: Selection): Listing => ({ args, selection, needs: NEEDS });

/** Variables of the environment by name alone: their values may be secrets. */
function audited(app: App): Audited {
  const { id, businessId, createdAt: _made, updatedAt: _changed, hasChart: _has, env, ...rest } = app;
  const { chartFile: _file, chartDigest: _digest, ...values } = rest;
  const variables = env.map(({ name }) => name);
  return { type: 'App', id, businessId, values: { ...values, env: variables } };
}

/** The business for which the caller makes something; FORBIDDEN when it has none. */
export function businessOf(ctx: RequestContext): number {
  const { businessId } = requirePrincipal(ctx);
  if (businessId !== null) return businessId;
  throw new DomainError('FORBIDDEN', 'you belong to no business, to which an application could belong');
}

/** What businesses can deploy. */
export class AppService {
  constructor(
    private readonly trail: AuditService,
    private readonly images: Pick<Images, 'externalRepositories' | 'registry'>,
    private readonly chartFiles: ChartFileService,
    /** What applications may write to on nodes. */
    private readonly writableHostPaths: readonly string[],
  ) {}

  /** NOT_FOUND for a foreign application as for none. */
  async get(ctx: RequestContext, id: string): Promise<App> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('application', id);
    return found;
  }

  async find(ctx: RequestContext, id: string, selection = EVERYTHING): Promise<App | null> {
    const key = parseId(id);
    if (key === null) return null;
    const scope = tenantOf(requirePrincipal(ctx));
    const loader = ctx.loaders.of<number, App | null>(`app ${selection.key}`, async (ids) =>
      rowPerKey(ctx.reader, App, 'id', ids, { scope, selection, needs: NEEDS }),
    );
    return loader.load(key);
  }

  /** The application of a business in one version, for whoever deploys it. */
  async findVersion(
    em: EntityManager,
    businessId: number,
    appName: string,
    version: string,
  ): Promise<App | null> {
    return em.findOne(App, { businessId, name: appName, version });
  }

  async list(ctx: RequestContext, args: AppArgs, selection: Selection): Promise<Page<App>> {
    return page(ctx.reader, App, { ...listing(args, selection), scope: tenantOf(requirePrincipal(ctx)) });
  }

  /** The same page of several businesses is one statement. */
  async listOf(
    ctx: RequestContext,
    businessId: number,
    args: AppArgs,
    selection: Selection,
  ): Promise<Page<App>> {
    const scope = tenantOf(requirePrincipal(ctx));
    // At one place of a document the arguments are the same.
    const loader = ctx.loaders.of<number, Page<App>>(selection, async (ids) =>
      pagesOf(ctx.reader, App, { ...listing(args, selection), scope }, 'businessId', ids),
    );
    return loader.load(businessId);
  }

  /** In the order of their keys. */
  async search(
    ctx: RequestContext,
    { name, nameMode, version, ...numbered }: AppSearch,
  ): Promise<[App[], number]> {
    const wanted = { name: { [NAME_MODES[nameMode]]: name }, version: { eq: version } };
    const scope = { and: [wanted, tenantOf(requirePrincipal(ctx))] };
    return numberedPage(ctx.reader, App, { scope, order: BY_ID, ...numbered });
  }

  /** BAD_INPUT names each wrong field below `root`; FORBIDDEN for who has no business, CONFLICT for a version that is there. */
  async create(ctx: RequestContext, input: NewApp, root: readonly string[] = []): Promise<App> {
    const draft = parse(NewApp, input, root);
    const businessId = businessOf(ctx);
    this.#checkHostPaths(draft, root);
    const repositoryId = draft.repositoryId || null;
    if (repositoryId !== null) await this.#requireRepository(ctx, businessId, repositoryId, root);
    const { appName, port, volume, env, dependence, command, gpu, ...rest } = draft;
    return this.insert(ctx, {
      ...rest,
      ...podsOf(draft),
      businessId,
      name: appName,
      repositoryId,
      command: command ?? '',
      ports: port.map(({ port: number, hostPort }) => ({ port: number, hostPort: hostPort ?? null })),
      volumes: (volume ?? []).map(({ readOnly, ...each }) => ({ ...each, readOnly: readOnly ?? false })),
      env: env ?? [],
      dependence: dependence ?? [],
      gpu: gpu ?? 0,
      chart: null,
    });
  }

  /** Stores it, with the chart that `keepChart` stores in the transaction. CONFLICT for a version that is there. */
  async insert(
    ctx: RequestContext,
    values: AppValues,
    keepChart?: (em: EntityManager) => Promise<ChartFile>,
  ): Promise<App> {
    try {
      return await ctx.em.transactional(async (em) => {
        const chartFile = (await keepChart?.(em)) ?? null;
        const app = em.create(App, { ...values, chartFile });
        app.hasChart = values.chart !== null;
        await em.persist(app).flush();
        ctx.loaders.clear();
        this.trail.record(em, ctx, 'app.create', null, audited(app));
        return app;
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const message = `your business has ${values.name} in version ${values.version} already`;
      throw new DomainError('CONFLICT', message, {}, { cause: error });
    }
  }

  /** Returns them as they were. NOT_FOUND when one is unknown, CONFLICT when a deployment uses one; then nothing is deleted. */
  async remove(ctx: RequestContext, ids: readonly string[], field: string): Promise<App[]> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0 || wanted.length > MOST_DELETED)
      throw badInput([{ path: field, message: `must name 1 to ${MOST_DELETED}` }]);
    const keys = wanted.flatMap((id) => parseId(id) ?? []);
    const scope = tenantOf(requirePrincipal(ctx));
    try {
      return await ctx.em.transactional(async (em) => {
        const found = await rowsBy(em, App, 'id', keys, {
          scope,
          order: [BY_ID],
          lock: 'update',
          needs: { id: ['chartDigest'] },
        });
        const byId = new Map(found.map((app) => [String(app.id), app]));
        const apps = wanted.map((id) => {
          const app = byId.get(id);
          if (!app) throw notFound('application', id);
          return app;
        });
        await em.nativeDelete(App, { id: { $in: found.map(({ id }) => id) } });
        await this.chartFiles.release(
          em,
          found.map(({ chartDigest }) => chartDigest),
        );
        for (const app of apps) this.trail.record(em, ctx, 'app.delete', audited(app), null);
        ctx.loaders.clear();
        return apps;
      });
    } catch (error) {
      if (!isStillReferredTo(error)) throw error;
      throw new DomainError('CONFLICT', 'a deployment uses one of these applications', {}, { cause: error });
    }
  }

  /** Of its image in the configured Harbor; empty when it is not there. */
  projectNameOf({ image }: Pick<App, 'image'>): string {
    return this.images.registry.projectNameOf(image);
  }

  async #requireRepository(
    { reader }: RequestContext,
    businessId: number,
    repositoryId: string,
    root: readonly string[],
  ): Promise<void> {
    if (await this.images.externalRepositories.exists(reader, businessId, repositoryId)) return;
    const message = 'names no external repository of your business';
    throw badInput([{ path: [...root, 'repositoryId'].join('.'), message }]);
  }

  #checkHostPaths({ volume }: Pick<NewApp, 'volume'>, root: readonly string[]): void {
    const faults = (volume ?? []).flatMap(({ hostPath, readOnly }, index) => {
      const message = refusalOfHostPath(hostPath, readOnly ?? false, this.writableHostPaths);
      return message === undefined
        ? []
        : [{ path: [...root, 'volume', index, 'hostPath'].join('.'), message }];
    });
    if (faults.length > 0) throw badInput(faults);
  }
}

/** What is stored of a new application. */
export type AppValues = Omit<
  App,
  'id' | 'createdAt' | 'updatedAt' | 'hasChart' | 'chartFile' | 'chartDigest'
>;
