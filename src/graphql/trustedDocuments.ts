import type { ApolloServerOptions } from '@apollo/server';
import { type DocumentNode, GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config/settings.js';
import type { RequestContext } from '../kernel/context.js';
import { type Manifest, documentHash } from '../kernel/documents.js';
import { DomainError, unauthenticated } from '../kernel/errors.js';

/** Bytes of other documents that stay parsed, and of one for each character of its text, about. */
const MOST_PARSED = 31_457_280;
const PARSED_CHARACTER = 40;

/** Characters of a SHA-256 in hexadecimal. */
const HASH_LENGTH = 64;

/** As the draft on persisted documents of GraphQL over HTTP writes it. */
const SCHEME = 'sha256:';

export type DocumentStore = NonNullable<ApolloServerOptions<RequestContext>['documentStore']>;

/** What a request may name its document by. */
export interface Named {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

function hashOf({ documentId, extensions }: Named): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  const hash = documentId ?? persistedQuery?.sha256Hash;
  if (typeof hash !== 'string') return undefined;
  return hash.startsWith(SCHEME) ? hash.slice(SCHEME.length) : hash;
}

/** As clients of persisted queries look for it. */
const unknownDocument = (): GraphQLError =>
  new GraphQLError('PersistedQueryNotFound', {
    extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http: { status: 200 } },
  });

const otherDocument = (): GraphQLError =>
  new GraphQLError('the hash is not that of the document', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  });

/** Parses and validates a document; undefined when it is wrong, of which its use tells. */
export type Check = (text: string) => DocumentNode | undefined;

/** The documents of frontends that are known: these may send hashes, and callers may be bound to them. */
export class TrustedDocuments {
  /** By hash, parsed once for all. */
  readonly #parsed: ReadonlyMap<string, DocumentNode>;

  constructor(
    private readonly texts: Manifest,
    private readonly config: Pick<Config, 'TRUSTED_DOCUMENTS_BIND'>,
    check: Check,
  ) {
    const parsed = [...texts].map(([hash, text]) => [hash, check(text)] as const);
    this.#parsed = new Map(parsed.filter((entry): entry is [string, DocumentNode] => entry[1] !== undefined));
  }

  /** The request with the text of the document that it names. Throws when there is none. */
  resolve<T extends Named>(request: T): T {
    const hash = hashOf(request);
    if (hash === undefined) return request;
    const { query, extensions } = request;
    const text = this.texts.get(hash);
    if (typeof query === 'string' && query !== '') {
      if (documentHash(query) !== hash) throw otherDocument();
    } else if (text === undefined) throw unknownDocument();
    const { persistedQuery: _named, ...others } = (extensions ?? {}) as Record<string, unknown>;
    const left = Object.keys(others).length > 0 ? others : null;
    return { ...request, query: text ?? query, documentId: undefined, extensions: left };
  }

  /** The document of a text, if it is one of these. */
  parsedOf(text: string): DocumentNode | undefined {
    return this.#parsed.get(documentHash(text));
  }

  /** UNAUTHENTICATED or FORBIDDEN for who may not run a document of its own; without a text, for who may run none. */
  admit(ctx: Pick<RequestContext, 'principal' | 'tokenRejected'>, text?: string): void {
    if (this.config.TRUSTED_DOCUMENTS_BIND === 'anonymous' && ctx.principal) return;
    if (text !== undefined && this.texts.has(documentHash(text))) return;
    // Whose client can do something about it.
    if (ctx.tokenRejected) throw unauthenticated();
    throw new DomainError(
      'FORBIDDEN',
      'only documents that this server knows may be run; send the hash of one',
    );
  }

  /** Where Apollo looks for what it need not parse. */
  store(): DocumentStore {
    const others = new LRUCache<string, DocumentNode>({
      maxSize: MOST_PARSED,
      sizeCalculation: ({ loc }) => 1 + PARSED_CHARACTER * (loc?.source.body.length ?? 0),
    });
    return {
      // Apollo puts something before the hash.
      get: async (key) => this.#parsed.get(key.slice(-HASH_LENGTH)) ?? others.get(key),
      set: async (key, document) => void others.set(key, document),
      delete: async (key) => others.delete(key),
    };
  }
}
