import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { numberedPage } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { rowPerKey, rowsBy } from '../../database/rowsBy.js';
import { type Reader, type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, notFound } from '../../kernel/errors.js';
import type { NumberedPage, Page, SortDirection } from '../../kernel/pages.js';
import type { SecretBox } from '../../kernel/secrets.js';
import { type Selection, selectionOfFields } from '../../kernel/selection.js';
import { parse, parseId } from '../../kernel/validation.js';
import { type AuditService, type Audited, tenantOf } from '../identity/index.js';
import { ExternalRepository } from './externalRepository.entity.js';
import {
  type ExternalRepositoryArgs,
  ExternalRepositoryKeys,
  NewExternalRepository,
} from './externalRepository.inputs.js';
import { REPOSITORY_SECRETS } from './image.secrets.js';
import type { RegistryCheck, RegistryProbe } from './registryProbe.port.js';

export interface PullAccount {
  address: string;
  user: string;
  password: string;
}

interface Numbered extends NumberedPage {
  direction: SortDirection;
}

const SEALED = selectionOfFields(['uid', 'address', 'user', 'password']);

const audited = ({ id, businessId, repositoryId, address, user }: ExternalRepository): Audited => ({
  type: 'ExternalRepository',
  id,
  businessId,
  values: { repositoryId, address, user },
});

const unknown = (repositoryId: string): DomainError =>
  new DomainError(
    'NOT_FOUND',
    `no external repository has the name ${JSON.stringify(repositoryId.slice(0, 80))}`,
  );

/** External repositories, as far as the caller's business reaches; a system administrator reaches all. */
export class ExternalRepositoryService {
  constructor(
    private readonly parts: {
      trail: AuditService;
      secrets: SecretBox;
      probe: () => Promise<RegistryProbe>;
    },
  ) {}

  /** NOT_FOUND for one of another business as for none. */
  async get(ctx: RequestContext, id: string): Promise<ExternalRepository> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('external repository', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<ExternalRepository | null> {
    const key = parseId(id);
    if (key === null) return null;
    const scope = tenantOf(requirePrincipal(ctx));
    const loader = ctx.loaders.of<number, ExternalRepository | null>(ExternalRepository, async (ids) =>
      rowPerKey(ctx.reader, ExternalRepository, 'id', ids, { scope }),
    );
    return loader.load(key);
  }

  /** CONFLICT where several businesses have one of the name, which a system administrator alone sees. */
  async getByName(ctx: RequestContext, repositoryId: string): Promise<ExternalRepository> {
    const scope = tenantOf(requirePrincipal(ctx));
    const [found, other] = await rowsBy(ctx.reader, ExternalRepository, 'repositoryId', [repositoryId], {
      scope,
    });
    if (!found) throw unknown(repositoryId);
    if (!other) return found;
    throw new DomainError(
      'CONFLICT',
      `several businesses have an external repository named ${JSON.stringify(repositoryId)}; name it by its id, in GraphQL`,
    );
  }

  async list(
    ctx: RequestContext,
    args: ExternalRepositoryArgs,
    selection: Selection,
  ): Promise<Page<ExternalRepository>> {
    const scope = tenantOf(requirePrincipal(ctx));
    return page(ctx.reader, ExternalRepository, { args, scope, selection });
  }

  async search(
    ctx: RequestContext,
    { direction, ...numbered }: Numbered,
  ): Promise<[ExternalRepository[], number]> {
    const scope = tenantOf(requirePrincipal(ctx));
    const order = { property: 'id', direction };
    return numberedPage(ctx.reader, ExternalRepository, { scope, order, ...numbered });
  }

  /** CONFLICT for a name that the business has already. */
  async create(ctx: RequestContext, input: NewExternalRepository): Promise<ExternalRepository> {
    const { password, ...draft } = parse(NewExternalRepository, input, ['input']);
    const { businessId } = requirePrincipal(ctx);
    if (businessId === null)
      throw new DomainError('FORBIDDEN', 'you belong to no business, which an external repository needs');
    const uid = randomUUID();
    const sealed = this.parts.secrets.seal(password, REPOSITORY_SECRETS.contextOf(uid));
    try {
      return await ctx.em.transactional(async (em) => {
        const made = em.create(ExternalRepository, { ...draft, uid, businessId, password: sealed });
        await em.persist(made).flush();
        ctx.loaders.clear();
        this.parts.trail.record(em, ctx, 'externalRepository.create', null, audited(made));
        return made;
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      const message = `the name ${JSON.stringify(draft.repositoryId)} is taken`;
      throw new DomainError('CONFLICT', message, {}, { cause: error });
    }
  }

  /** All of them or none; returns them as they were. */
  async removeAll(ctx: RequestContext, input: ExternalRepositoryKeys): Promise<ExternalRepository[]> {
    const { ids } = parse(ExternalRepositoryKeys, input, ['input']);
    const found = await Promise.all([...new Set(ids)].map(async (id) => this.get(ctx, id)));
    return this.#remove(ctx, found);
  }

  /** The same by their names. */
  async removeNamed(ctx: RequestContext, names: readonly string[]): Promise<ExternalRepository[]> {
    const found = await Promise.all([...new Set(names)].map(async (name) => this.getByName(ctx, name)));
    return this.#remove(ctx, found);
  }

  async #remove(ctx: RequestContext, found: readonly ExternalRepository[]): Promise<ExternalRepository[]> {
    const unique = [...new Map(found.map((each) => [each.id, each])).values()];
    await ctx.em.transactional(async (em) => {
      const ids = unique.map(({ id }) => id);
      const removed = await em.nativeDelete(ExternalRepository, { id: { $in: ids } });
      if (removed < ids.length) throw new DomainError('NOT_FOUND', 'somebody else has deleted one of them');
      ctx.loaders.clear();
      for (const each of unique)
        this.parts.trail.record(em, ctx, 'externalRepository.delete', audited(each), null);
    });
    return unique;
  }

  /** Asks the registry, as the stored account. */
  async check(
    ctx: RequestContext,
    id: string,
  ): Promise<{ repository: ExternalRepository; result: RegistryCheck; message: string }> {
    const repository = await this.get(ctx, id);
    const account = await this.accountOf(ctx.reader, repository.businessId, repository.repositoryId);
    if (!account) throw notFound('external repository', id);
    const probe = await this.parts.probe();
    return { repository, ...(await probe.check(account.address, account, ctx.signal)) };
  }

  /** With the password, for pull secrets; null when the business has none of the name. */
  async accountOf(
    em: Reader | EntityManager,
    businessId: number,
    repositoryId: string,
  ): Promise<PullAccount | null> {
    const scope = { businessId: { eq: businessId } };
    const [found] = await rowsBy(em, ExternalRepository, 'repositoryId', [repositoryId], {
      scope,
      selection: SEALED,
    });
    if (!found) return null;
    const { uid, address, user } = found;
    const password = this.parts.secrets.open(found.password, REPOSITORY_SECRETS.contextOf(uid));
    return { address, user, password };
  }

  /** Whether the business has one of the name. */
  async exists(em: Reader | EntityManager, businessId: number, repositoryId: string): Promise<boolean> {
    const scope = { businessId: { eq: businessId } };
    const selection = selectionOfFields(['id']);
    const found = await rowsBy(em, ExternalRepository, 'repositoryId', [repositoryId], { scope, selection });
    return found.length > 0;
  }
}
