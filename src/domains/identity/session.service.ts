import type { EntityManager } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import type { Config } from '../../config/settings.js';
import { databaseNow, databaseTimeIn } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { type RequestContext, requirePrincipal } from '../../kernel/context.js';
import { DomainError, asDomainError, unauthenticated } from '../../kernel/errors.js';
import { Tally } from '../../kernel/figures.js';
import { networkOf } from '../../kernel/networks.js';
import type { Allowance, AttemptLimit } from './attemptLimit.js';
import { LoginNetwork } from './loginNetwork.entity.js';
import { RefreshToken } from './refreshToken.entity.js';
import { type RefreshTokens, hashOf } from './refreshTokens.js';
import { Session, isLive } from './session.entity.js';
import { SESSION_ENDED } from './identity.topics.js';
import type { TokenService } from './token.service.js';
import { User, mayLogIn, nameKeyOf } from './user.entity.js';
import type { UserService } from './user.service.js';

/** Milliseconds in which a client that did not hear the answer to its refresh token may ask for it again. */
const REPEATABLE = 10_000;
/** Days for which a network from which a user has logged in counts as the user's. */
export const NETWORK_DAYS = 30;
const MAX_NETWORKS = 100;
const DAY = 86_400_000;

export interface AccessToken {
  accessToken: string;
  /** Seconds of life left. */
  expiresIn: number;
}

export interface Tokens extends AccessToken {
  refreshToken: string;
  /** Seconds of life left of the refresh token. */
  refreshExpiresIn: number;
  user: User;
}

/**
 * Of a user whom nobody has changed since the password was checked; the lock is there so that whatever ends the user's
 * sessions at this moment does not miss the new one. Of the networks from which a user logs in, the latest are kept. SQL,
 * since it is one statement: a transaction of several would keep everybody else from the embedded database's only connection.
 */
const OPEN_SESSION = `
  with clock as (
    select clock_timestamp() as now, clock_timestamp() + $6 * interval '1 millisecond' as expiry
  ), logged_in as (
    select id from users where id = $1 and password_hash = $2 and status = $3 for share
  ), opened as (
    insert into sessions (id, user_id, created_at, address, expires_at)
    select $4, id, now, $5, expiry from logged_in, clock returning id, user_id
  ), forgotten as (
    delete from login_networks where user_id = $1 and network in (
      select network from login_networks where user_id = $1 order by seen_at desc offset ${MAX_NETWORKS})
  ), remembered as (
    insert into login_networks (user_id, network, seen_at) select user_id, $8, now from opened, clock
    on conflict (user_id, network) do update set seen_at = excluded.seen_at
  )
  insert into refresh_tokens (hash, session_id, expires_at)
  select $7, id, expiry from opened, clock returning session_id`;

const wrongPassword = (): DomainError => unauthenticated('wrong user name or password', 'WRONG_PASSWORD');

const deadRefreshToken = (message: string): DomainError => unauthenticated(message, 'DEAD_REFRESH_TOKEN');

const unknown = (): DomainError => deadRefreshToken('this refresh token is unknown');

const expired = (): DomainError => deadRefreshToken('this refresh token has expired; log in again');

/** Log-in, log-out and the tokens between them. */
export class SessionService {
  /** By their code of failure, or OK. */
  readonly logIns = new Tally<'result'>();

  constructor(
    private readonly database: Database,
    private readonly users: UserService,
    private readonly tokens: TokenService,
    private readonly refreshTokens: RefreshTokens,
    private readonly limit: AttemptLimit,
    private readonly config: Pick<
      Config,
      'REFRESH_TOKEN_LIFETIME' | 'LOGIN_FAILURES' | 'LOGIN_NAME_FAILURES'
    >,
  ) {}

  async logIn(ctx: RequestContext, name: string, password: string): Promise<Tokens> {
    try {
      const tokens = await this.#logIn(ctx, name, password);
      this.logIns.add({ result: 'OK' });
      return tokens;
    } catch (error) {
      this.logIns.add({ result: asDomainError(error).code });
      throw error;
    }
  }

  async #logIn(ctx: RequestContext, name: string, password: string): Promise<Tokens> {
    const network = networkOf(ctx.address);
    const failures = await this.#allowances(ctx, name, network);
    await this.limit.check(failures);
    const user = await this.users.findByPassword(ctx, name, password);
    if (!user) {
      await this.limit.count(failures);
      throw wrongPassword();
    }
    // Of guesses at the same time, the right one tells nothing once the others have used up what is allowed.
    const [nameFailures] = await this.limit.check(failures);
    // Not the address's: an attacker with one account could clear it again and again.
    if (nameFailures) await this.limit.clear(failures[0].key);
    if (!mayLogIn(user)) {
      throw new DomainError('FORBIDDEN', 'this user may not log in');
    }
    return this.#open(ctx, user);
  }

  /**
   * New tokens for a refresh token, which works once; at once after that the same client gets the same ones again. One that
   * was used before ends its session: it may be stolen.
   */
  async refresh(ctx: RequestContext, refreshToken: string): Promise<Tokens> {
    const found = await this.#liveRefreshToken(ctx, refreshToken);
    const tokens = found.usedAt === null ? await this.#exchange(ctx, found, refreshToken) : null;
    // Another request, maybe on another replica, was quicker.
    return tokens ?? this.#answerAgain(ctx, refreshToken);
  }

  /** Null when it has been used meanwhile. */
  async #exchange(
    ctx: RequestContext,
    { session, hash }: RefreshToken,
    token: string,
  ): Promise<Tokens | null> {
    const answeredAt = new Date();
    const use = { usedAt: databaseNow(), usedFrom: networkOf(ctx.address), answeredAt };
    // In one transaction, so that a failure does not use it up.
    return ctx.em.transactional(async (em) => {
      const claimed = await em.nativeUpdate(RefreshToken, { hash, usedAt: null }, use);
      return claimed === 0 ? null : this.#issue(em, session, this.refreshTokens.next(token), answeredAt);
    });
  }

  async #answerAgain(ctx: RequestContext, token: string): Promise<Tokens> {
    const { session, answeredAt } = await this.#liveRefreshToken(ctx, token);
    const followers = await ctx.em.find(RefreshToken, {
      hash: this.refreshTokens.nextHashes(token),
      session,
    });
    const next = this.refreshTokens.nextOf(token, new Set(followers.map(({ hash }) => hash)));
    if (next === undefined || answeredAt === null) throw await this.#reused(ctx, session);
    const again = this.#tokens(session.user, session.id, next, answeredAt);
    return again.expiresIn > 0 ? again : this.#tokens(session.user, session.id, next);
  }

  /** A new access token for a refresh token, which goes on working (003, refresh). */
  async renewByRefreshToken(ctx: RequestContext, refreshToken: string): Promise<AccessToken> {
    const { session } = await this.#liveRefreshToken(ctx, refreshToken);
    return this.#sign(session.user.id, session.id);
  }

  /** Ends the sessions of the caller's access token, of a refresh token, or of both; UNAUTHENTICATED for neither. */
  async logOutBy(ctx: RequestContext, refreshToken: string | undefined): Promise<void> {
    if (refreshToken === undefined) return this.logOut(ctx);
    const found = await ctx.em.findOne(RefreshToken, { hash: hashOf(refreshToken) });
    if (!found && !ctx.principal) throw unknown();
    if (found) await this.#end(ctx.em, found.session.id);
    if (ctx.principal) await this.logOut(ctx);
  }

  /** A new access token for the caller's session. */
  async renew(ctx: RequestContext): Promise<AccessToken> {
    const { userId, sessionId } = requirePrincipal(ctx);
    if (!(await this.#prolong(ctx.em, sessionId))) throw unauthenticated();
    return this.#sign(userId, sessionId);
  }

  /** Ends the caller's session: every token of it stops working at once, on every replica. */
  async logOut(ctx: RequestContext): Promise<void> {
    await this.#end(ctx.em, requirePrincipal(ctx).sessionId);
  }

  async #open({ address }: RequestContext, user: User): Promise<Tokens> {
    const token = this.refreshTokens.first();
    const sessionId = randomUUID();
    const { rows } = await this.database.query(OPEN_SESSION, [
      user.id,
      user.passwordHash,
      user.status,
      sessionId,
      address,
      this.config.REFRESH_TOKEN_LIFETIME,
      hashOf(token),
      networkOf(address),
    ]);
    if (rows.length === 0) throw wrongPassword();
    return this.#tokens(user, sessionId, token);
  }

  /** Another refresh token for a session, which lives as long as this. */
  async #issue(em: EntityManager, session: Session, token: string, from: Date): Promise<Tokens> {
    if (!(await this.#prolong(em, session.id))) throw expired();
    await em.insert(RefreshToken, {
      hash: hashOf(token),
      session: session.id,
      expiresAt: this.#expiry(),
      usedAt: null,
      usedFrom: null,
      answeredAt: null,
    });
    return this.#tokens(session.user, session.id, token, from);
  }

  #tokens(user: User, sessionId: string, refreshToken: string, from?: Date): Tokens {
    const access = this.#sign(user.id, sessionId, from);
    const refreshExpiresIn = Math.floor(this.config.REFRESH_TOKEN_LIFETIME / 1000);
    return { ...access, refreshToken, refreshExpiresIn, user };
  }

  #sign(userId: number, sessionId: string, from?: Date): AccessToken {
    const { token, expiresIn } = this.tokens.sign(userId, sessionId, from);
    return { accessToken: token, expiresIn };
  }

  /** The refresh token's row with its session and user; UNAUTHENTICATED when it does not work. */
  async #liveRefreshToken(ctx: RequestContext, refreshToken: string): Promise<RefreshToken> {
    const found = await ctx.em.findOne(
      RefreshToken,
      { hash: hashOf(refreshToken) },
      { populate: ['session.user'], refresh: true },
    );
    if (!found) throw unknown();
    if (found.usedAt !== null && !(await this.#isRepeated(ctx, found))) {
      throw await this.#reused(ctx, found.session);
    }
    const now = new Date();
    if (found.expiresAt > now && isLive(found.session, now)) return found;
    throw expired();
  }

  /** Whether the client that used it is asking again at once. */
  async #isRepeated({ em, address }: RequestContext, { hash }: RefreshToken): Promise<boolean> {
    const usedAt = { $gt: databaseTimeIn(-REPEATABLE) };
    return (await em.count(RefreshToken, { hash, usedFrom: networkOf(address), usedAt })) > 0;
  }

  /** Whether the session goes on. */
  async #prolong(em: EntityManager, id: string): Promise<boolean> {
    return (await em.nativeUpdate(Session, { id, endedAt: null }, { expiresAt: this.#expiry() })) > 0;
  }

  async #reused(ctx: RequestContext, { id }: Session): Promise<DomainError> {
    await this.#end(ctx.em, id);
    return deadRefreshToken('this refresh token was used before; its session has been ended, log in again');
  }

  async #end(em: EntityManager, sessionId: string): Promise<void> {
    await em.transactional(async (tx) => {
      await tx.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: databaseNow() });
      await this.database.notifications.publish(tx, SESSION_ENDED, { sessionId });
    });
  }

  #expiry() {
    return databaseTimeIn(this.config.REFRESH_TOKEN_LIFETIME);
  }

  /** What a failed log-in counts against; strangers' failures do not count against a user where it is at home. */
  async #allowances({ em }: RequestContext, name: string, network: string): Promise<[Allowance, Allowance]> {
    const { LOGIN_FAILURES, LOGIN_NAME_FAILURES } = this.config;
    const nameKey = nameKeyOf(name);
    const atHome = { network, user: { nameKey }, seenAt: { $gt: databaseTimeIn(-NETWORK_DAYS * DAY) } };
    const isAtHome = (await em.count(LoginNetwork, atHome)) > 0;
    return [
      { key: `name:${hashOf(nameKey)}`, allowed: isAtHome ? Infinity : LOGIN_NAME_FAILURES },
      { key: `address:${network}`, allowed: LOGIN_FAILURES },
    ];
  }
}
