import type { EntityManager } from '@mikro-orm/postgresql';
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Config } from '../../../config/settings.js';
import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import { type RequestContext, requirePrincipal } from '../../../kernel/context.js';
import { DomainError, badInput } from '../../../kernel/errors.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { tenantKeyOf } from '../../../kernel/tenantKey.js';
import { Threads, type ThreadLimits } from '../../../kernel/threads.js';
import { flawOf } from '../../../kernel/validation.js';
import { OperationSchemas } from '../../../openapi/argumentSchema.js';
import type { ApiDocument } from '../../../openapi/operation.js';
import type { Platform } from '../platform.entity.js';
import { PlatformCache } from '../platformCache.js';
import { PlatformDocument } from './platformDocument.entity.js';
import type * as reading from './reading.js';

/** What reading a document may take. */
export const DOCUMENT_LIMITS: ThreadLimits = {
  what: 'the document',
  memory: 512,
  time: 10_000,
  atOnce: 1,
  waiting: 8,
  ofOne: 3,
};

/** The same on a busy machine, for whatever many platforms are called at once. */
const STORED_LIMITS: ThreadLimits = { ...DOCUMENT_LIMITS, time: 30_000, waiting: 100, ofOne: 100 };
const READING = new URL('./reading', import.meta.url);

/** Characters of the texts of documents that are held in memory, read; and of those that one call reads. */
const MOST_HELD = 33_554_432;
const MOST_ANSWERED = 33_554_432;
const MAX_KNOWN = 10_000;
/** Whose tasks those are that no caller brought. */
const OURS = 'platforms';

const DIGEST = selectionOfFields(['digest']);
const TEXT = selectionOfFields(['digest', 'text']);

/** Of the document of a platform; null where it has none, which is as well to be known. */
interface Digest {
  digest: string | null;
}

/** A document as it came. */
export interface GivenDocument {
  content: string | Uint8Array;
  /** Where it stands in the input. */
  path: string;
}

/** One that nothing is wrong with. */
export type ReadDocument = Pick<PlatformDocument, 'text' | 'digest' | 'securitySchemes'> &
  Pick<GivenDocument, 'path'>;

/** A document whose operations can be called. */
export interface KnownDocument {
  document: ApiDocument;
  schemas: OperationSchemas;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function textOf({ content, path }: GivenDocument): string {
  if (typeof content === 'string') return content;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw badInput([{ path, message: 'is no text in UTF-8' }]);
  }
}

/** Below a place of the input: `input.openapi/paths/~1things/get`. */
function belowPath(error: unknown, path: string): unknown {
  if (!(error instanceof DomainError) || error.code !== 'BAD_INPUT') return error;
  const fields = error.details.fields ?? [{ path: '', message: error.message }];
  return badInput(fields.map((field) => ({ ...field, path: `${path}${field.path}` })));
}

/** The OpenAPI documents of platforms. What is read of them is kept in memory for as long as they stay the same. */
export class DocumentService {
  readonly #digests: PlatformCache<Digest>;
  readonly #known = new LRUCache<string, KnownDocument>({ maxSize: MOST_HELD });
  readonly #reading = new Map<string, Promise<KnownDocument>>();
  readonly #given: Threads<typeof reading>;
  /** Apart, so that what somebody gives holds up no calls. */
  readonly #stored = new Threads<typeof reading>(READING, STORED_LIMITS);

  constructor(
    private readonly database: Database,
    config: Pick<Config, 'TRANSMIT_OUTAGE'>,
    limits = DOCUMENT_LIMITS,
  ) {
    this.#given = new Threads<typeof reading>(READING, limits);
    this.#digests = new PlatformCache<Digest>(database, config, MAX_KNOWN, async (id) => {
      const [found] = await rowsBy(database.reader, PlatformDocument, 'platformId', [id], {
        selection: DIGEST,
      });
      return found ?? { digest: null };
    });
  }

  /** BAD_INPUT names each place that is wrong. */
  async read(ctx: RequestContext, given: GivenDocument): Promise<ReadDocument> {
    const text = textOf(given);
    const { path } = given;
    const flaw = flawOf(text);
    if (flaw !== undefined) throw badInput([{ path, message: flaw }]);
    try {
      const digest = digestOf(text);
      const owner = tenantKeyOf(requirePrincipal(ctx));
      const { document } = await this.#readOnce(digest, text, async () =>
        this.#given.run(owner, 'read', { text }),
      );
      return { text, digest, securitySchemes: document.securitySchemes, path };
    } catch (error) {
      throw belowPath(error, path);
    }
  }

  /** The document of a platform; null where it has none. */
  async of(id: string): Promise<KnownDocument | null> {
    const current = await this.#digests.find(id);
    if (current?.digest == null) return null;
    const known = this.#known.get(current.digest);
    if (known) return known;
    const [found] = await rowsBy(this.database.reader, PlatformDocument, 'platformId', [id], {
      selection: TEXT,
    });
    if (!found) return null;
    const { digest, text } = found;
    return this.#readOnce(digest, text, async () => this.#stored.run(OURS, 'read', { text }));
  }

  /** The text of a platform's document; null where it has none. BAD_INPUT for more at once than an answer may hold. */
  async textOf(ctx: RequestContext, id: string): Promise<string | null> {
    const loader = ctx.loaders.of<string, string | null>(PlatformDocument, async (ids) => {
      const texts = new Map<string, string>();
      let length = 0;
      // One by one, since together they may be more than there is room for.
      for (const each of ids) {
        const [found] = await rowsBy(ctx.reader, PlatformDocument, 'platformId', [each], { selection: TEXT });
        length += found?.text.length ?? 0;
        if (length > MOST_ANSWERED)
          throw badInput([
            { path: 'openapi', message: `the documents have more than ${MOST_ANSWERED} characters in all` },
          ]);
        if (found) texts.set(each, found.text);
      }
      return ids.map((each) => texts.get(each) ?? null);
    });
    return loader.load(id);
  }

  /** What is stored of a platform's document, but for its text. */
  async stored(
    em: EntityManager,
    platform: Platform,
  ): Promise<Pick<PlatformDocument, 'digest' | 'securitySchemes'> | null> {
    return em.findOne(PlatformDocument, { platform }, { fields: ['digest', 'securitySchemes'] });
  }

  /** Null removes it. */
  async store(em: EntityManager, platform: Platform, document: ReadDocument | null): Promise<void> {
    if (!document) return void (await em.nativeDelete(PlatformDocument, { platform }));
    const { text, digest, securitySchemes } = document;
    await em.upsert(PlatformDocument, { platform, text, digest, securitySchemes });
  }

  async #readOnce(digest: string, text: string, read: () => Promise<ApiDocument>): Promise<KnownDocument> {
    const known = this.#known.get(digest) ?? this.#reading.get(digest);
    if (known) return known;
    const reading = read()
      .then((document) => {
        const found = { document, schemas: new OperationSchemas(document) };
        this.#known.set(digest, found, { size: text.length + 1 });
        return found;
      })
      .finally(() => this.#reading.delete(digest));
    this.#reading.set(digest, reading);
    return reading;
  }
}
