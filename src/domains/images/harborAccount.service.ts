import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { lockUntilEnd } from '../../database/advisoryLock.js';
import type { Database } from '../../database/database.js';
import { rowsBy } from '../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, badInput } from '../../kernel/errors.js';
import type { SecretBox } from '../../kernel/secrets.js';
import { selectionOfFields } from '../../kernel/selection.js';
import { parse } from '../../kernel/validation.js';
import type { AuditService, Audited } from '../identity/index.js';
import { HarborAccount } from './harborAccount.entity.js';
import { HarborPassword, NewHarborAccount } from './harborAccount.inputs.js';
import { ACCOUNT_SECRETS, NEXT_SECRETS } from './image.secrets.js';
import type { ImageRegistry, RegistryAccount } from './imageRegistry.port.js';
import type { RegistryAccess } from './registryAccess.service.js';

/** Who somebody is in the image repository, proven. */
export interface KnownAccount extends RegistryAccount {
  /** There. */
  userId: number;
  /** Sealed, as it was noted when the account was proven: what another request may be changing the password to. */
  noted: string | null;
}

/** A change of a password that the image repository has taken. */
interface Changed {
  from: string;
  /** Sealed, as it was noted. */
  noted: string;
}

const STORED = selectionOfFields(['userId', 'user', 'password', 'nextPassword']);
type Stored = Pick<HarborAccount, 'userId' | 'user' | 'password' | 'nextPassword'>;

const BY_USER = {};

const audited = (
  { userId, user }: Pick<HarborAccount, 'userId' | 'user'>,
  businessId: number | null,
): Audited => ({
  type: 'HarborAccount',
  id: userId,
  businessId,
  values: { user },
});

const noAccount = () =>
  new DomainError(
    'ACCOUNT_REQUIRED',
    'you have no account of the image repository; make one with POST /v1/repository/user or createHarborAccount',
  );

const refused = (user: string) =>
  new DomainError(
    'ACCOUNT_REQUIRED',
    `the image repository refuses your account ${JSON.stringify(user)}; give its present password with POST /v1/repository/user or createHarborAccount`,
  );

function requireNoOther(known: Pick<HarborAccount, 'user'> | null | undefined, user: string): void {
  if (known && known.user !== user)
    throw new DomainError('CONFLICT', `you have the account ${JSON.stringify(known.user)} already`);
}

/** The accounts as which users act in the image repository; one a user. */
export class HarborAccountService {
  constructor(
    private readonly parts: {
      database: Database;
      trail: AuditService;
      secrets: SecretBox;
      access: RegistryAccess;
    },
  ) {}

  /** The caller's own, without its password; null when there is none. */
  async find(ctx: RequestContext): Promise<HarborAccount | null> {
    const [found] = await rowsBy(ctx.reader, HarborAccount, 'userId', [requirePrincipal(ctx).userId]);
    return found ?? null;
  }

  /**
   * The caller's own, which the registry has just recognised: it answers what is public to whoever is wrong. Asked once
   * in a request. ACCOUNT_REQUIRED when there is none, or the registry refuses it.
   */
  async prove(ctx: RequestContext, registry: ImageRegistry, signal: AbortSignal): Promise<KnownAccount> {
    const { userId } = requirePrincipal(ctx);
    const loader = ctx.loaders.of<number, KnownAccount>(BY_USER, async (ids) =>
      Promise.all(ids.map(async (id) => this.#prove(id, registry, signal))),
    );
    return loader.load(userId);
  }

  /**
   * Makes a user of the image repository for the caller, or takes over the one of this name whose password is given.
   * CONFLICT for a name that somebody else has there, and for a caller who has an account of another name.
   */
  async create(ctx: RequestContext, input: NewHarborAccount): Promise<HarborAccount> {
    const { user, password } = parse(NewHarborAccount, input, ['input']);
    return this.parts.access.work(ctx, async (registry, signal) => {
      const { userId } = requirePrincipal(ctx);
      const known = await this.#stored(userId);
      requireNoOther(known, user);
      await this.#makeOrTakeOver(registry, { user, password }, signal);
      return this.#store(ctx, { user, password }, 'harborAccount.create');
    });
  }

  /** Changes the password here and there. BAD_INPUT, below `root`, for the present one. */
  async changePassword(
    ctx: RequestContext,
    input: HarborPassword,
    root: readonly string[] = [],
  ): Promise<HarborAccount> {
    const { password: next } = parse(HarborPassword, input, root);
    return this.parts.access.work(ctx, async (registry, signal) => {
      const account = await this.prove(ctx, registry, signal);
      if (account.password === next)
        throw badInput([{ path: [...root, 'password'].join('.'), message: 'is the present password' }]);
      const id = requirePrincipal(ctx).userId;
      const noted = await this.#noteNext(id, next, account);
      try {
        await registry.changePassword(account, account.userId, next, signal);
      } catch (error) {
        // What the registry itself refused is no longer wanted; what nobody knows of stays noted until somebody asks.
        const isRefused = error instanceof DomainError && error.details.upstream?.body != null;
        if (isRefused) await this.#settle(id, noted);
        throw error;
      }
      const changed = { from: account.password, noted };
      return this.#store(
        ctx,
        { user: account.user, password: next },
        'harborAccount.changePassword',
        changed,
      );
    });
  }

  /** When the user is deleted. */
  async forget(em: EntityManager, userId: number): Promise<void> {
    await em.nativeDelete(HarborAccount, { userId });
  }

  async #stored(userId: number): Promise<Stored | undefined> {
    const [found] = await rowsBy(this.parts.database.reader, HarborAccount, 'userId', [userId], {
      selection: STORED,
    });
    return found;
  }

  #seal(userId: number, password: string): string {
    return this.parts.secrets.seal(password, ACCOUNT_SECRETS.contextOf(String(userId)));
  }

  #open({ userId, password }: Pick<HarborAccount, 'userId' | 'password'>): string {
    return this.parts.secrets.open(password, ACCOUNT_SECRETS.contextOf(String(userId)));
  }

  async #prove(id: number, registry: ImageRegistry, signal: AbortSignal): Promise<KnownAccount> {
    const stored = await this.#stored(id);
    if (!stored) throw noAccount();
    const { user } = stored;
    const password = this.#open(stored);
    const found = await registry.identify({ user, password }, signal);
    if (found) return { user, password, ...found, noted: stored.nextPassword };
    if (stored.nextPassword === null) throw refused(user);
    // One after the other: a wrong password makes Harbor refuse the right one for a moment.
    const next = this.parts.secrets.open(stored.nextPassword, NEXT_SECRETS.contextOf(String(id)));
    const changed = await registry.identify({ user, password: next }, signal);
    if (!changed) throw refused(user);
    await this.#settle(id, stored.nextPassword, { password: this.#seal(id, next) });
    return { user, password: next, ...changed, noted: null };
  }

  async #makeOrTakeOver(
    registry: ImageRegistry,
    account: RegistryAccount,
    signal: AbortSignal,
  ): Promise<void> {
    const { administrator } = this.parts.access.settings;
    if (!administrator) {
      if (await registry.identify(account, signal)) return;
      throw new DomainError(
        'FORBIDDEN',
        'users of the image repository are made by its administrator, whom HARBOR_ADMIN_USER does not name; give the name and password of a user that exists there',
      );
    }
    try {
      await registry.createUser(administrator, account, signal);
    } catch (error) {
      const isTaken = error instanceof DomainError && error.code === 'CONFLICT';
      if (isTaken && (await registry.identify(account, signal))) return;
      throw this.#asOurs(error);
    }
  }

  /** That the registry refuses the administrator of the settings is no matter of the caller's account. */
  #asOurs(error: unknown): unknown {
    if (!(error instanceof DomainError) || error.code !== 'ACCOUNT_REQUIRED') return error;
    const message = 'the image repository refuses the account of HARBOR_ADMIN_USER';
    return new DomainError('UPSTREAM_ERROR', message, error.details, { cause: error });
  }

  /** Where a password was changed, what has followed that since is kept. */
  async #store(
    ctx: RequestContext,
    { user, password }: RegistryAccount,
    action: string,
    changed?: Changed,
  ): Promise<HarborAccount> {
    const { userId, businessId } = requirePrincipal(ctx);
    const sealed = this.#seal(userId, password);
    ctx.loaders.clear();
    return ctx.em.transactional(async (em) => {
      // Another request of the caller's may have made one in the meantime.
      await lockUntilEnd(em, 'harborAccounts');
      const lockMode = LockMode.PESSIMISTIC_WRITE;
      const known = await em.findOne(HarborAccount, { userId }, { lockMode, refresh: true });
      requireNoOther(known, user);
      const before = known && audited(known, businessId);
      const account =
        known ?? em.create(HarborAccount, { userId, user, password: sealed, nextPassword: null });
      if (!changed || this.#open(account) === changed.from) account.password = sealed;
      if (!changed || account.nextPassword === changed.noted) account.nextPassword = null;
      await em.persist(account).flush();
      this.parts.trail.record(em, ctx, action, before, audited(account, businessId));
      return account;
    });
  }

  /** Before it is tried, so that no crash loses it; answers it as it is stored, sealed. CONFLICT where another one is. */
  async #noteNext(userId: number, next: string, { noted: known }: KnownAccount): Promise<string> {
    const nextPassword = this.parts.secrets.seal(next, NEXT_SECRETS.contextOf(String(userId)));
    const noted = await this.parts.database
      .fork()
      .nativeUpdate(HarborAccount, { userId, nextPassword: known }, { nextPassword });
    if (noted === 1) return nextPassword;
    throw new DomainError('CONFLICT', 'your password of the image repository is being changed; try again');
  }

  /** What was noted is noted no longer; nothing happens where another change has been since. */
  async #settle(userId: number, noted: string, kept: { password?: string } = {}): Promise<void> {
    await this.parts.database
      .fork()
      .nativeUpdate(HarborAccount, { userId, nextPassword: noted }, { ...kept, nextPassword: null });
  }
}
