import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Database } from '../../database/database.js';
import type { Filter } from '../../database/condition.js';
import { numberedPage } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { rowPerKey, rowsBy } from '../../database/rowsBy.js';
import { type Principal, type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, notFound, unauthenticated } from '../../kernel/errors.js';
import type { NumberedPage, Page, SortDirection } from '../../kernel/pages.js';
import type { Selection } from '../../kernel/selection.js';
import { looksOf } from '../../kernel/names.js';
import { parseId } from '../../kernel/validation.js';
import type { AuditService } from './audit.service.js';
import { auditedBusiness } from './audited.js';
import { Business, BusinessStatus } from './business.entity.js';
import type { BusinessArgs, BusinessDecision, NewBusiness } from './business.inputs.js';
import { BUSINESS_APPROVED, USER_CHANGED } from './identity.topics.js';
import { NO_BUSINESS, type Owned } from './tenancy.js';
import { User, nameKeyOf } from './user.entity.js';

export interface BusinessSearch extends NumberedPage {
  name?: string | undefined;
  direction: SortDirection;
}

/** The businesses that the caller sees: all for a system administrator, none while it waits for approval, else its own and those that it created. */
function visibleTo({ role, businessId, userId }: Principal): Filter {
  if (role === 4) return {};
  if (role === 0) return { id: { eq: NO_BUSINESS } };
  return { or: [{ userId: { eq: userId } }, { id: { eq: businessId ?? NO_BUSINESS } }] };
}

/** Moves what was a user's alone into the business that it gets, in the transaction in which it does. */
export type Move = (em: EntityManager, userId: number, businessId: number) => Promise<void>;

/** Tenants and their audit. */
export class BusinessService {
  readonly #moves: Move[] = [];

  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
  ) {}

  /** From now on this moves too when a user gets a business. */
  moveWith(move: Move): void {
    this.#moves.push(move);
  }

  /** Whose something is that the caller makes: as the user stands, who gets no business until the transaction ends. */
  async ownerOf(em: EntityManager, ctx: RequestContext): Promise<Owned> {
    const { userId } = requirePrincipal(ctx);
    const [user] = await rowsBy(em, User, 'id', [userId], { lock: 'key share' });
    if (!user) throw unauthenticated();
    return { ownerId: userId, businessId: user.businessId };
  }

  /** NOT_FOUND for a foreign business as for none. */
  async get(ctx: RequestContext, id: string): Promise<Business> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('business', id);
    return found;
  }

  async find(ctx: RequestContext, id: string): Promise<Business | null> {
    const key = parseId(id);
    if (key === null) return null;
    const scope = visibleTo(requirePrincipal(ctx));
    const loader = ctx.loaders.of<number, Business | null>(Business, async (ids) =>
      rowPerKey(ctx.reader, Business, 'id', ids, { scope }),
    );
    return loader.load(key);
  }

  async list(ctx: RequestContext, args: BusinessArgs, selection: Selection): Promise<Page<Business>> {
    return page(ctx.reader, Business, { args, scope: visibleTo(requirePrincipal(ctx)), selection });
  }

  async search(
    ctx: RequestContext,
    { name, direction, ...numbered }: BusinessSearch,
  ): Promise<[Business[], number]> {
    const scope = { and: [{ name: { contains: name } }, visibleTo(requirePrincipal(ctx))] };
    return numberedPage(ctx.reader, Business, { scope, order: { property: 'id', direction }, ...numbered });
  }

  /** FORBIDDEN for who does not administer, CONFLICT for a second business or a name that is taken. */
  async create(ctx: RequestContext, draft: NewBusiness): Promise<Business> {
    const { userId, businessId } = requirePrincipal(ctx);
    if (businessId !== null) throw secondBusiness();
    const creator = await ctx.em.findOne(User, userId, { refresh: true });
    if (!creator) throw unauthenticated();
    if (!creator.isAdmin)
      throw new DomainError('FORBIDDEN', 'only a user who is registered as administrator creates a business');
    if ((await ctx.em.count(Business, { userId, status: BusinessStatus.PENDING })) > 0)
      throw secondBusiness();
    try {
      return await ctx.em.transactional(async (em) => {
        const business = em.create(Business, {
          ...draft,
          nameKey: nameKeyOf(draft.name),
          nameLooks: looksOf(draft.name),
          status: BusinessStatus.PENDING,
          userId,
        });
        await em.persist(business).flush();
        ctx.loaders.clear();
        this.trail.record(em, ctx, 'business.create', null, auditedBusiness(business));
        return business;
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      if (error.message.includes('businesses_living_creator')) throw secondBusiness();
      throw new DomainError(
        'CONFLICT',
        `the business name ${JSON.stringify(draft.name)} is taken, or looks like one that is`,
        {},
        { cause: error },
      );
    }
  }

  /** Approval makes the creator administrator of the business. CONFLICT when it is approved already and would be turned down. */
  async audit(ctx: RequestContext, id: string, status: BusinessDecision, comment = ''): Promise<Business> {
    const { id: key, userId } = await this.get(ctx, id);
    try {
      return await ctx.em.transactional(async (em) => {
        // The user before the business, as where a user is deleted: the other way round they could block each other.
        const creator = await em.findOne(
          User,
          { id: userId },
          { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
        );
        const business = await em.findOneOrFail(Business, key, {
          lockMode: LockMode.PESSIMISTIC_WRITE,
          refresh: true,
        });
        const before = auditedBusiness(business);
        if (business.status === BusinessStatus.DELETED) throw notFound('business', id);
        if (business.status === BusinessStatus.APPROVED && status !== BusinessStatus.APPROVED) {
          throw new DomainError('CONFLICT', 'an approved business cannot be turned down');
        }
        const isNew = business.status !== BusinessStatus.APPROVED && status === BusinessStatus.APPROVED;
        Object.assign(business, { status, comment });
        await em.flush();
        if (isNew) {
          if (!creator)
            throw new DomainError('CONFLICT', 'its creator is deleted, so nobody would administer it');
          creator.businessId = key;
          for (const move of this.#moves) await move(em, userId, key);
          await this.database.notifications.publish(em, USER_CHANGED, { userId });
          await this.database.notifications.publish(em, BUSINESS_APPROVED, { businessId: key });
        }
        ctx.loaders.clear();
        this.trail.record(em, ctx, 'business.audit', before, auditedBusiness(business));
        return business;
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new DomainError(
        'CONFLICT',
        'its name or its creator belongs to another business by now',
        {},
        { cause: error },
      );
    }
  }
}

function secondBusiness(): DomainError {
  return new DomainError('CONFLICT', 'this user has a business already');
}
