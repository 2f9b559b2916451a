import type { Config } from '../../../config/settings.js';
import type { Database } from '../../../database/database.js';
import { rowsBy } from '../../../database/rowsBy.js';
import type { RequestContext } from '../../../kernel/context.js';
import type { SecretBox } from '../../../kernel/secrets.js';
import { selectionOfFields } from '../../../kernel/selection.js';
import { modelArtsCredentials } from '../platform.credentials.js';
import { Platform, PlatformKind } from '../platform.entity.js';
import { PLATFORM_SECRETS } from '../platform.secrets.js';
import { PlatformCache } from '../platformCache.js';
import { type PlatformRoute, ROUTED_FIELDS, routeOf } from '../route.service.js';
import type { SigningAccount } from '../signer.port.js';

const MAX_CACHED = 1_000;
const READ = selectionOfFields([...ROUTED_FIELDS, 'region', 'projectId', 'businessId', 'credentials']);

/** A platform and how it lets callers in; the same object for as long as nothing changed. */
export interface PlatformAccount {
  readonly route: PlatformRoute;
  readonly kind: PlatformKind;
  readonly region: string | null;
  readonly projectId: string | null;
  readonly businessId: number | null;
  /** As they were stored; secret. */
  readonly credentials: object | null;
  /** What requests are signed with; null where the platform is of another kind, or its credentials are. */
  readonly signing: SigningAccount | null;
}

/** An account, or what of it is known where its secrets cannot be read. */
interface StoredAccount extends PlatformAccount {
  /** Why they cannot. */
  readonly failure?: unknown;
}

/** What of an account may be known where it is used. */
export type KnownPlatform = Pick<Platform, 'id' | 'name' | 'kind' | 'projectId' | 'businessId'>;

/** Credentials that were stored before their kind was checked may be none of it. */
function signingOf({
  kind,
  credentials,
  ...account
}: Omit<PlatformAccount, 'signing'>): SigningAccount | null {
  if (kind !== PlatformKind.MODELARTS || !credentials) return null;
  const { success, data } = modelArtsCredentials(credentials).safeParse(credentials);
  return success ? { ...account, credentials: data } : null;
}

/** Accounts by platform id. */
export class AccountService {
  readonly #accounts: PlatformCache<StoredAccount>;

  constructor(
    private readonly database: Database,
    config: Pick<Config, 'TRANSMIT_OUTAGE'>,
    private readonly secrets: SecretBox,
  ) {
    this.#accounts = new PlatformCache(database, config, MAX_CACHED, (id) => this.#load(id));
  }

  /** Null when there is no such platform, or its business is not the caller's; fails where its secrets cannot be read. */
  async find(
    id: string,
    isUsable: (businessId: number | null) => boolean = () => true,
  ): Promise<PlatformAccount | null> {
    const account = await this.#accounts.find(id);
    if (!account || !isUsable(account.businessId)) return null;
    if (account.failure !== undefined) throw account.failure;
    return account;
  }

  /** Without its secrets, which need not be readable; the same object for the whole request. Null when there is no such platform. */
  async known(ctx: RequestContext, id: string): Promise<KnownPlatform | null> {
    const loader = ctx.loaders.of<string, KnownPlatform | null>(AccountService, async (ids) =>
      Promise.all(ids.map(async (each) => this.#known(each))),
    );
    return loader.load(id.toLowerCase());
  }

  async #known(id: string): Promise<KnownPlatform | null> {
    const account = await this.#accounts.find(id);
    if (!account) return null;
    const { route, kind, projectId, businessId } = account;
    return { id: route.id, name: route.name, kind, projectId, businessId };
  }

  async #load(id: string): Promise<StoredAccount | null> {
    const [platform] = await rowsBy(this.database.reader, Platform, 'id', [id], { selection: READ });
    if (!platform) return null;
    const { kind, region, projectId, businessId } = platform;
    const known = { route: routeOf(platform), kind, region, projectId, businessId };
    try {
      const account = { ...known, credentials: this.#open(id, platform.credentials) };
      return { ...account, signing: signingOf(account) };
    } catch (failure) {
      return { ...known, credentials: null, signing: null, failure };
    }
  }

  #open(id: string, sealed: string | null): object | null {
    if (sealed === null) return null;
    return JSON.parse(this.secrets.open(sealed, PLATFORM_SECRETS.contextOf(id))) as object;
  }
}
