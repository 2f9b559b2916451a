import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import { type NumberedPage, type Page, SortDirection } from '../../kernel/pages.js';
import { parse } from '../../kernel/validation.js';
import type { AuditService } from '../identity/index.js';
import { allOrNothing } from './allOrNothing.js';
import type { HarborAccountService, KnownAccount } from './harborAccount.service.js';
import type { ImageRepository, ImageTag } from './image.entity.js';
import { ImageRemoval, type ImageRepositoryArgs, type ImageTagArgs, TagRemoval } from './image.inputs.js';
import type { ImageRegistry, RepositoryState, TagState } from './imageRegistry.port.js';
import type { RegistryAccess } from './registryAccess.service.js';
import { readFrom, registryNumberedPage, registryPage } from './registryLists.js';

export interface ImageSearch extends NumberedPage {
  /** Of the project, whole. */
  project: string;
  /** Part of the name, with that of the project. */
  name?: string | undefined;
  direction: SortDirection;
}

/** Pages of artifacts whose tags are read for one answer. */
const MOST_TAG_PAGES = 100;

/** An image as a caller names it. */
export interface ImageName {
  /** With that of the project. */
  repository: string;
  tag: string;
}

/** Images of the image repository and their tags, as the caller's account sees them. */
export class ImageService {
  constructor(
    private readonly access: RegistryAccess,
    private readonly accounts: HarborAccountService,
    private readonly trail: AuditService,
  ) {}

  /** Of a project. */
  async list(
    ctx: RequestContext,
    project: string,
    args: ImageRepositoryArgs,
  ): Promise<Page<ImageRepository>> {
    return this.#use(ctx, (registry, as, signal) =>
      registryPage(args, async (query) => {
        const { items, total } = await registry.listRepositories(as, project, query, signal);
        return { items: items.map((item) => this.#image(item)), total };
      }),
    );
  }

  /** With whether their project is public. NOT_FOUND for a project that is not there. */
  async search(
    ctx: RequestContext,
    { project: projectName, name: nameContains, ...numbered }: ImageSearch,
  ): Promise<{ isPublic: boolean; images: ImageRepository[]; total: number }> {
    return this.#use(ctx, async (registry, as, signal) => {
      const { isPublic } = await registry.getProject(as, projectName, signal);
      const [found, total] = await registryNumberedPage({ ...numbered, nameContains }, (query) =>
        registry.listRepositories(as, projectName, query, signal),
      );
      return { isPublic, images: found.map((item) => this.#image(item)), total };
    });
  }

  /** Of an image. */
  async listTags(
    ctx: RequestContext,
    image: Pick<ImageRepository, 'name' | 'pullCount'>,
    args: ImageTagArgs,
  ): Promise<Page<ImageTag>> {
    return this.#use(ctx, async (registry, as, signal) => {
      const tags = await this.#tags(registry, as, image.name, signal);
      return registryPage(args, readFrom(tags.map((tag) => this.#tag(image, tag))));
    });
  }

  /** In the order in which they were made. NOT_FOUND for an image that is not there. */
  async searchTags(
    ctx: RequestContext,
    name: string,
    numbered: NumberedPage,
  ): Promise<{ image: ImageRepository; tags: ImageTag[]; total: number }> {
    return this.#use(ctx, async (registry, as, signal) => {
      const image = this.#image(await registry.getRepository(as, name, signal));
      const all = await this.#tags(registry, as, name, signal);
      const read = readFrom(all.map((tag) => this.#tag(image, tag)));
      const [tags, total] = await registryNumberedPage({ ...numbered, direction: SortDirection.ASC }, read);
      return { image, tags, total };
    });
  }

  /** NOT_FOUND when it is not there. */
  async getTag(ctx: RequestContext, { repository, tag }: ImageName): Promise<ImageTag> {
    return this.#use(ctx, async (registry, as, signal) => {
      const image = await registry.getRepository(as, repository, signal);
      return this.#tag(image, await registry.getTag(as, repository, tag, signal));
    });
  }

  /** All of them or none: NOT_FOUND for one that is not there, FORBIDDEN for one that the account may not delete. */
  async removeAll(ctx: RequestContext, input: ImageRemoval): Promise<string[]> {
    const { imageName: names } = parse(ImageRemoval, input, ['input']);
    return this.#use(ctx, async (registry, as, signal) => {
      const check = async (name: string): Promise<RepositoryState> => {
        const image = await registry.getRepository(as, name, signal);
        await this.#requireRight(registry, as, { image, right: 'repository:delete', signal });
        return image;
      };
      const removed = await allOrNothing(names, check, async ({ id, name }) => {
        await registry.deleteRepository(as, name, signal);
        await this.#record(ctx, 'image.delete', id, { name });
      });
      return removed.map(({ name }) => name);
    });
  }

  /** All of them or none, as images; CONFLICT for a tag that a rule keeps. */
  async removeTags(ctx: RequestContext, input: TagRemoval): Promise<string[]> {
    const { imageName: name, tag: tags } = parse(TagRemoval, input, ['input']);
    return this.#use(ctx, async (registry, as, signal) => {
      const image = await registry.getRepository(as, name, signal);
      await this.#requireRight(registry, as, { image, right: 'tag:delete', signal });
      const check = async (tag: string): Promise<TagState> => {
        const found = await registry.getTag(as, name, tag, signal);
        if (!found.isImmutable) return found;
        throw new DomainError('CONFLICT', `the tag ${tag} is immutable in the image repository`);
      };
      const removed = await allOrNothing(tags, check, async ({ id, name: tag }) => {
        await registry.deleteTag(as, name, tag, signal);
        await this.#record(ctx, 'imageTag.delete', id, { name: `${name}:${tag}` });
      });
      return removed.map((tag) => tag.name);
    });
  }

  async #tags(
    registry: ImageRegistry,
    as: KnownAccount,
    name: string,
    signal: AbortSignal,
  ): Promise<TagState[]> {
    const found: TagState[][] = [];
    let from: number | null = 0;
    for (let pages = 0; from !== null; pages += 1) {
      if (pages === MOST_TAG_PAGES)
        throw badInput([{ path: 'imageName', message: 'has more tags than can be listed' }]);
      const page: { tags: TagState[]; next: number | null } = await registry.listTags(as, name, from, signal);
      found.push(page.tags);
      from = page.next;
    }
    return found.flat();
  }

  async #requireRight(
    registry: ImageRegistry,
    as: KnownAccount,
    { image, right, signal }: { image: RepositoryState; right: string; signal: AbortSignal },
  ): Promise<void> {
    if ((await registry.permissionsIn(as, image.projectId, signal)).has(right)) return;
    throw new DomainError(
      'FORBIDDEN',
      `your account ${JSON.stringify(as.user)} of the image repository may not do this to ${image.name}`,
    );
  }

  #image(state: RepositoryState): ImageRepository {
    return { ...state, address: `${this.access.host}/${state.name}` };
  }

  #tag({ name, pullCount }: Pick<ImageRepository, 'name' | 'pullCount'>, tag: TagState): ImageTag {
    return { ...tag, pullCount, address: `${this.access.host}/${name}:${tag.name}` };
  }

  async #use<T>(
    ctx: RequestContext,
    use: (registry: ImageRegistry, as: KnownAccount, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.access.work(ctx, async (registry, signal) =>
      use(registry, await this.accounts.prove(ctx, registry, signal), signal),
    );
  }

  async #record(ctx: RequestContext, action: string, id: number, values: { name: string }): Promise<void> {
    const { businessId } = requirePrincipal(ctx);
    await ctx.em.transactional(async (em) => {
      this.trail.record(em, ctx, action, { type: 'Image', id, businessId, values }, null);
    });
  }
}
