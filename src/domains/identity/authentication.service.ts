import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/database.js';
import type { Principal } from '../../kernel/context.js';
import { Session } from './session.entity.js';
import { isLive } from './session.service.js';
import { SESSION_ENDED } from './session.topics.js';
import type { TokenService } from './token.service.js';

const MAX_CACHED = 10_000;

/** Who a token stands for. Answers are cached until the session ends, which every replica is told. */
export class AuthenticationService {
  readonly #principals = new LRUCache<string, Principal>({ max: MAX_CACHED });
  readonly #onEnd = new Map<string, Set<() => void>>();
  /** Counts what may have made an answer under way obsolete. */
  #generation = 0;

  constructor(
    private readonly database: Database,
    private readonly tokens: TokenService,
  ) {
    database.notifications.onGap(() => this.#forgetAll());
    database.notifications.subscribe(SESSION_ENDED, ({ sessionId }) => this.#ended(sessionId));
  }

  /** The caller whose access token this is, or null when it does not (or no longer) work. */
  async authenticate(token: string): Promise<Principal | null> {
    const cached = this.#principals.get(token);
    if (cached && this.database.notifications.isConnected) {
      if (cached.expiresAt.getTime() > Date.now()) return cached;
      this.#principals.delete(token);
    }
    const generation = this.#generation;
    const principal = await this.#read(token);
    if (principal && generation === this.#generation) this.#principals.set(token, principal);
    return principal;
  }

  /** Calls back once when the session ends; returns how to stop that. */
  onSessionEnd(sessionId: string, listener: () => void): () => void {
    const listeners = this.#onEnd.get(sessionId) ?? new Set();
    this.#onEnd.set(sessionId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#onEnd.delete(sessionId);
    };
  }

  async #read(token: string): Promise<Principal | null> {
    const claims = await this.tokens.verify(token);
    if (!claims) return null;
    const session = await this.database
      .fork()
      .findOne(Session, { id: claims.sessionId }, { populate: ['user'] });
    if (!session || session.user.id !== claims.userId || !isLive(session, new Date())) return null;
    const { user } = session;
    return {
      userId: user.id,
      userName: user.name,
      role: user.role,
      sessionId: session.id,
      expiresAt: claims.expiresAt,
    };
  }

  #ended(sessionId: string): void {
    this.#generation += 1;
    for (const [token, principal] of this.#principals.entries()) {
      if (principal.sessionId === sessionId) this.#principals.delete(token);
    }
    const listeners = this.#onEnd.get(sessionId);
    this.#onEnd.delete(sessionId);
    for (const listener of listeners ?? []) listener();
  }

  #forgetAll(): void {
    this.#generation += 1;
    this.#principals.clear();
  }
}
