import type { RequestContext } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { NumberedPage, Page } from '../../kernel/pages.js';
import { parse, parseId } from '../../kernel/validation.js';
import { SortDirection } from '../../kernel/pages.js';
import type { AuditService } from '../identity/index.js';
import { requirePrincipal } from '../../kernel/context.js';
import { allOrNothing } from './allOrNothing.js';
import type { HarborAccountService, KnownAccount } from './harborAccount.service.js';
import type { ImageProject } from './image.entity.js';
import { type ImageProjectArgs, ImageProjectKeys, NewImageProject } from './image.inputs.js';
import type { ImageRegistry, ProjectState } from './imageRegistry.port.js';
import type { RegistryAccess } from './registryAccess.service.js';
import { registryNumberedPage, registryPage } from './registryLists.js';

export interface ProjectSearch extends NumberedPage {
  /** Part of it. */
  name?: string | undefined;
  isPublic?: boolean | undefined;
}

/** What is done with the registry as the caller's account there. */
export type Use<T> = (registry: ImageRegistry, as: KnownAccount, signal: AbortSignal) => Promise<T>;

/** Projects of the image repository, as the caller's account sees them. */
export class ImageProjectService {
  constructor(
    private readonly access: RegistryAccess,
    private readonly accounts: HarborAccountService,
    private readonly trail: AuditService,
  ) {}

  async list(ctx: RequestContext, args: ImageProjectArgs): Promise<Page<ImageProject>> {
    return this.#use(ctx, (registry, as, signal) =>
      registryPage(args, (query) => registry.listProjects(as, query, signal)),
    );
  }

  /** In the order in which they were made. */
  async search(
    ctx: RequestContext,
    { name: nameContains, isPublic, ...numbered }: ProjectSearch,
  ): Promise<[ProjectState[], number]> {
    return this.#use(ctx, (registry, as, signal) =>
      registryNumberedPage({ ...numbered, nameContains, isPublic, direction: SortDirection.ASC }, (query) =>
        registry.listProjects(as, query, signal),
      ),
    );
  }

  async create(ctx: RequestContext, input: NewImageProject): Promise<ProjectState> {
    const { projectName: name, public: isPublic } = parse(NewImageProject, input, ['input']);
    return this.#use(ctx, async (registry, as, signal) => {
      await registry.createProject(as, { name, isPublic }, signal);
      const made = await registry.getProject(as, name, signal);
      await this.#record(ctx, 'imageProject.create', made, true);
      return made;
    });
  }

  /** All of them or none: NOT_FOUND for one that is not there, CONFLICT for one that has images. */
  async removeAll(ctx: RequestContext, input: ImageProjectKeys): Promise<number[]> {
    const { ids } = parse(ImageProjectKeys, input, ['input']);
    return this.#use(ctx, async (registry, as, signal) => {
      const check = async (id: string): Promise<ProjectState> => {
        const key = parseId(id);
        if (key === null) throw notFound('project', id);
        const project = await registry.getProject(as, key, signal);
        const why = await registry.whyUndeletable(as, key, signal);
        if (why !== null)
          throw new DomainError('CONFLICT', `the project ${project.name} cannot be deleted: ${why}`);
        return project;
      };
      const removed = await allOrNothing(ids, check, async (project) => {
        await registry.deleteProject(as, project.id, signal);
        await this.#record(ctx, 'imageProject.delete', project, false);
      });
      return removed.map(({ id }) => id);
    });
  }

  async #use<T>(ctx: RequestContext, use: Use<T>): Promise<T> {
    return this.access.work(ctx, async (registry, signal) =>
      use(registry, await this.accounts.prove(ctx, registry, signal), signal),
    );
  }

  async #record(ctx: RequestContext, action: string, project: ProjectState, isNew: boolean): Promise<void> {
    const { id, name, isPublic } = project;
    const { businessId } = requirePrincipal(ctx);
    const state = { type: 'ImageProject', id, businessId, values: { name, isPublic } };
    await ctx.em.transactional(async (em) => {
      this.trail.record(em, ctx, action, isNew ? null : state, isNew ? state : null);
    });
  }
}
