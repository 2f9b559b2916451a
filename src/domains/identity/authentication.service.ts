import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { Database } from '../../database/database.js';
import { HeardCache } from '../../database/heardCache.js';
import type { Principal, SessionEnd } from '../../kernel/context.js';
import { SESSION_ENDED, USER_CHANGED, USER_SESSIONS_ENDED } from './identity.topics.js';
import { Session, isLive } from './session.entity.js';
import type { TokenService } from './token.service.js';
import { mayLogIn, roleOf } from './user.entity.js';

const MAX_CACHED = 10_000;

/** Milliseconds for which a token that worked is believed while the database is away. */
const BELIEVED = 60_000;

/** How often, and milliseconds after which, sessions are looked for again that could not be read: some ten seconds in all. */
const RECHECKS = { maxAttempts: 9, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 2000 }) };

const hasEnded = ({ expiresAt }: Principal): boolean => expiresAt.getTime() <= Date.now();

type Holder = Pick<Principal, 'userId' | 'sessionId'>;

interface Listener {
  holder: Holder;
  ended: (why: SessionEnd) => void;
}

/** Who a token stands for. Answers are cached until the session ends or the user changes, which every replica is told. */
export class AuthenticationService {
  readonly #principals: HeardCache<Principal>;
  readonly #listeners = new Set<Listener>();
  /** Counts what may have made an answer under way obsolete. */
  #generation = 0;

  constructor(
    private readonly database: Database,
    private readonly tokens: TokenService,
  ) {
    const { notifications } = database;
    this.#principals = new HeardCache(notifications, { max: MAX_CACHED, belief: BELIEVED });
    notifications.onGap(() => {
      this.#generation += 1;
      void this.#recheck([...this.#listeners]);
    });
    notifications.subscribe(SESSION_ENDED, ({ sessionId }) =>
      this.#end((holder) => holder.sessionId === sessionId),
    );
    notifications.subscribe(USER_SESSIONS_ENDED, ({ userId }) =>
      this.#end((holder) => holder.userId === userId),
    );
    notifications.subscribe(USER_CHANGED, ({ userId }) => this.#forget((holder) => holder.userId === userId));
  }

  /** The caller whose access token this is, or null when it does not (or no longer) work. */
  async authenticate(token: string): Promise<Principal | null> {
    const cached = this.#principals.get(token);
    if (cached && !hasEnded(cached)) return cached;
    const principal = await this.#principals.read(token, () => this.#readAndKeep(token));
    // What was true a moment ago knows of no end since.
    return principal && !hasEnded(principal) ? principal : null;
  }

  /** Calls back once when the session ends, or when that cannot be told for too long; returns how to stop that. */
  onSessionEnd(holder: Holder, ended: (why: SessionEnd) => void): () => void {
    const listener = { holder, ended };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #readAndKeep(token: string): Promise<Principal | null> {
    const generation = this.#generation;
    const principal = await this.#read(token);
    if (principal && generation === this.#generation) this.#principals.set(token, principal);
    return principal;
  }

  async #read(token: string): Promise<Principal | null> {
    const claims = await this.tokens.verify(token);
    if (!claims) return null;
    const session = await this.#findSession(claims);
    if (!session || session.user.id !== claims.userId || !isLive(session, new Date())) return null;
    const { user } = session;
    if (!mayLogIn(user)) return null;
    return {
      userId: user.id,
      userName: user.name,
      role: roleOf(user),
      businessId: user.businessId,
      sessionId: session.id,
      expiresAt: claims.expiresAt,
    };
  }

  /** The session with its user; null also when it ends while it is read. */
  async #findSession(holder: Holder): Promise<Session | null> {
    let hasEnded = false;
    const stopListening = this.onSessionEnd(holder, () => (hasEnded = true));
    try {
      const em = this.database.fork();
      const session = await em.findOne(Session, { id: holder.sessionId }, { populate: ['user'] });
      return hasEnded ? null : session;
    } finally {
      stopListening();
    }
  }

  /** Messages may have been missed: asks the database, until it tells, which of the sessions that these listen for are live. */
  async #recheck(listeners: readonly Listener[]): Promise<void> {
    const ids = [...new Set(listeners.map(({ holder }) => holder.sessionId))];
    if (ids.length === 0) return;
    const read = async () => this.database.fork().find(Session, { id: { $in: ids } });
    try {
      const sessions = await retry(handleAll, RECHECKS).dangerouslyUnref().execute(read);
      const now = new Date();
      const live = new Set(sessions.filter((session) => isLive(session, now)).map(({ id }) => id));
      this.#end(({ sessionId }) => ids.includes(sessionId) && !live.has(sessionId));
    } catch {
      for (const listener of listeners) this.#tellOne(listener, 'doubted');
    }
  }

  #forget(concerns: (holder: Holder) => boolean): void {
    this.#generation += 1;
    this.#principals.deleteWhere(concerns);
  }

  #end(concerns: (holder: Holder) => boolean): void {
    this.#forget(concerns);
    this.#tell(concerns);
  }

  #tell(concerns: (holder: Holder) => boolean): void {
    for (const listener of this.#listeners) if (concerns(listener.holder)) this.#tellOne(listener, 'ended');
  }

  #tellOne(listener: Listener, why: SessionEnd): void {
    if (this.#listeners.delete(listener)) listener.ended(why);
  }
}
