import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import type { Config } from '../../config/settings.js';
import { lockUntilEnd } from '../../database/advisoryLock.js';
import type { Database } from '../../database/database.js';
import { numberedPage } from '../../database/numberedPage.js';
import { page } from '../../database/page.js';
import { rowPerKey } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, badInput, notFound, unauthenticated } from '../../kernel/errors.js';
import type { NumberedPage, Page, SortDirection } from '../../kernel/pages.js';
import { looksOf } from '../../kernel/names.js';
import { networkOf } from '../../kernel/networks.js';
import type { Selection } from '../../kernel/selection.js';
import { parseId } from '../../kernel/validation.js';
import type { AuditService } from './audit.service.js';
import { auditedBusiness, auditedUser } from './audited.js';
import { Business, BusinessStatus } from './business.entity.js';
import type { Allowance, AttemptLimit } from './attemptLimit.js';
import type { PasswordHasher } from './passwords.js';
import { endSessionsOf } from './sessionEnds.service.js';
import { isInTenant, tenantOf } from './tenancy.js';
import { STANDING, User, UserStatus, nameKeyOf } from './user.entity.js';
import type { UserArgs, UserDraft } from './user.inputs.js';

export interface UserSearch extends NumberedPage {
  orderBy: 'id' | 'nameKey';
  direction: SortDirection;
}

type OnRemoval = (em: EntityManager, userId: number) => Promise<void>;

/** What fields of a user that are no columns follow from. */
const NEEDS = { role: STANDING, roleName: STANDING, business: ['businessId'] };

/** Users, as far as the caller's business reaches; a system administrator reaches all. */
export class UserService {
  readonly #removals: OnRemoval[] = [];

  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
    private readonly hasher: PasswordHasher,
    private readonly limits: { logIns: AttemptLimit; signUps: AttemptLimit },
    private readonly config: Pick<Config, 'LOGIN_FAILURES' | 'SIGN_UPS'>,
  ) {}

  /** What other domains keep of a user goes with it, in the same transaction. */
  onRemoval(act: OnRemoval): void {
    this.#removals.push(act);
  }

  /** The caller. */
  async viewer(ctx: RequestContext): Promise<User> {
    return this.get(ctx, String(requirePrincipal(ctx).userId));
  }

  /** NOT_FOUND for a user of another business as for none; UNAUTHENTICATED for a caller that was deleted meanwhile. */
  async get(ctx: RequestContext, id: string): Promise<User> {
    const found = await this.find(ctx, id);
    if (!found) throw noUser(ctx, id);
    return found;
  }

  /** The caller itself, or a user that an administrator reaches; null else. */
  async find(ctx: RequestContext, id: string): Promise<User | null> {
    const key = parseId(id);
    if (key === null) return null;
    const principal = requirePrincipal(ctx);
    const loader = ctx.loaders.of<number, User | null>(User, async (ids) =>
      rowPerKey(ctx.reader, User, 'id', ids),
    );
    const user = await loader.load(key);
    if (!user || user.id === principal.userId) return user;
    return principal.role >= 3 && isInTenant(principal, user.businessId) ? user : null;
  }

  async list(ctx: RequestContext, args: UserArgs, selection: Selection): Promise<Page<User>> {
    const scope = tenantOf(requirePrincipal(ctx));
    return page(ctx.reader, User, { args, scope, needs: NEEDS, selection });
  }

  async listNumbered(
    ctx: RequestContext,
    { orderBy, direction, ...numbered }: UserSearch,
  ): Promise<[User[], number]> {
    const scope = tenantOf(requirePrincipal(ctx));
    return numberedPage(ctx.reader, User, { scope, order: { property: orderBy, direction }, ...numbered });
  }

  /**
   * A user who waits for approval, unless `approved`. CONFLICT for a name that is taken, RATE_LIMITED after too many from
   * one network: whoever asks is a stranger.
   */
  async register(ctx: RequestContext, draft: UserDraft, approved = false): Promise<User> {
    const network = networkOf(ctx.address);
    await this.limits.signUps.count([{ key: `sign-up:${network}`, allowed: this.config.SIGN_UPS }]);
    const status = approved ? UserStatus.APPROVED : UserStatus.PENDING;
    return this.#create(ctx, draft, { status, businessId: null }, () =>
      this.hasher.hashForSignUp(draft.password),
    );
  }

  /** A user of the caller's business, approved at once. */
  async create(ctx: RequestContext, draft: UserDraft): Promise<User> {
    const { businessId } = requirePrincipal(ctx);
    return this.#create(ctx, draft, { status: UserStatus.APPROVED, businessId }, () =>
      this.hasher.hash(draft.password, networkOf(ctx.address)),
    );
  }

  /** Changes the status, which ends the user's sessions. */
  async audit(ctx: RequestContext, id: string, status: UserStatus): Promise<User> {
    return this.#change(ctx, id, 'user.audit', async (em, user) => {
      if (user.status === status) return;
      if (status !== UserStatus.APPROVED) await this.#keepAdministrator(em, user);
      user.status = status;
      await endSessionsOf(em, this.database.notifications, user.id);
    });
  }

  /** Sets another user's password, which ends that user's sessions. */
  async resetPassword(ctx: RequestContext, id: string, password: string): Promise<User> {
    const passwordHash = await this.hasher.hash(password, networkOf(ctx.address));
    return this.#change(ctx, id, 'user.resetPassword', async (em, user) => {
      user.passwordHash = passwordHash;
      await endSessionsOf(em, this.database.notifications, user.id);
    });
  }

  /** Changes the caller's password, which ends all its sessions, this one too. BAD_INPUT, below `root`, for a wrong old one. */
  async changePassword(
    ctx: RequestContext,
    { oldPassword, password }: { oldPassword: string; password: string },
    root: readonly string[] = [],
  ): Promise<User> {
    const caller = await ctx.em.findOne(User, requirePrincipal(ctx).userId);
    if (!caller) throw unauthenticated();
    // Who has stolen a token must not find out the password with it.
    const guesses: Allowance[] = [{ key: `oldPassword:${caller.id}`, allowed: this.config.LOGIN_FAILURES }];
    const network = networkOf(ctx.address);
    await this.limits.logIns.check(guesses);
    const wrong = (): DomainError =>
      badInput([{ path: [...root, 'oldPassword'].join('.'), message: 'is not the present password' }]);
    const checked = caller.passwordHash;
    if (!(await this.hasher.fits(checked, oldPassword, network))) {
      await this.limits.logIns.count(guesses);
      throw wrong();
    }
    const passwordHash = await this.hasher.hash(password, network);
    return this.#change(ctx, String(caller.id), 'user.changePassword', async (em, user) => {
      // Hashing takes its time, in which another change of it may have been taken.
      if (user.passwordHash !== checked) throw wrong();
      user.passwordHash = passwordHash;
      await endSessionsOf(em, this.database.notifications, user.id);
    });
  }

  /** Deletes a user with its sessions, and a business of its that still waits for audit. Returns it as it was. */
  async remove(ctx: RequestContext, id: string): Promise<User> {
    return this.#change(ctx, id, 'user.delete', async (em, user) => {
      if (user.id === requirePrincipal(ctx).userId)
        throw new DomainError('CONFLICT', 'nobody can delete their own user');
      await this.#keepAdministrator(em, user);
      await this.#closeWaitingBusiness(em, ctx, user);
      await endSessionsOf(em, this.database.notifications, user.id);
      for (const act of this.#removals) await act(em, user.id);
      await em.nativeDelete(User, { id: user.id });
    });
  }

  /** The user with this name and password, or null; it takes the same time for an unknown name. */
  async findByPassword(
    { em, address }: RequestContext,
    name: string,
    password: string,
  ): Promise<User | null> {
    const user = await em.findOne(User, { nameKey: nameKeyOf(name) });
    return (await this.hasher.fits(user?.passwordHash, password, networkOf(address))) ? user : null;
  }

  async #create(
    ctx: RequestContext,
    { user: name, phone = '', isAdmin = false, realName = '' }: UserDraft,
    standing: Pick<User, 'status' | 'businessId'>,
    hash: () => Promise<string>,
  ): Promise<User> {
    const keys = { nameKey: nameKeyOf(name), nameLooks: looksOf(name) };
    // Before the work of hashing, which whoever asks for a name that is taken would get for nothing.
    const isTaken = await ctx.em.count(User, {
      $or: [{ nameKey: keys.nameKey }, { nameLooks: keys.nameLooks }],
    });
    if (isTaken > 0) throw nameTaken(name);
    const values = { name, ...keys, phone, isAdmin, realName, ...standing, passwordHash: await hash() };
    try {
      return await ctx.em.transactional(async (em) => {
        const user = em.create(User, values);
        await em.persist(user).flush();
        ctx.loaders.clear();
        this.trail.record(em, ctx, 'user.create', null, auditedUser(user));
        return user;
      });
    } catch (error) {
      throw error instanceof UniqueConstraintViolationException ? nameTaken(name, error) : error;
    }
  }

  /** Applies a change to a user that the caller reaches, and records it. */
  async #change(
    ctx: RequestContext,
    id: string,
    action: string,
    apply: (em: EntityManager, user: User) => Promise<void>,
  ): Promise<User> {
    const { id: key } = await this.get(ctx, id);
    return ctx.em.transactional(async (em) => {
      // One after the other, so that two system administrators cannot remove each other.
      await lockUntilEnd(em, 'userChanges');
      // Before its sessions end, so that a log-in under way waits and then finds what has changed.
      const user = await em.findOne(
        User,
        { id: key },
        { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      );
      if (!user) throw noUser(ctx, id);
      const before = auditedUser(user);
      await apply(em, user);
      ctx.loaders.clear();
      this.trail.record(em, ctx, action, before, action === 'user.delete' ? null : auditedUser(user));
      return user;
    });
  }

  async #closeWaitingBusiness(em: EntityManager, ctx: RequestContext, { id: userId }: User): Promise<void> {
    const { PENDING, DELETED } = BusinessStatus;
    const waiting = await em.findOne(
      Business,
      { userId, status: PENDING },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!waiting) return;
    const before = auditedBusiness(waiting);
    waiting.status = DELETED;
    this.trail.record(em, ctx, 'business.delete', before, auditedBusiness(waiting));
  }

  /** CONFLICT when the user is the last system administrator who can work. */
  async #keepAdministrator(em: EntityManager, user: User): Promise<void> {
    if (!user.isSystemAdministrator) return;
    const others = { isSystemAdministrator: true, status: UserStatus.APPROVED, id: { $ne: user.id } };
    if ((await em.count(User, others)) > 0) return;
    throw new DomainError('CONFLICT', 'this is the last system administrator');
  }
}

const noUser = ({ principal }: RequestContext, id: string): DomainError =>
  parseId(id) === principal?.userId ? unauthenticated() : notFound('user', id);

function nameTaken(name: string, cause?: Error): DomainError {
  const text = `the user name ${JSON.stringify(name)} is taken, or looks like one that is`;
  return new DomainError('CONFLICT', text, {}, { cause });
}
