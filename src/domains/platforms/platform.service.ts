import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Filter } from '../../database/condition.js';
import type { Database } from '../../database/database.js';
import { page } from '../../database/page.js';
import { allRows, rowPerKey } from '../../database/rowsBy.js';
import { DomainError, badInput, notFound } from '../../kernel/errors.js';
import type { RequestContext } from '../../kernel/context.js';
import { withoutBrackets } from '../../kernel/networks.js';
import { type AuditService, type Audited, mayChange } from '../identity/index.js';
import { type Page, SortDirection } from '../../kernel/pages.js';
import type { SecretBox } from '../../kernel/secrets.js';
import type { Selection } from '../../kernel/selection.js';
import { definedOnly, isUuid, parse } from '../../kernel/validation.js';
import type { AccountService, KnownPlatform } from './calls/account.service.js';
import type { DocumentService, GivenDocument, ReadDocument } from './documents/document.service.js';
import { checkSchemeCredentials } from './documents/schemeCredentials.js';
import { Platform, PlatformKind, type PlatformProtocol } from './platform.entity.js';
import { NewPlatform, type PlatformArgs, PlatformChanges } from './platform.inputs.js';
import { checkCredentials, checkPlace } from './platform.rules.js';
import { PLATFORM_SECRETS } from './platform.secrets.js';
import { PLATFORM_CHANGED, PlatformChange } from './platform.topics.js';

/** Filters of the REST list (000, chapter 3.1): name and host match anywhere, without case. */
export interface PlatformSearch {
  id?: string | undefined;
  name?: string | undefined;
  protocol?: PlatformProtocol | undefined;
  host?: string | undefined;
}

const BY_AGE = { property: 'createdAt', direction: SortDirection.ASC };
const BY_ID = { property: 'id', direction: SortDirection.ASC };

/** What fields that lead to what a platform can do follow from. */
const DOORS = { modelArts: ['kind'], openapi: ['id'], operations: ['id'], operation: ['id'], call: ['id'] };
/** The same of all that are no columns. */
const NEEDS = { business: ['businessId'], ...DOORS };
/** What never changes. */
const CONSTANT = new Set(['id', 'kind', '__typename']);

/** Whether nothing else is asked than what a platform can do. */
function isDoor({ fields }: Selection): boolean {
  const names = [...(fields?.keys() ?? [])];
  const others = names.filter((name) => !Object.hasOwn(DOORS, name));
  return others.length < names.length && others.every((name) => CONSTANT.has(name));
}

/** `openapi` is the digest of its document. */
const audited = (platform: Platform, openapi: string | null): Audited => {
  const { id, businessId, name, kind, protocol, host, port, description } = platform;
  const { tlsCa, tlsVerify, region, projectId, hasCredentials, credentials: secret } = platform;
  const place = { protocol, host, port, tlsCa, tlsVerify, region, projectId };
  const values = { name, kind, description, ...place, hasCredentials, openapi };
  return { type: 'Platform', id, businessId, values, secret };
};

function requireUuid(id: string): string {
  if (!isUuid(id)) throw notFound('platform', id);
  return id.toLowerCase();
}

/** What says whom the credentials are sent to, and by what it is recognised. */
type Destination = Pick<Platform, 'protocol' | 'host' | 'port' | 'tlsCa' | 'tlsVerify'>;

const isElsewhere = (before: Destination, after: Destination): boolean =>
  (['protocol', 'host', 'port', 'tlsCa'] as const).some((field) => before[field] !== after[field]) ||
  (before.tlsVerify && !after.tlsVerify);

type Described = Pick<ReadDocument, 'securitySchemes'>;

/** Whether the credentials are sent in another way, such as in what the platform shows to others. */
const isOtherwise = (before: Described | null, after: Described | null): boolean =>
  !isDeepStrictEqual(before?.securitySchemes ?? {}, after?.securitySchemes ?? {});

/** BAD_INPUT for a document of a platform whose operations are known. */
function checkKind({ kind }: Platform, { path }: ReadDocument): void {
  if (kind !== PlatformKind.GENERIC)
    throw badInput([{ path, message: 'is for platforms of kind GENERIC alone' }]);
}

/** Else whoever may change a platform could have the credentials sent to a host of their own. */
function credentialsStayBehind(): DomainError {
  return badInput([
    {
      path: 'input.credentials',
      message:
        'must be given again (or null) when protocol, host, port or tlsCa of a platform with credentials change, or the security schemes of its OpenAPI document, or tlsVerify is switched off',
    },
  ]);
}

/** The registry of platforms. Every change is told to all replicas. */
export class PlatformService {
  constructor(
    private readonly database: Database,
    private readonly trail: AuditService,
    private readonly secrets: SecretBox,
    private readonly documents: DocumentService,
    private readonly accounts: Pick<AccountService, 'known'>,
    /** Whether connections to a literal address are allowed at all. */
    private readonly isAllowedAddress: (address: string) => boolean,
  ) {}

  /** The platform; NOT_FOUND when there is none. */
  async get(ctx: RequestContext, id: string): Promise<Platform> {
    const found = await this.find(ctx, id);
    if (!found) throw notFound('platform', id);
    return found;
  }

  /** What is selected of it at least. */
  async select(
    ctx: RequestContext,
    id: string,
    selection: Selection,
  ): Promise<Platform | KnownPlatform | null> {
    // Whatever is asked of it then takes the account as well, and says so where that is not the caller's to use.
    const known = isDoor(selection) ? await this.accounts.known(ctx, id) : null;
    return known ?? this.find(ctx, id);
  }

  async find(ctx: RequestContext, id: string): Promise<Platform | null> {
    if (!isUuid(id)) return null;
    const loader = ctx.loaders.of<string, Platform | null>(Platform, async (ids) =>
      rowPerKey(ctx.reader, Platform, 'id', ids),
    );
    return loader.load(id.toLowerCase());
  }

  async list(ctx: RequestContext, args: PlatformArgs, selection: Selection): Promise<Page<Platform>> {
    return page(ctx.reader, Platform, { args, order: BY_AGE, needs: NEEDS, selection });
  }

  /** Those of a kind that have credentials, among the usable ones the oldest. */
  async withCredentials(
    ctx: RequestContext,
    { kind, usable, most }: { kind: PlatformKind; usable: Filter; most: number },
  ): Promise<Platform[]> {
    const scope = { and: [{ kind: { eq: kind }, hasCredentials: { eq: true } }, usable] };
    return allRows(ctx.reader, Platform, { scope, order: [BY_AGE, BY_ID], limit: most });
  }

  /** Every platform that matches, oldest first. */
  async search(ctx: RequestContext, { id, name, protocol, host }: PlatformSearch): Promise<Platform[]> {
    const scope = {
      id: { eq: id },
      name: { contains: name },
      protocol: { eq: protocol },
      host: { contains: host },
    };
    return allRows(ctx.reader, Platform, { scope, order: [BY_AGE, BY_ID] });
  }

  /**
   * BAD_INPUT names each wrong field, and each wrong place of the document; ADDRESS_DENIED for a literal address that may
   * not be connected to.
   */
  async create(
    ctx: RequestContext,
    input: NewPlatform,
    given: GivenDocument | null = null,
  ): Promise<Platform> {
    const { credentials, ...draft } = parse(NewPlatform, input, ['input']);
    this.#checkAddress(draft.host, 'input.host');
    const document = given && (await this.documents.read(ctx, given));
    const id = randomUUID();
    return ctx.em.transactional(async (em) => {
      const platform = em.create(Platform, {
        id,
        port: null,
        tlsCa: null,
        region: null,
        projectId: null,
        ...definedOnly(draft),
        businessId: ctx.principal?.businessId ?? null,
      });
      checkPlace(platform);
      if (document) checkKind(platform, document);
      this.#setCredentials(platform, credentials ?? null, document);
      await em.persist(platform).flush();
      if (document) await this.documents.store(em, platform, document);
      const after = audited(platform, document?.digest ?? null);
      await this.#announce(em, ctx, PlatformChange.REGISTERED, platform, [null, after]);
      return platform;
    });
  }

  /**
   * FORBIDDEN for another business's; BAD_INPUT where stored credentials would go elsewhere. A document that is null is
   * removed.
   */
  async update(
    ctx: RequestContext,
    id: string,
    input: PlatformChanges,
    given?: GivenDocument | null,
  ): Promise<Platform> {
    const { credentials, ...changes } = parse(PlatformChanges, input, ['input']);
    if (changes.host !== undefined) this.#checkAddress(changes.host, 'input.host');
    const key = requireUuid(id);
    const document = given && (await this.documents.read(ctx, given));
    return ctx.em.transactional(async (em) => {
      const platform = await this.#changeable(em, ctx, key);
      const stored = await this.documents.stored(em, platform);
      const next = document === undefined ? stored : document;
      const before = audited(platform, stored?.digest ?? null);
      const { protocol, host, port, tlsCa, tlsVerify } = platform;
      em.assign(platform, definedOnly(changes));
      checkPlace(platform);
      if (document) checkKind(platform, document);
      if (credentials !== undefined) this.#setCredentials(platform, credentials, next);
      else if (
        platform.hasCredentials &&
        (isElsewhere({ protocol, host, port, tlsCa, tlsVerify }, platform) || isOtherwise(stored, next))
      )
        throw credentialsStayBehind();
      await em.flush();
      if (document !== undefined) await this.documents.store(em, platform, document);
      const after = audited(platform, next?.digest ?? null);
      await this.#announce(em, ctx, PlatformChange.UPDATED, platform, [before, after]);
      return platform;
    });
  }

  /** Returns the platform as it was; FORBIDDEN for another business's. */
  async remove(ctx: RequestContext, id: string): Promise<Platform> {
    const key = requireUuid(id);
    return ctx.em.transactional(async (em) => {
      const platform = await this.#changeable(em, ctx, key);
      const stored = await this.documents.stored(em, platform);
      await em.nativeDelete(Platform, { id: platform.id });
      const before = audited(platform, stored?.digest ?? null);
      await this.#announce(em, ctx, PlatformChange.DELETED, platform, [before, null]);
      return platform;
    });
  }

  /** The platform, locked; FORBIDDEN when it belongs to another business than the caller's. */
  async #changeable(em: EntityManager, ctx: RequestContext, id: string): Promise<Platform> {
    const platform = await em.findOne(
      Platform,
      { id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (!platform) throw notFound('platform', id);
    if (!mayChange(ctx, platform.businessId))
      throw new DomainError('FORBIDDEN', 'this platform belongs to another business');
    return platform;
  }

  #checkAddress(host: string, path: string): void {
    const literal = withoutBrackets(host);
    if (isIP(literal) === 0 || this.isAllowedAddress(literal)) return;
    const field = path.split('.').at(-1);
    throw new DomainError(
      'ADDRESS_DENIED',
      `${field}: platforms may not live at ${literal}; see PLATFORM_NETWORKS`,
      { fields: [{ path, message: 'is in a network where platforms may not live' }] },
    );
  }

  #setCredentials(
    platform: Platform,
    credentials: Record<string, unknown> | null,
    document: Described | null,
  ): void {
    if (credentials && document)
      checkSchemeCredentials(document.securitySchemes, credentials, 'input.credentials');
    if (credentials) checkCredentials(platform, credentials, (host, path) => this.#checkAddress(host, path));
    const context = PLATFORM_SECRETS.contextOf(platform.id);
    platform.credentials = credentials && this.secrets.seal(JSON.stringify(credentials), context);
    platform.hasCredentials = credentials !== null;
  }

  /** Tells every replica and the trail of changes. */
  async #announce(
    em: EntityManager,
    ctx: RequestContext,
    change: PlatformChange,
    platform: Platform,
    [before, after]: [Audited | null, Audited | null],
  ): Promise<void> {
    const { id, name } = platform;
    ctx.loaders.clear();
    await this.database.notifications.publish(em, PLATFORM_CHANGED, { id, name, change });
    this.trail.record(em, ctx, `platform.${change.toLowerCase()}`, before, after);
  }
}
