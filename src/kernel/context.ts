import type { EntityManager } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { unauthenticated } from './errors.js';

/**
 * What a user may do, derived from status and membership (ote 002, User Management 10):
 * 0 waits for approval, 1 approved without business, 2 general user, 3 business administrator, 4 system administrator.
 */
export type Role = 0 | 1 | 2 | 3 | 4;

/** What a door knows of who sent a request that it lets in. */
export interface Admission {
  /** Null without a token. */
  readonly principal: Principal | null;
  /** Whether the caller's network is trusted and the door heeds that, so that it needs no token. */
  readonly isTrusted: boolean;
}

/** Who is calling. */
export interface Principal {
  readonly userId: number;
  readonly userName: string;
  readonly role: Role;
  /** The business that the caller belongs to; null for none. */
  readonly businessId: number | null;
  readonly sessionId: string;
  /** When the access token ends. */
  readonly expiresAt: Date;
}

/** Why what lasts as long as a session shall end: the session has ended, or nothing can tell whether it has. */
export type SessionEnd = 'ended' | 'doubted';

export interface RequestContext extends Admission {
  readonly requestId: string;
  /** The caller's network address. */
  readonly address: string;
  readonly em: EntityManager;
  /** Reads plain rows, in the transaction that is open, if one is. */
  readonly reader: Reader;
  readonly loaders: Loaders;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  /** Whether the caller sent a token that does not work. */
  readonly tokenRejected: boolean;
  /** Whether the caller sent a token at all. */
  readonly sentToken: boolean;
  /** For what changes nothing: reads from now on what may be late, but never misses what the caller has written. */
  readLate(): Promise<void>;
  /** For what may have changed something, before the caller is answered. */
  noteWrite(): Promise<void>;
  /** The same with nothing read yet, for another operation or event; of the caller as it is now, where that is given. */
  fork(principal?: Principal | null): RequestContext;
}

export interface Reader extends Pick<EntityManager, 'getKysely' | 'getMetadata'> {
  /** Where this one may be late: what is not. */
  readonly current?: Reader;
}

/** Readers of copies, which may be behind the database. */
export interface LateReaders {
  /** One that has all that the user has written, at whichever replica; undefined when there is none now. */
  readerFor(userId: number): Promise<Reader | undefined>;
  /** The user may have written; resolves when every replica knows. */
  noteWrite(userId: number): Promise<void>;
}

export interface ContextParts {
  requestId: string;
  principal: Principal | null;
  isTrusted?: boolean;
  address: string;
  tokenRejected?: boolean;
  reader: Reader;
  lateReaders?: LateReaders | undefined;
  /** Makes an entity manager of its own. */
  forkManager: () => EntityManager;
  /** The signal that tells that the caller went away. */
  signalOf: () => AbortSignal;
}

/** What few operations need is made when it is asked for. */
class OperationContext implements RequestContext {
  readonly requestId: string;
  readonly principal: Principal | null;
  readonly isTrusted: boolean;
  readonly address: string;
  readonly tokenRejected: boolean;
  reader: Reader;
  readonly loaders = new Loaders();
  // Apollo works on a copy of the properties, which would lack private names.
  private manager: EntityManager | undefined;
  private abortion: AbortSignal | undefined;

  constructor(private readonly parts: ContextParts) {
    this.requestId = parts.requestId;
    this.principal = parts.principal;
    this.isTrusted = parts.isTrusted ?? false;
    this.address = parts.address;
    this.tokenRejected = parts.tokenRejected ?? false;
    this.reader = parts.reader;
  }

  get em(): EntityManager {
    return (this.manager ??= this.parts.forkManager());
  }

  get signal(): AbortSignal {
    return (this.abortion ??= this.parts.signalOf());
  }

  get sentToken(): boolean {
    return this.principal !== null || this.tokenRejected;
  }

  async readLate(): Promise<void> {
    const { lateReaders, reader } = this.parts;
    if (lateReaders && this.principal)
      this.reader = (await lateReaders.readerFor(this.principal.userId)) ?? reader;
  }

  async noteWrite(): Promise<void> {
    if (this.principal) await this.parts.lateReaders?.noteWrite(this.principal.userId);
  }

  fork(principal = this.principal): RequestContext {
    return new OperationContext({ ...this.parts, principal });
  }
}

/** The one way in which every door makes the context of an operation. */
export const createContext = (parts: ContextParts): RequestContext => new OperationContext(parts);

/** The DataLoaders of one request, made when first asked for. */
export class Loaders {
  readonly #loaders = new Map<object | string, DataLoader<unknown, unknown>>();

  /** The request's loader for `key`, usually the entity class, or a text with the arguments; `batch` answers in the order of the ids. */
  of<K, V>(key: object | string, batch: DataLoader.BatchLoadFn<K, V>): DataLoader<K, V> {
    const known = this.#loaders.get(key);
    if (known) return known as unknown as DataLoader<K, V>;
    const loader = new DataLoader<K, V>(batch);
    this.#loaders.set(key, loader);
    return loader;
  }

  /** Forgets what was read, after a change. */
  clear(): void {
    this.#loaders.clear();
  }
}

/** The caller, who must be known. */
export function requirePrincipal(ctx: Pick<RequestContext, 'principal'>): Principal {
  if (!ctx.principal) throw unauthenticated();
  return ctx.principal;
}
