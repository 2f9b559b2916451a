import type { RequestContext } from '../../../kernel/context.js';
import { authorise } from '../../identity/index.js';
import { type Platform, PlatformKind } from '../../platforms/index.js';
import type { AskedPlatform } from '../operation.service.js';
import type { Scope } from './operationFields.js';
import type { SdlField } from './sdl.js';

/** What finds the platform that somebody may use. */
export type FindUsable = (ctx: RequestContext, id: string) => Promise<AskedPlatform>;

/** Of `Platform`: its operations that read. */
export const readsField = (findUsable: FindUsable): SdlField => ({
  name: 'modelArts',
  type: 'ModelArts',
  description:
    'The operations of ModelArts that read; null for a platform of another kind. NOT_FOUND for one of another business',
  resolve: async (
    { id, kind }: Pick<Platform, 'id' | 'kind'>,
    _args: unknown,
    ctx: RequestContext,
  ): Promise<Scope | null> =>
    kind === PlatformKind.MODELARTS ? { platform: await findUsable(ctx, id) } : null,
});

/** Of `Mutation`: the operations that change something. */
export const writesField = (findUsable: FindUsable): SdlField => ({
  name: 'modelArts',
  type: 'ModelArtsMutation!',
  description:
    'The operations of ModelArts that change something. BAD_USER_INPUT for a platform of another kind, NOT_FOUND for one of another business',
  arguments: [{ name: 'platformId', type: 'ID!', description: 'Key of the platform' }],
  resolve: async (
    _source: unknown,
    { platformId }: { platformId: string },
    ctx: RequestContext,
  ): Promise<Scope> => {
    authorise(ctx.principal, 'platform:transmit');
    return { platform: await findUsable(ctx, platformId) };
  },
});
